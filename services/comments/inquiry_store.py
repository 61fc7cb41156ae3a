"""Inquiries that wait for their answer, out of the comments table's index; `store` has its keys."""

from dataclasses import dataclass

from services.comments.model.window import Window
from services.comments.partitions import GROUPED, shard_pk
from services.shared.table import Table

MOST_AT_ONCE = 100


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where to go on: in a shard, after a place in the order of receipt."""

    shard_number: int = 0
    after: str = ""


@dataclass(frozen=True, kw_only=True)
class Listed:
    """Ids of some inquiries, and where the next ones begin (``None`` at the end)."""

    comment_ids: list[str]
    next: Place | None


class InquiryStore:
    """Inquiries in DynamoDB.

    Parameters
    ----------
    table : Table
        The comments table.
    """

    def __init__(self, table: Table) -> None:
        self._table = table

    def unanswered(self, window: Window, *, after: Place | None = None) -> Listed:
        """At most a hundred inquiries, neither refused nor taken back, that have no answer."""
        place: Place | None = after or Place()
        found: list[str] = []
        while place is not None and len(found) < MOST_AT_ONCE:
            page = self._table.query(
                shard_pk("I", window, place.shard_number),
                index=GROUPED,
                beyond=place.after,
                limit=MOST_AT_ONCE - len(found),
                only=("sk",),
            )
            found += [item["sk"] for item in page.items]
            if page.last:
                place = Place(shard_number=place.shard_number, after=page.last[f"{GROUPED}_sk"])
            else:
                following = place.shard_number + 1
                place = Place(shard_number=following) if following < window.shards else None
        return Listed(comment_ids=found, next=place)
