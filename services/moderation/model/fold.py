"""Folding: one plain form of a text for matching, and the way back to the original's offsets.

What people do to get a word past a list (diacritics, tatweel, zero-width characters, full-width
and mathematical letters, Cyrillic and Greek look-alikes) and what is merely spelling (أ إ آ ا, ة ه,
ى ي) is folded away. Folding loses information, so it is for matching alone: what is shown, masked
or stored is always a span of the original.
"""

import unicodedata
from dataclasses import dataclass

from services.moderation.model.spans import Span

_TATWEEL = "\u0640"
_DROPPED = frozenset({"Mn", "Me", "Cf"})
"""Unicode categories of marks and of invisible characters (zero-width, direction, soft hyphen)."""

# Letters of Arabic script that NFKD leaves apart although readers take one for the other.
_ARABIC = {
    "ة": "ه", "ى": "ي", "ۃ": "ه", "ہ": "ه", "ھ": "ه", "ە": "ه", "ک": "ك", "ڪ": "ك", "ګ": "ك",
    "گ": "ك", "ی": "ي", "ے": "ي", "ې": "ي", "ۍ": "ي", "ٱ": "ا", "ٮ": "ب", "پ": "ب", "ڤ": "ف",
    "ں": "ن", "ڼ": "ن", "ړ": "ر", "ڒ": "ر", "ۆ": "و", "ڡ": "ف", "ٯ": "ق", "ڞ": "ض", "ﺀ": "ء",
}  # fmt: skip

# Cyrillic, Greek and Latin letters that look like a basic Latin one (after case folding).
_LATIN = {
    "а": "a", "в": "b", "с": "c", "ԁ": "d", "е": "e", "һ": "h", "і": "i", "ј": "j", "к": "k",
    "ӏ": "l", "м": "m", "н": "h", "о": "o", "р": "p", "ԛ": "q", "ѕ": "s", "т": "t", "у": "y",
    "ѵ": "v", "ԝ": "w", "х": "x", "α": "a", "β": "b", "ε": "e", "η": "n", "ι": "i", "κ": "k",
    "ν": "v", "ο": "o", "ρ": "p", "σ": "s", "ς": "s", "τ": "t", "υ": "u", "χ": "x", "ω": "w",
    "γ": "y", "μ": "u", "ɑ": "a", "ɡ": "g", "ı": "i", "ɩ": "i", "ø": "o", "đ": "d", "ł": "l",
    "ս": "u", "օ": "o", "հ": "h", "ո": "n", "ց": "g", "æ": "ae", "œ": "oe",
    "’": "'", "‘": "'", "ʼ": "'", "`": "'",
}  # fmt: skip
_REPLACED = _ARABIC | _LATIN
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


def _plain(char: str) -> str:
    decomposed = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", char).casefold())
    return "".join(
        _REPLACED.get(part, part)
        for part in decomposed
        if part != _TATWEEL and unicodedata.category(part) not in _DROPPED
    )
