"""Files of a record as something gives their bytes, piece by piece."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from services.archive.model.reading import lines_of

Body = Callable[[], Iterable[bytes]]
"""Gives the bytes of a file, from the start whenever it is asked."""
Bodies = Mapping[str, Body]


def whole(body: bytes) -> tuple[bytes]:
    """A file that is in memory, as a body gives it."""
    return (body,)


def rows_of(body: Body) -> Iterator[dict[str, Any]]:
    """Rows of a JSON Lines file, one in memory at a time."""
    return map(json.loads, map(bytes.decode, lines_of(body())))
