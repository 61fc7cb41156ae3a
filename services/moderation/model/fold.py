"""Folding: one plain form of a text for matching, and the way back to the original's offsets.

What people do to get a word past a list (diacritics, tatweel, zero-width characters, full-width
and mathematical letters, Cyrillic and Greek look-alikes) and what is merely spelling (أ إ آ ا, ة ه,
ى ي) is folded away; which letters look alike is data (`fold.json`). Folding loses information, so
it is for matching alone: what is shown, masked or stored is always a span of the original.
"""

import json
import unicodedata
from dataclasses import dataclass
from functools import cache

from services.moderation.model.data_files import read_data
from services.moderation.model.spans import Span

_TATWEEL = "\u0640"
_DROPPED = frozenset({"Mn", "Me", "Cf"})
"""Unicode categories of marks and of invisible characters (zero-width, direction, soft hyphen)."""

FILE = "fold.json"
FORMAT = "tashawur-fold/1"
_KEPT_LETTERS = 4096


@dataclass(frozen=True, slots=True)
class Folded:
    """A folded text and where each of its characters came from.

    Attributes
    ----------
    text : str
        What to match on.
    starts, ends : list of int
        Of each character of `text`, the span in the original; marks after a letter belong to it.
    """

    text: str
    starts: list[int]
    ends: list[int]

    def original(self, start: int, end: int) -> Span:
        """Span of the original that a non-empty span of the folded text stands for."""
        return self.starts[start], self.ends[end - 1]


def fold(text: str) -> Folded:
    """Fold a text: linear in its length, an empty text included."""
    folded = _FOLDED
    plains = [folded[char] for char in text]
    if "" not in plains and len(whole := "".join(plains)) == len(text):
        return Folded(whole, list(range(len(text))), list(range(1, len(text) + 1)))
    return _aligned(plains)


def _aligned(plains: list[str]) -> Folded:
    """Folded text of characters of which some fold to none or several."""
    letters: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for offset, plain in enumerate(plains):
        if len(plain) == 1:
            letters.append(plain)
            starts.append(offset)
            ends.append(offset + 1)
        elif plain:
            letters.extend(plain)
            starts.extend([offset] * len(plain))
            ends.extend([offset + 1] * len(plain))
        elif ends:
            ends[-1] = offset + 1
    return Folded("".join(letters), starts, ends)


def folded_text(text: str) -> str:
    """Folded form alone, e.g. of a term of the lexicon."""
    return fold(text).text


class _FoldTable(dict[str, str]):
    """Folded form of each character met so far; filled on use, so that importing costs nothing."""

    def __missing__(self, char: str) -> str:
        plain = _plain(char)
        if len(self) < _KEPT_LETTERS:
            self[char] = plain
        return plain


_FOLDED = _FoldTable()


def decomposed(char: str) -> str:
    """Letters that Unicode knows a character to be made of, in lower case."""
    return unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", char).casefold())


def _plain(char: str) -> str:
    replaced = _replaced()
    return "".join(
        replaced.get(part, part)
        for part in decomposed(char)
        if part != _TATWEEL and unicodedata.category(part) not in _DROPPED
    )


@cache
def _replaced() -> dict[str, str]:
    """Plain letter of each that readers take for it, though Unicode leaves them apart."""
    document = json.loads(read_data(FILE))
    return {like: plain for plain, alike in document["letters"].items() for like in alike}
