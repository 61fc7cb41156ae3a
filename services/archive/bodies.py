"""Files of a record as something gives their bytes, piece by piece."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

Body = Callable[[], Iterable[bytes]]
"""Gives the bytes of a file, from the start whenever it is asked."""
Bodies = Mapping[str, Body]


def whole(body: bytes) -> tuple[bytes]:
    """A file that is in memory, as a body gives it."""
    return (body,)


def rows_of(body: Body) -> Iterator[dict[str, Any]]:
    """Rows of a JSON Lines file, one in memory at a time."""
    return map(json.loads, _lines(body()))


def _lines(chunks: Iterable[bytes]) -> Iterator[bytes]:
    rest = b""
    for chunk in chunks:
        *lines, rest = (rest + chunk).split(b"\n")
        yield from lines
    if rest:
        yield rest
