"""The lexicon: which words and phrases the rules know, and how a word is looked up in it.

The words themselves are data (`services/moderation/data`, described in its README). Of all readings
of a word the one with the longest stem counts, and at equal length the allow-list wins; so وسخاء is
"and generosity" and never the insult that its first letters spell.
"""

import hashlib
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any, Literal

from services.moderation.model import fold, neighbours
from services.moderation.model.data_files import read_data
from services.moderation.model.fold import folded_text
from services.moderation.model.morphology import arabic_stems, english_stems
from services.moderation.model.reasons import ReasonCode

Tier = Literal["hard", "soft", "mild", "cue"]
FILES = ("lexicon-ar.json", "lexicon-en.json", "spam-cues.json", "allow-list.json")
BESIDE = (fold.FILE, neighbours.FILE, "keyboards.json")
"""Other tables, which count for the version too."""
WORD = re.compile(r"[^\W_]+(?:'[^\W\d_]+)*")
"""A word of a folded text."""

_DOUBLED = re.compile(r"(.)\1+")
_PAIR = re.compile(r"(.)\1")
_TRIPLED = re.compile(r"(.)\1{2,}")
_SHORTEST_SQUEEZED = 4
_REMEMBERED_WORDS = 16_384


@dataclass(frozen=True, slots=True)
class Term:
    """One entry of the lexicon, whatever its spellings.

    Attributes
    ----------
    name : str
        Its first spelling; two hits of one term are one term.
    code : str
        Reason code of the policy.
    tier : {"hard", "soft", "mild", "cue"}
        ``hard``: abuse wherever it stands. ``soft``: an insult that now and then is said in
        earnest or of a thing; held as well, with a lower score. ``mild``: a plain word too (a stray
        dog, a useless plan); abuse only when aimed at somebody or beside abuse. ``cue``:
        advertising talk, counted by the spam rule.
    """

    name: str
    code: ReasonCode
    tier: Tier


@dataclass(frozen=True, slots=True)
class Word:
    """What the lexicon knows of a word.

    Attributes
    ----------
    term : Term or None
        The term that it is a form of.
    vocative : bool
        Whether a vocative is written together with it (يالكلب).
    stems : frozenset of str
        Its readings that are words of some phrase.
    """

    term: Term | None = None
    vocative: bool = False
    stems: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words in a row.

    Attributes
    ----------
    term : Term or None
        ``None`` for a phrase of the allow-list.
    inflected : bool
        Whether its words may carry clitics and endings.
    """

    words: tuple[str, ...]
    term: Term | None
    inflected: bool


class Lexicon:
    """All entries, by how they are looked up; every spelling is folded.

    Parameters
    ----------
    documents : iterable of dict
        The data files' contents.

    Attributes
    ----------
    you, you_after, calls, between, persons, things : set of str
        Words of address: who is spoken to, before or after what is said; what calls somebody; what
        may stand between the two; nouns for people, of whom a mild word after them is said; nouns
        for things, of which one beside them is.
    phrases : dict
        Phrases by their first two words.
    hard_words : dict
        Spellings of hard terms by their length and first letter.
    """

    def __init__(self, documents: Iterable[dict[str, Any]]) -> None:
        self.phrases: dict[tuple[str, str], list[Phrase]] = {}
        self.hard_words: dict[tuple[int, str], list[tuple[str, Term]]] = {}
        self._exact: dict[str, Term] = {}
        self._stems: dict[str, Term | None] = {}
        self._parts: list[tuple[str, Term]] = []
        self._vocabulary: set[str] = set()
        self.you: set[str] = set()
        self.you_after: set[str] = set()
        self.calls: set[str] = set()
        self.between: set[str] = set()
        self.persons: set[str] = set()
        self.things: set[str] = set()
        self._aliases: dict[str, str] = {}
        for document in documents:
            for role, words in document.get("address", {}).items():
                getattr(self, role).update(map(folded_text, words))
            for word, others in document.get("aliases", {}).items():
                self._aliases |= dict.fromkeys(map(folded_text, others), folded_text(word))
            for group in document["groups"]:
                self._add(group)
        self.look_up = lru_cache(maxsize=_REMEMBERED_WORDS)(self._look_up)

    def _add(self, group: dict[str, Any]) -> None:
        for entry in group["terms"]:
            spellings = entry.split("|")
            term = None
            if "code" in group:
                term = Term(name=spellings[0], code=group["code"], tier=group["tier"])
            for spelling in spellings:
                self._add_spelling(folded_text(spelling), term, match=group.get("match", "stem"))

    def _add_spelling(self, spelling: str, term: Term | None, *, match: str) -> None:
        words = tuple(spelling.split())
        if len(words) > 1:
            self.phrases.setdefault((words[0], words[1]), []).append(
                Phrase(words, term, inflected=match == "stem")
            )
            self._vocabulary.update(words)
            return
        if term is not None and term.tier == "hard":
            key = (len(spelling), spelling[0])
            self.hard_words.setdefault(key, []).append((spelling, term))
        if match == "stem" or term is None:
            self._stems[spelling] = term
        elif match == "part":
            self._parts.append((spelling, term))
        else:
            self._exact[spelling] = term

    def _look_up(self, word: str) -> Word:
        """What the lexicon knows of a folded word."""
        found, allowed = self._read(word)
        if found.term is not None or allowed or not _DOUBLED.search(word):
            return found
        for squeezed in _squeezed(word):
            again, allowed = self._read(squeezed)
            if allowed:
                return found
            if again.term is not None and again.term.tier != "cue":
                return again
        return found

    def _read(self, word: str) -> tuple[Word, bool]:
        """The reading of a word that counts, and whether it is one of the allow-list."""
        term = self._exact.get(word)
        best = (len(word), False) if term else (0, False)
        vocative = False
        stems = {word, self._aliases.get(word, word)} & self._vocabulary
        for stem, called in english_stems(word) if word.isascii() else arabic_stems(word):
            if stem in self._vocabulary:
                stems.add(stem)
            if stem in self._stems and (rank := (len(stem), self._stems[stem] is None)) > best:
                best, term, vocative = rank, self._stems[stem], called
        allowed = best[1]
        if term is None and not allowed and word.isascii():
            term = next((term for part, term in self._parts if part in word), None)
        return Word(term=term, vocative=vocative, stems=frozenset(stems)), allowed


@cache
def lexicon() -> Lexicon:
    """The programme's lexicon, read from its files on first use."""
    return Lexicon(json.loads(read_data(name)) for name in FILES)


@cache
def lexicon_version() -> str:
    """First 12 hex digits of the SHA-256 over the data files: it changes whenever they do."""
    digest = hashlib.sha256()
    for name in (*FILES, *BESIDE):
        digest.update(read_data(name))
    return digest.hexdigest()[:12]


def _squeezed(word: str) -> Iterator[str]:
    """Forms of a word with fewer letters in a row: ffuucckk, fuuuck, كلللب, then fuuck."""
    if not _PAIR.sub("", word):
        yield _PAIR.sub(r"\1", word)
    if _TRIPLED.search(word):
        yield _TRIPLED.sub(r"\1", word)
        yield _TRIPLED.sub(r"\1\1", word)
    single = _DOUBLED.sub(r"\1", word)
    if len(single) >= _SHORTEST_SQUEEZED:
        yield single
