"""Canonical JSON (RFC 8785) of what has no fractions, with the standard library alone.

That is nearly all that is written, signed and verified, and the library for the rest takes four
times as long.
"""

import json
from typing import Any

_INTEGERS = 2**53
"""RFC 8785 goes by I-JSON: integers are below, either way."""
_SIMPLE = frozenset({str, bool, type(None)})
_encoded = json.JSONEncoder(
    ensure_ascii=False, sort_keys=True, separators=(",", ":"), check_circular=False
).encode


def plain_json(value: Any) -> bytes | None:
    """Canonical JSON of a value; ``None`` if it has what is not so simple.

    Such are numbers with a fraction or too large for it, names that are not ASCII, which RFC 8785
    orders otherwise than Python, and what is no JSON.

    Raises
    ------
    UnicodeEncodeError
        If a text has half a character (surrogate).
    """
    return _encoded(value).encode() if _is_plain(value) else None


def _is_plain(value: Any) -> bool:
    # A loop, and exact types first, as it is looked at for every row of a record.
    if isinstance(value, dict):
        for name, inner in value.items():
            if not (isinstance(name, str) and name.isascii()):
                return False
            if type(inner) not in _SIMPLE and not _is_plain(inner):
                return False
        return True
    if isinstance(value, list | tuple):
        return all(type(inner) in _SIMPLE or _is_plain(inner) for inner in value)
    if isinstance(value, int):
        return -_INTEGERS < value < _INTEGERS
    return value is None or isinstance(value, str)
