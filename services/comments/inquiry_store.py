"""Inquiries that wait for their answer, in the comments table; `store` has its keys."""

from dataclasses import dataclass

from services.comments.model.window import Window
from services.comments.partitions import shard_pk
from services.shared.table import Item, Page, Table

MOST_AT_ONCE = 100
_PAGES_AT_ONCE = 20
"""Pages (1 MB each) that one call reads at most: what few inquiries lie among is long."""
_WAITING = {"kind": "inquiry", "answer": None, "status": ("screening", "held", "published")}


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where to go on: in a shard, after the comment of an id."""

    shard: int = 0
    after: str | None = None


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
        """At most a hundred inquiries, neither refused nor taken back, that have no answer.

        A bounded piece of work: there may be none among what was read, and more to come.
        """
        place: Place | None = after or Place()
        found: list[str] = []
        for _ in range(_PAGES_AT_ONCE):
            if place is None or len(found) >= MOST_AT_ONCE:
                break
            page = self._page(window, place)
            found += [item["sk"] for item in page.items]
            place = _following(window, place, page, found)
        return Listed(comment_ids=found[:MOST_AT_ONCE], next=place)

    def _page(self, window: Window, place: Place) -> Page:
        pk = shard_pk("T", window, place.shard)
        after: Item | None = {"pk": pk, "sk": place.after} if place.after else None
        return self._table.query(pk, after=after, where=[_WAITING])


def _following(window: Window, place: Place, page: Page, found: list[str]) -> Place | None:
    """Place after a page, or after as much of it as can be given back at once."""
    if len(found) > MOST_AT_ONCE:
        return Place(shard=place.shard, after=found[MOST_AT_ONCE - 1])
    if page.last:
        return Place(shard=place.shard, after=page.last["sk"])
    return Place(shard=place.shard + 1) if place.shard + 1 < window.shards else None
