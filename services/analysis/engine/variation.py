"""What varies within a campaign: its representative text, word by word, against other variants."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from difflib import SequenceMatcher
from itertools import pairwise
from typing import NamedTuple, TypedDict

from services.analysis.model.text import normalised
from services.shared.lines import cut

_COMPARED = 20
"""Variants compared at most."""
_SHOWN = 3
_LONGEST = 200
"""Characters of an example; what is longer ends with an ellipsis."""
_WORDS = 1_200
"""Words of a text compared at most, about 7,000 characters: the time grows with their square."""
_TOKEN = re.compile(r"\S+")


class Segment(TypedDict):
    """Part of a text.

    Attributes
    ----------
    text : str
        As the representative has it; empty where only other variants have something.
    varies : bool
        Whether any of the variants differs here.
    examples : list of str
        What up to three variants have instead, the commonest first; empty if they leave it out.
    """

    text: str
    varies: bool
    examples: list[str]


class _Word(NamedTuple):
    """A word, as it is compared and where it stands in the text, with the signs around it."""

    folded: str
    begin: int
    end: int


def segments(text: str, variants: Iterable[str]) -> list[Segment]:
    """Parts of a text that are in all variants and that are not, by turns.

    Words are compared as `normalised` folds them, so that marks, tatweel, case and punctuation are
    no variation. The parts' texts, joined by spaces, are the text up to white space.
    """
    words = _words(text)
    others = [_Variant(variant, words) for variant in list(variants)[:_COMPARED]]
    spans = _spans([span for other in others for span in other.differences])
    found: list[Segment] = []
    place = 0
    for begin, end in spans:
        if begin > place:
            found.append(_segment(text, words[place:begin], ()))
        alternatives = Counter(other.instead_of(begin, end) for other in others)
        own = tuple(word.folded for word in words[begin:end])
        found.append(_segment(text, words[begin:end], _examples(alternatives, own)))
        place = end
    if place < len(words):
        found.append(_segment(text, words[place:], ()))
    return found


class _Variant:
    """Another variant, aligned with the representative's words."""

    def __init__(self, text: str, words: Sequence[_Word]) -> None:
        self._text = text
        self._words = _words(text)
        one = [word.folded for word in words]
        other = [word.folded for word in self._words]
        blocks = _alignment(one, other)
        self._places = {
            block_begin + step: other_begin + step
            for block_begin, other_begin, length in blocks
            for step in range(length)
        }
        self._length = len(one)
        self.differences = _gaps(blocks)

    def instead_of(self, begin: int, end: int) -> tuple[tuple[str, ...], str]:
        """What it has, folded and as written, where the representative has these words."""
        first = self._places[begin - 1] + 1 if begin else 0
        last = self._places[end] if end < self._length else len(self._words)
        words = self._words[first:last]
        return tuple(word.folded for word in words), _written(self._text, words)


def _alignment(one: list[str], other: list[str]) -> list[tuple[int, int, int]]:
    """Runs of words in common (place in one, in the other, length), closed by an empty one.

    What both begin and end with is cut off first; of what is left between, words beyond `_WORDS`
    count as different.
    """
    least = min(len(one), len(other))
    head = next((n for n in range(least) if one[n] != other[n]), least)
    rest = least - head
    tail = next((n for n in range(rest) if one[-1 - n] != other[-1 - n]), rest)
    left = one[head : len(one) - tail][:_WORDS]
    right = other[head : len(other) - tail][:_WORDS]
    matcher = SequenceMatcher(None, left, right)
    inner = [(a + head, b + head, size) for a, b, size in matcher.get_matching_blocks() if size]
    end = (len(one) - tail, len(other) - tail, tail)
    return [(0, 0, head), *inner, end, (len(one), len(other), 0)]


def _gaps(blocks: Sequence[tuple[int, int, int]]) -> list[tuple[int, int]]:
    """Spans of the representative's words between the runs in common; empty where words came in."""
    return [
        (begin + length, following)
        for (begin, other, length), (following, other_following, _) in pairwise(blocks)
        if begin + length < following or other + length < other_following
    ]


def _spans(found: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Spans in order, those that overlap or touch as one."""
    spans: list[tuple[int, int]] = []
    for begin, end in sorted(found):
        if spans and begin <= spans[-1][1]:
            spans[-1] = spans[-1][0], max(end, spans[-1][1])
        else:
            spans.append((begin, end))
    return spans


def _examples(
    alternatives: Counter[tuple[tuple[str, ...], str]], own: tuple[str, ...]
) -> list[str]:
    """Alternatives that differ from each other by more than signs, the commonest first."""
    counts: Counter[tuple[str, ...]] = Counter()
    written: dict[tuple[str, ...], str] = {}
    for (folded, text), count in alternatives.items():
        counts[folded] += count
        written.setdefault(folded, text)
    del counts[own]
    return [cut(written[folded], _LONGEST) for folded, _ in counts.most_common(_SHOWN)]


def _segment(text: str, words: Sequence[_Word], examples: Sequence[str]) -> Segment:
    return Segment(text=_written(text, words), varies=bool(examples), examples=list(examples))


def _written(text: str, words: Sequence[_Word]) -> str:
    return text[words[0].begin : words[-1].end] if words else ""


def _words(text: str) -> list[_Word]:
    """Words of a text; signs that stand alone belong to the word before, or to the first."""
    words: list[_Word] = []
    begin: int | None = None
    for token in _TOKEN.finditer(text):
        folded = normalised(token.group())
        begin = token.start() if begin is None else begin
        if folded:
            words.append(_Word(folded, begin, token.end()))
            begin = None
        elif words:
            words[-1] = words[-1]._replace(end=token.end())
            begin = None
    return words
