"""Every place of a folded text where a term of the lexicon stands, allowed phrases set aside."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from services.moderation.model import disguise
from services.moderation.model.fold import Folded
from services.moderation.model.lexicon import WORD, Lexicon, Phrase, Term, Word
from services.moderation.model.spans import Span

_REACH = 8
_BREAK = re.compile(r"[.!?;:,\n؟؛،]")
"""Ends a phrase: "murder. You" is none."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A term where it stands.

    Attributes
    ----------
    start, end : int
        Span in the folded text.
    aimed : bool
        Whether it is said of the one addressed ("you are all …", "يا …").
    """

    term: Term
    start: int
    end: int
    aimed: bool = False


class _Token(NamedTuple):
    text: str
    start: int
    end: int
    word: Word


@dataclass(frozen=True, slots=True)
class Survey:
    """What of a text the lexicon knows.

    Attributes
    ----------
    hits : list of Hit
        Of all tiers, those of disguised words included, in the order of the text.
    spared : list of (int, int)
        Spans in the folded text that look like abuse and are none.
    """

    hits: list[Hit]
    spared: list[Span]


def scan(folded: Folded, lexicon: Lexicon) -> list[Hit]:
    """Hits of a text alone."""
    return survey(folded, lexicon).hits


def survey(folded: Folded, lexicon: Lexicon) -> Survey:
    """Look every word and phrase of a text up."""
    text = folded.text
    look_up = lexicon.look_up
    tokens = [
        _Token(match.group(), match.start(), match.end(), look_up(match.group()))
        for match in WORD.finditer(text)
    ]
    hits: list[Hit] = []
    spared: list[Span] = []
    covered: set[int] = set()
    for first, last, phrase in _phrases(text, tokens, lexicon):
        span = tokens[first].start, tokens[last].end
        if phrase.term is None:
            spared.append(span)
        else:
            hits.append(Hit(phrase.term, *span))
        if phrase.term is None or phrase.term.tier == "hard":
            covered.update(range(first, last + 1))
    of_things = _words(tokens, covered, lexicon, into=hits)
    hits += [Hit(term, start, end) for term, (start, end) in _disguised(text, lexicon)]
    if any(hit.aimed or hit.term.tier in ("hard", "soft") for hit in hits):
        hits += of_things
    else:
        spared += [(hit.start, hit.end) for hit in of_things]
    return Survey(sorted(hits, key=lambda hit: hit.start), spared)


def _words(
    tokens: list[_Token], covered: set[int], lexicon: Lexicon, *, into: list[Hit]
) -> list[Hit]:
    """Add the words outside phrases to `into`; those that are said of things are returned."""
    of_things = []
    for place, token in enumerate(tokens):
        term = token.word.term
        if term is None or place in covered:
            continue
        aimed = _is_aimed(tokens, place, lexicon)
        hit = Hit(term, token.start, token.end, aimed)
        doubtful = term.tier in ("soft", "mild") and not aimed
        if doubtful and _is_of_a_thing(tokens, place, lexicon):
            of_things.append(hit)
        else:
            into.append(hit)
    return of_things


def _disguised(text: str, lexicon: Lexicon) -> Iterator[tuple[Term, Span]]:
    for find in (disguise.leet, disguise.masked, disguise.spaced):
        yield from find(text, lexicon)


def _phrases(
    text: str, tokens: list[_Token], lexicon: Lexicon
) -> Iterator[tuple[int, int, Phrase]]:
    """Places of the first and the last word of phrases; an allowed one beats what it overlaps."""
    found = [
        (place, place + len(phrase.words) - 1, phrase)
        for place, (token, following) in enumerate(pairwise(tokens))
        for first in token.word.stems
        for second in following.word.stems
        for phrase in lexicon.phrases.get((first, second), ())
        if _stands(phrase, tokens[place : place + len(phrase.words)], text)
    ]
    allowed = [(first, last) for first, last, phrase in found if phrase.term is None]
    for first, last, phrase in found:
        if phrase.term is None or not any(a <= last and first <= b for a, b in allowed):
            yield first, last, phrase


def _stands(phrase: Phrase, tokens: list[_Token], text: str) -> bool:
    if len(tokens) < len(phrase.words):
        return False
    for word, token in zip(phrase.words, tokens, strict=True):
        if word != token.text and not (phrase.inflected and word in token.word.stems):
            return False
    return not _BREAK.search(text, tokens[0].end, tokens[-1].start)


def _is_aimed(tokens: list[_Token], place: int, lexicon: Lexicon) -> bool:
    """Tell whether a word is called out to somebody, or said of a "you" or people before it."""
    if tokens[place].word.vocative:
        return True
    if place + 1 < len(tokens) and tokens[place + 1].text in lexicon.you_after:
        return True
    if place and tokens[place - 1].text in lexicon.calls:
        return True
    for token in reversed(tokens[max(place - _REACH, 0) : place]):
        if token.text in lexicon.you or token.text in lexicon.persons:
            return True
        if token.text not in lexicon.between and token.word.term is None:
            return False
    return False


def _is_of_a_thing(tokens: list[_Token], place: int, lexicon: Lexicon) -> bool:
    """Tell whether an adjective stands beside its thing: after it in Arabic, before in English."""
    beside = place + 1 if tokens[place].text.isascii() else place - 1
    return 0 <= beside < len(tokens) and tokens[beside].text in lexicon.things
