"""Which place a comment has in its tree: rows of a batch, sorted by id, of which few are read."""

import json
from collections.abc import Callable

_WHOLE = 64 * 1024
"""Bytes that are read at once, where no more are left to look through."""
_LONGEST_ROW = 256

Read = Callable[[int, int], bytes]
"""Bytes of a batch from an offset up to another."""


def index_in(read: Read, size: int, comment_id: str) -> int | None:
    """Place that a batch gave a comment, or ``None`` if it has no such comment.

    Parameters
    ----------
    size : int
        Bytes of the batch: JSON Lines ``{"comment_id", "index", …}``.
    """
    begin, end = 0, size  # both are where rows begin; that of the comment does in between
    while end - begin > _WHOLE:
        middle = (begin + end) // 2
        piece = read(middle, middle + 2 * _LONGEST_ROW)
        at = piece.index(b"\n") + 1
        row = json.loads(piece[at : piece.index(b"\n", at)])
        if comment_id < row["comment_id"]:
            end = middle + at
        else:
            begin = middle + at
    for line in read(begin, end).splitlines():
        row = json.loads(line)
        if row["comment_id"] == comment_id:
            return int(row["index"])
    return None
