"""Rows of all comments, packed shard by shard: millions are never in memory as objects at once."""

import gzip
import io
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from heapq import merge
from typing import Any

Row = dict[str, Any]


@dataclass(frozen=True)
class Rows:
    """Rows of several shards, in the order of their ids; they can be gone through again.

    Attributes
    ----------
    parts : sequence of bytes
        What `packed_rows` made, shard by shard.
    """

    parts: Sequence[bytes]

    def __iter__(self) -> Iterator[Row]:
        return merge(*map(_unpacked, self.parts), key=_id_of)


def packed_rows(rows: Iterable[Row]) -> bytes:
    """A shard's rows, by ``comment_id``, as packed JSON lines."""
    lines = (json.dumps(row).encode() + b"\n" for row in sorted(rows, key=_id_of))
    return gzip.compress(b"".join(lines), compresslevel=1, mtime=0)


def _unpacked(part: bytes) -> Iterator[Row]:
    with gzip.open(io.BytesIO(part)) as lines:
        yield from map(json.loads, lines)


def _id_of(row: Row) -> str:
    return str(row["comment_id"])
