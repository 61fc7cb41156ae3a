"""Texts that people wrote, where one line of ours is to hold them: subjects, titles, calendars."""

import re
import unicodedata

_ENDS_OR_STEERS = {"Cc", "Zl", "Zp"}
"""Line and paragraph ends, and control characters, which terminals and telephones obey."""
_FORCING = re.compile("[\u202d\u202e]")
_EMBEDDING, _POP = "\u202a\u202b", "\u202c"
_ISOLATING, _POP_ISOLATE = "\u2066\u2067\u2068", "\u2069"


def one_line(text: str) -> str:
    """Text on one line that leaves the words beside it as they are.

    Without line ends and control characters. Directions of writing that it sets end with it, and
    those that force letters to be read backwards (U+202D, U+202E) are left out: they could pass
    what stands behind off as something else. Marks (U+200E, U+200F, U+061C) stay.
    """
    shown = (
        " " if unicodedata.category(character) in _ENDS_OR_STEERS else character
        for character in text
    )
    return " ".join(_closed(_FORCING.sub("", "".join(shown))).split())


def cut(text: str, most: int) -> str:
    """At most so many characters of a text, and a mark where it was cut, between words."""
    return text if len(text) <= most else text[:most].rsplit(maxsplit=1)[0] + " …"


def _closed(text: str) -> str:
    """Text with every direction that it opens closed again, and none closed that it did not open.

    An isolate's end also ends the embeddings inside it (UAX #9, X6a).
    """
    found: list[str] = []
    still_open: list[str] = []
    for character in text:
        if character in _EMBEDDING:
            still_open.append(_POP)
        elif character in _ISOLATING:
            still_open.append(_POP_ISOLATE)
        elif character == _POP:
            if still_open[-1:] != [_POP]:
                continue
            still_open.pop()
        elif character == _POP_ISOLATE:
            if _POP_ISOLATE not in still_open:
                continue
            while still_open[-1] == _POP:
                found.append(still_open.pop())
            still_open.pop()
        found.append(character)
    return "".join([*found, *reversed(still_open)])
