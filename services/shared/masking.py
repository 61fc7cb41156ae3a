"""Parts of a text that are not shown: a block in the place of each code point.

What readers take for one sign is masked as a whole, though a span ends amid it: half an emoji is
another emoji, and a mark alone would sit on the block.
"""

import unicodedata
from collections.abc import Iterable

MASK = "█"
"""Stands for each code point that was masked, so that the offsets of the rest stay as they were."""
_JOINER = "\u200d"
_TONES = range(0x1F3FB, 0x1F400)
_FLAGS = range(0x1F1E6, 0x1F200)


def masked(text: str, spans: Iterable[tuple[int, int]]) -> str:
    """Text of the same length in which every sign that a span touches is masked.

    Parameters
    ----------
    spans : iterable of (int, int)
        Half-open, in code points of the text; what lies outside of it is passed over, and they may
        overlap.

    Notes
    -----
    A sign is an extended grapheme cluster (UAX #29) as far as people's texts have them: marks and
    joiners go with what is before them, skin tones too, and the two halves of a flag together.
    """
    shown = list(text)
    for start, end in spans:
        if max(start, 0) < min(end, len(text)):
            first, last = _widened(text, max(start, 0), min(end, len(text)))
            shown[first:last] = MASK * (last - first)
    return "".join(shown)


def _widened(text: str, start: int, end: int) -> tuple[int, int]:
    while start > 0 and _goes_on(text, start):
        start -= 1
    while end < len(text) and _goes_on(text, end):
        end += 1
    return start, end


def _goes_on(text: str, place: int) -> bool:
    """Tell whether a sign goes on at a place: what stands there belongs to what is before it."""
    char, before = text[place], text[place - 1]
    joined = _JOINER in (char, before) or ord(char) in _TONES
    return joined or unicodedata.category(char)[0] == "M" or _is_half_a_flag(text, place)


def _is_half_a_flag(text: str, place: int) -> bool:
    if ord(text[place]) not in _FLAGS:
        return False
    start = place
    while start > 0 and ord(text[start - 1]) in _FLAGS:
        start -= 1
    return (place - start) % 2 == 1
