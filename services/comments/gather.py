"""One list out of several partitions, each of which is in the order of its sort keys.

The partitions' next items are read at once. What may be shown is what lies before the place up to
which all of them have been read: an item that is still unread somewhere cannot belong before it.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from services.shared import side_by_side
from services.shared.table import Item, Page

_GROWTH = 4
"""By how much more a partition is asked for each time, where a filter leaves little."""


@dataclass(frozen=True, kw_only=True)
class Wish:
    """Which part of the list is wanted.

    Attributes
    ----------
    after : str or None
        Place after which to begin: a sort key, whether an item has it or not.
    size : int
        Most items.
    newest_first : bool
        Descending order.
    share_fitting : float
        Which part of the items read will fit, roughly.
    most_examined : int
        About so many items are read; then what was found has to do.
    """

    after: str | None
    size: int
    newest_first: bool = False
    share_fitting: float = 1.0
    most_examined: int = 5_000

    def is_before(self, one: str, other: str) -> bool:
        """Tell whether a place comes before another in the order asked for."""
        return one > other if self.newest_first else one < other


@dataclass(frozen=True, kw_only=True)
class Gathered:
    """Items in order, and the place after which to go on (``None`` at the end).

    There may be fewer items than were wished for, or none, and more to come all the same.
    """

    items: list[Item]
    last: str | None


@dataclass(frozen=True, kw_only=True)
class Source:
    """Where the items come from.

    Attributes
    ----------
    partitions : sequence of str
        Partition keys.
    read : callable
        Reads a page: the wish, partition key, place after which to begin (or ``None``), limit.
    place : callable
        Sort key of an item.
    place_of_last : callable
        Sort key in `Page.last`.
    """

    partitions: Sequence[str]
    read: Callable[[Wish, str, str | None, int], Page]
    place: Callable[[Item], str]
    place_of_last: Callable[[Item], str]


@dataclass
class _Stream:
    """A partition, read up to a place."""

    pk: str
    seen: str | None
    limit: int
    ended: bool = False


@dataclass
class _Pool:
    source: Source
    wish: Wish
    streams: list[_Stream]
    items: list[Item] = field(default_factory=list)
    examined: int = 0

    def lagging(self) -> list[_Stream]:
        """Streams in which there may be more that belongs to the part wanted."""
        self.items.sort(key=self.source.place, reverse=self.wish.newest_first)
        if len(self.items) <= self.wish.size:
            return self.unfinished()
        # One more than is wanted, since only then it is known that there is more.
        end = self.source.place(self.items[self.wish.size])
        return [s for s in self.unfinished() if self.wish.is_before(str(s.seen), end)]

    def unfinished(self) -> list[_Stream]:
        return [stream for stream in self.streams if not stream.ended]

    def read_on(self, streams: list[_Stream]) -> None:
        share = max(1, (self.wish.most_examined - self.examined) // len(streams))
        pages = side_by_side.each(
            lambda s: self.source.read(self.wish, s.pk, s.seen, min(s.limit, share)), streams
        )
        for stream, page in zip(streams, pages, strict=True):
            self.items += page.items
            self.examined += page.examined
            stream.limit *= _GROWTH
            stream.ended = page.last is None
            stream.seen = self.source.place_of_last(page.last) if page.last else stream.seen

    def cut(self) -> Gathered:
        size, place, unread = self.wish.size, self.source.place, self.unfinished()
        seen = [str(stream.seen) for stream in unread]
        known = (max(seen) if self.wish.newest_first else min(seen)) if seen else None
        sure = [i for i in self.items if not (known and self.wish.is_before(known, place(i)))]
        if len(sure) > size:
            return Gathered(items=sure[:size], last=place(sure[size - 1]))
        return Gathered(items=sure, last=known)


def gather(source: Source, wish: Wish) -> Gathered:
    """The part of the list that is wished for."""
    limit = _first_limit(wish, len(source.partitions))
    streams = [_Stream(pk=pk, seen=wish.after, limit=limit) for pk in source.partitions]
    pool = _Pool(source=source, wish=wish, streams=streams)
    while (lagging := pool.lagging()) and pool.examined < wish.most_examined:
        pool.read_on(lagging)
    return pool.cut()


def _first_limit(wish: Wish, partitions: int) -> int:
    """How many items to read of each partition at first, so that one reading mostly suffices.

    Items lie in their partitions by chance: how many of a part of the list are in one varies by
    the root of the mean, and three times that is rarely exceeded.
    """
    mean = (wish.size + 1) / wish.share_fitting / partitions
    return math.ceil(mean if partitions == 1 else mean + 3 * math.sqrt(mean))
