"""One list out of several partitions: in order, whole, and no more read than is allowed."""

from dataclasses import dataclass, field
from typing import Any

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from services.comments.gather import Gathered, Source, Wish, gather
from services.shared.table import Page

PARTITIONS = ("P#0", "P#1", "P#2", "P#3")


@dataclass
class Partitions:
    """Partitions in memory, read as DynamoDB reads: by place, a page at a time, by a filter."""

    items: dict[str, dict[str, bool]] = field(default_factory=dict)
    most_a_page: int = 1_000
    reads: int = 0
    examined: int = 0

    def source(self, number: int) -> Source:
        return Source(
            partitions=PARTITIONS[:number],
            read=self.read,
            place=lambda item: item["place"],
            place_of_last=lambda key: key["place"],
        )

    def read(self, wish: Wish, pk: str, seen: str | None, limit: int) -> Page:
        self.reads += 1
        places = sorted(self.items.get(pk, {}), reverse=wish.newest_first)
        rest = [place for place in places if seen is None or wish.is_before(seen, place)]
        most = min(limit, self.most_a_page)
        page = rest[:most]
        self.examined += len(page)
        fitting: list[dict[str, Any]] = [{"place": p} for p in page if self.items[pk][p]]
        last = {"place": page[-1]} if len(page) == most else None  # full, so perhaps not all
        return Page(items=fitting, last=last, examined=len(page))


CONTENTS = st.lists(
    st.tuples(st.sampled_from(PARTITIONS), st.integers(0, 400), st.booleans()), max_size=120
)


def filled(contents: list[tuple[str, int, bool]], number: int, *, most: int) -> Partitions:
    """Partitions that share places, as comments share instants, with ids to tell them apart."""
    found = Partitions(most_a_page=most)
    for count, (named, instant, fits) in enumerate(contents):
        pk = PARTITIONS[PARTITIONS.index(named) % number]
        found.items.setdefault(pk, {})[f"{instant // 10:03d}#{count:03d}"] = fits
    return found


def walk(partitions: Partitions, number: int, *, between: Any, **wish: Any) -> list[str]:
    """All places of the list, page by page; `between` the pages something happens."""
    places: list[str] = []
    after: str | None = None
    for _ in range(1_000):
        found: Gathered = gather(partitions.source(number), Wish(after=after, **wish))
        assert len(found.items) <= wish["size"]
        places += [item["place"] for item in found.items]
        after = found.last
        if after is None:
            return places
        between()
    raise AssertionError("the list does not end")


DENSE = [("P#0", n, True) for n in range(100, 140)]
SPARSE = [(pk, n, True) for pk in PARTITIONS[1:] for n in (5, 395)]
"""Beside a dense partition: read to the end while that has hardly begun, in either order."""


@example(
    contents=DENSE + SPARSE,
    number=4,
    size=30,
    newest_first=False,
    most_examined=8,
    most=20,
    changes=[],
)
@example(
    contents=DENSE + SPARSE,
    number=4,
    size=30,
    newest_first=True,
    most_examined=8,
    most=20,
    changes=[],
)
@given(
    contents=CONTENTS,
    number=st.sampled_from((1, 2, 4)),
    size=st.integers(1, 30),
    newest_first=st.booleans(),
    most_examined=st.integers(1, 60),
    most=st.integers(1, 20),
    changes=st.lists(st.tuples(st.integers(0, 200), st.booleans()), max_size=40),
)
@settings(suppress_health_check=[HealthCheck.too_slow])
def test_what_stays_is_in_the_list_once_and_in_order(
    contents: list[tuple[str, int, bool]],
    number: int,
    size: int,
    newest_first: bool,
    most_examined: int,
    most: int,
    changes: list[tuple[int, bool]],
) -> None:
    partitions = filled(contents, number, most=most)
    fitting = {p for places in partitions.items.values() for p, fits in places.items() if fits}
    staying, ever, waiting = set(fitting), set(fitting), list(changes)

    def change() -> None:
        if not waiting:
            return
        chosen, adds = waiting.pop()
        home = partitions.items.setdefault(PARTITIONS[chosen % number], {})
        if adds:
            place = f"{chosen:03d}#new{len(waiting)}"
            home[place] = True
            ever.add(place)
        elif home:
            gone = sorted(home)[chosen % len(home)]
            del home[gone]
            staying.discard(gone)

    places = walk(
        partitions,
        number,
        between=change,
        size=size,
        newest_first=newest_first,
        most_examined=most_examined,
    )
    assert places == sorted(set(places), reverse=newest_first)
    assert staying <= set(places) <= ever


def test_a_page_of_one_partition_takes_one_reading_of_one_item_more() -> None:
    partitions = filled([("P#0", n, True) for n in range(300)], 1, most=1_000)
    found = gather(partitions.source(1), Wish(after=None, size=100))
    assert (len(found.items), partitions.reads, partitions.examined) == (100, 1, 101)
    exactly = filled([("P#0", n, True) for n in range(100)], 1, most=1_000)
    assert gather(exactly.source(1), Wish(after=None, size=100)).last is None


def test_a_filter_that_finds_nothing_ends_at_its_bound_with_a_place_to_go_on_from() -> None:
    partitions = filled([("P#0", n, False) for n in range(400)], 1, most=1_000)
    found = gather(partitions.source(1), Wish(after=None, size=10, most_examined=100))
    assert found.items == []
    assert found.last is not None
    assert partitions.examined == 100


def test_little_is_read_of_many_partitions() -> None:
    contents = [(PARTITIONS[n % 4], n, True) for n in range(400)]
    partitions = filled(contents, 4, most=1_000)
    assert len(gather(partitions.source(4), Wish(after=None, size=100)).items) == 100
    assert partitions.reads == 4
    assert partitions.examined < 200
