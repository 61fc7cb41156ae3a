"""Lists of comments, out of the sparse indexes of their table; `store` says what lies where.

An index follows its table within a second, mostly: what was published or taken back just now may
not be there, or be there still. No filter helps, since the status that the index has is as old. It
is enough for lists, of which caches keep the public ones for 30 s anyway; what must be true at once
is read from the table itself, consistently: one comment, what a receipt became, counters, exports.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from services.comments import rows
from services.comments.gather import Gathered, Source, Wish, gather
from services.comments.model.comment import Comment
from services.comments.model.window import Window
from services.comments.partitions import GROUPED, PUBLIC, shard_pks, thread_pk
from services.shared import side_by_side
from services.shared.table import Count, Item, Page, Table

_FEW = 0.5
"""How many of the comments a filter finds, as a guess: then one reading mostly finds a page."""

received_of = lru_cache(maxsize=1_000)(rows.received_of)
"""What was received never changes, and the same pages are read again and again."""


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """Which comments a list is to have; ``None`` wants all."""

    kind: str | None = None
    parent_id: str | None = None
    language: str | None = None

    @property
    def conditions(self) -> Mapping[str, str]:
        """What the table itself picks by."""
        wanted = {"kind": self.kind, "language": self.language}
        return {name: value for name, value in wanted.items() if value is not None}


@dataclass(frozen=True, kw_only=True)
class Part:
    """Which part of a list is wanted: at most `size` comments after a place, in an order.

    Attributes
    ----------
    settled : str
        Place before which nothing can come in between any more: who goes on from there, the oldest
        first, misses nothing. Beyond it a part ends only where the list ends.
    """

    after: str | None
    size: int
    newest_first: bool = False
    settled: str = ""


@dataclass(frozen=True, kw_only=True)
class Found:
    """Comments in order, the place of each, and that after which to go on (``None`` at the end)."""

    comments: list[Comment]
    places: list[str]
    last: str | None


class ListStore:
    """Lists of the comments of all topics.

    Parameters
    ----------
    table : Table
        The comments table.
    """

    def __init__(self, table: Table) -> None:
        self._table = table

    def published(self, window: Window, wanted: Wanted, part: Part) -> Found:
        """Published comments of a round by publication, or of a thread.

        What the comments have beside what is shown of them is not read (`rows.SHOWN`).
        """
        in_thread = wanted.parent_id is not None
        source = self._source(
            [thread_pk(window, str(wanted.parent_id))] if in_thread else shard_pks("P", window),
            index=GROUPED if in_thread else PUBLIC,
            by="published_at",
            where=wanted.conditions,
        )
        fitting = _FEW if wanted.conditions else 1.0
        gathered = gather(source, _wish(part, fitting=fitting))
        return _found(_settled(gathered, part, source), window, source)

    def inquiries(self, window: Window, part: Part, *, answered: bool | None) -> Found:
        """Published inquiries of a round by receipt: all, or only those with (without) an answer.

        As in `published`, not all of them is read.
        """
        letters = {None: "IA", True: "A", False: "I"}[answered]
        partitions = [pk for letter in letters for pk in shard_pks(letter, window)]
        source = self._source(
            partitions, index=GROUPED, by="received_at", where={"status": "published"}
        )
        gathered = gather(source, _wish(part, fitting=1.0))
        return _found(replace(gathered, items=_once(gathered.items)), window, source)

    def unanswered(self, window: Window) -> Count:
        """How many inquiries of a round, neither refused nor taken back, have no answer.

        Those of them that are published are the ones that fit.
        """
        shown = [{"status": "published"}]
        counts = side_by_side.each(
            lambda pk: self._table.count(pk, index=GROUPED, where=shown), shard_pks("I", window)
        )
        return Count(
            fitting=sum(count.fitting for count in counts), all=sum(count.all for count in counts)
        )

    def _source(
        self, partitions: list[str], *, index: str, by: str, where: Mapping[str, Any]
    ) -> Source:
        def read(wish: Wish, pk: str, seen: str | None, limit: int) -> Page:
            return self._table.query(
                pk,
                index=index,
                beyond=seen or "",
                limit=limit,
                newest_first=wish.newest_first,
                where=[where] if where else (),
                only=rows.SHOWN,
            )

        return Source(
            partitions=partitions,
            read=read,
            place=lambda item: f"{item[by]}#{item['sk']}",
            place_of_last=lambda key: str(key[f"{index}_sk"]),
        )


def _wish(part: Part, *, fitting: float) -> Wish:
    return Wish(
        after=part.after,
        size=part.size,
        newest_first=part.newest_first,
        share_fitting=fitting,
    )


def _settled(gathered: Gathered, part: Part, source: Source) -> Gathered:
    """What was gathered, but no place to go on from that something could still come before."""
    last = gathered.last
    if part.newest_first or last is None or last <= part.settled:
        return gathered
    last = max(part.settled, part.after or "")
    return Gathered(items=[i for i in gathered.items if source.place(i) <= last], last=last)


def _once(inquiries: list[Item]) -> list[Item]:
    """Each inquiry once: one that is answered meanwhile can be found where it was and where it is.

    Its place in the order of receipt is the same in both, so that no further page has it again.
    """
    kept: dict[str, Item] = {}
    for item in inquiries:
        if item["sk"] not in kept or item.get("answer"):
            kept[item["sk"]] = item
    return list(kept.values())


def _found(gathered: Gathered, window: Window, source: Source) -> Found:
    comments = [
        rows.comment_of(
            _published(item), topic_id=window.topic_id, round_=window.round, read=received_of
        )
        for item in gathered.items
    ]
    places = [source.place(item) for item in gathered.items]
    return Found(comments=comments, places=places, last=gathered.last)


def _published(item: Item) -> Item:
    return {**item, "status": "published"}
