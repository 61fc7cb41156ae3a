"""Leaves of comments for the archive's trees, in the comments table.

``COLLECTS`` / ``<topic>#<round>``: a round whose tree grows, until some time after its closing;
`store` has the rest of the table's keys.
"""

from collections.abc import Iterator
from datetime import timedelta
from typing import NamedTuple

from services.comments.model.window import Window
from services.comments.partitions import shard_pk
from services.shared.table import Put, Table

_COLLECTS = "COLLECTS"
_KEPT = timedelta(days=7)
"""For so long after its closing a round's last comments may still come to its tree."""


class Leaf(NamedTuple):
    """A comment's leaf: its id, when it was received (RFC 3339), and the hash."""

    comment_id: str
    received_at: str
    leaf: bytes


class CollectingRound(NamedTuple):
    """A round whose tree grows, and over how many shards its comments lie."""

    topic_id: str
    round: int
    shards: int


def let_grow(window: Window) -> Put:
    """Write that has a round's tree grow."""
    return Put(
        item={
            "pk": _COLLECTS,
            "sk": f"{window.topic_id}#{window.round:03d}",
            "topic_id": window.topic_id,
            "round": window.round,
            "shards": window.shards,
            "expires_at": int((window.closes_at + _KEPT).timestamp()),
        },
        replace=True,
    )


class LeafStore:
    """Leaves in DynamoDB.

    Parameters
    ----------
    table : Table
        The comments table.
    """

    def __init__(self, table: Table) -> None:
        self._table = table

    def collecting(self) -> Iterator[CollectingRound]:
        """All rounds whose trees grow."""
        for item in self._table.items(_COLLECTS):
            yield CollectingRound(item["topic_id"], item["round"], item["shards"])

    def leaves(self, number: int, *, window: Window) -> Iterator[Leaf]:
        """Leaves of all comments of one shard, whatever became of them, sorted by id."""
        pk = shard_pk("T", window, number)
        for item in self._table.items(pk, only=("sk", "received_at", "leaf")):
            yield Leaf(item["sk"], item["received_at"], item["leaf"])
