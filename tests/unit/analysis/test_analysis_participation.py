"""Who took part against the target groups: the right ratio, and nobody to be picked out of it."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import combinations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.analysis.contracts.participation import Participation as Contract
from services.analysis.model.participation import described
from services.shared.participation import (
    ListCounts,
    Participation,
    TargetGroup,
    ValueCount,
    far_below,
    interval_of_share,
    measured,
)
from services.shared.suppression import is_small

Table = tuple[int, ...]
"""Submissions by value; the last cell is of those that told none."""
VALUES = ("18-24", "25-34", "35-64", "65+")


def counted(table: Table, *groups: TargetGroup) -> Participation:
    values = tuple(
        ValueCount(value=value, count=count)
        for value, count in zip(VALUES, table[:-1], strict=False)
    )
    counts = ListCounts(name="age_band", values=values, not_told=table[-1])
    return Participation(submissions=sum(table), lists=(counts,), target_groups=groups)


def group(*values: str, share: float | None = 0.3) -> TargetGroup:
    name = "+".join(values)
    return TargetGroup(id=name, asked_as="age_band", values=values, population_share=share)


def _groups(values: int) -> list[TargetGroup]:
    """Every group that can be made of the values of a list."""
    return [
        group(*some, share=0.13 * size)
        for size in range(1, values + 1)
        for some in combinations(VALUES[:values], size)
    ]


def _tables(people: int, cells: int) -> Iterator[Table]:
    if cells == 1:
        yield (people,)
        return
    for count in range(people + 1):
        for rest in _tables(people - count, cells - 1):
            yield count, *rest


def _seen(table: Table) -> str:
    """All that is shown of a table, every possible group and who is said to stay away included."""
    participation = counted(table, *_groups(len(table) - 1))
    named = [measure.group.id for measure in far_below(participation)]
    return f"{described(participation)} {named}"


@pytest.mark.parametrize(
    ("cells", "sizes"),
    [(2, range(1, 60)), (3, range(1, 46)), (4, (*range(1, 19), 37)), (5, (9, 13))],
)
def test_no_small_cell_nor_group_can_be_worked_out_of_all_that_is_shown(
    cells: int, sizes: Iterable[int]
) -> None:
    groups = _groups(cells - 1)
    for people in sizes:
        alike: defaultdict[str, list[Table]] = defaultdict(list)
        for table in _tables(people, cells):
            alike[_seen(table)].append(table)
        for tables in alike.values():
            columns = list(zip(*tables, strict=True))
            columns.append(tuple(people - table[-1] for table in tables))
            columns += [tuple(_sum(table, each) for table in tables) for each in groups]
            for column in columns:
                assert len(set(column)) > 1 or not is_small(column[0]), (people, tables[0])


def _sum(table: Table, each: TargetGroup) -> int:
    return sum(table[VALUES.index(value)] for value in each.values)


def test_a_group_is_measured_by_those_who_told_and_against_the_population() -> None:
    [measure] = measured(counted((20, 60, 20, 0, 50), group("18-24", share=0.4)))
    assert (measure.participants, measure.told, measure.share) == (20, 100, 0.2)
    assert measure.ratio == pytest.approx(0.5)
    assert measure.interval == pytest.approx((0.133367 / 0.4, 0.288829 / 0.4), abs=1e-5)
    assert measure.verdict == "under"


@pytest.mark.parametrize(
    ("share", "verdict"), [(0.4, "under"), (0.25, "near"), (0.2, "near"), (0.1, "over")]
)
def test_a_verdict_is_given_where_chance_does_not_explain_the_difference(
    share: float, verdict: str
) -> None:
    [measure] = measured(counted((20, 60, 20, 0, 50), group("18-24", share=share)))
    assert measure.verdict == verdict


@given(st.integers(1, 5000), st.data())
def test_the_interval_is_where_the_score_test_ends(whole: int, data: st.DataObject) -> None:
    part = data.draw(st.integers(0, whole))
    share = part / whole
    for end in interval_of_share(part, whole):
        assert 0 <= end <= 1
        distance = (share - end) ** 2 * whole
        assert distance == pytest.approx(1.959964**2 * end * (1 - end), abs=1e-6)


def test_a_group_of_several_values_gives_no_hidden_one_away() -> None:
    table = (3, 40, 30, 20, 10)
    groups = [group("18-24"), group("18-24", "25-34"), group("18-24", "35-64"), group("65+")]
    found = measured(counted(table, *groups))
    # The small cell and the next one are hidden; what both make together is known anyway.
    assert [each.participants for each in found] == [None, 43, None, 20]
    for each in (found[0], found[2]):
        assert (each.share, each.ratio, each.interval, each.verdict) == (None,) * 4


def test_where_few_kept_silent_no_share_tells_how_many() -> None:
    [measure] = measured(counted((20, 60, 20, 0, 2), group("18-24")))
    assert (measure.told, measure.share, measure.ratio, measure.interval) == (None,) * 4
    table = (described(counted((20, 60, 20, 0, 2))) or {})["by"]["age_band"]
    assert table["told"] is None
    assert {cell["percent"] for cell in table["cells"]} == {None}


def test_a_group_that_nothing_asks_for_is_shown_unmeasured() -> None:
    unasked = TargetGroup(id="nurses", population_share=0.1)
    found = described(counted((20, 60, 20, 0, 2), unasked)) or {}
    [shown] = found["target_groups"]
    assert (shown["id"], shown["asked_as"], shown["participants"]) == ("nurses", None, None)


def test_a_group_without_a_population_share_has_a_share_alone() -> None:
    [measure] = measured(counted((20, 60, 20, 0, 50), group("18-24", share=None)))
    assert (measure.share, measure.ratio, measure.verdict) == (0.2, None, None)


@pytest.mark.parametrize(
    ("table", "named"),
    [
        ((5, 60, 20, 0, 50), True),
        ((0, 60, 20, 0, 50), True),
        ((3, 60, 20, 0, 50), True),
        ((20, 60, 20, 0, 50), False),
        ((0, 20, 9, 0, 50), False),
        ((0, 60, 20, 0, 2), False),
    ],
)
def test_a_gap_is_named_of_thirty_people_or_more_and_by_no_more_than_may_be_shown(
    table: Table, named: bool
) -> None:
    found = far_below(counted(table, group("18-24", share=0.25)))
    assert [each.group.id for each in found] == (["18-24"] if named else [])


@pytest.mark.parametrize("table", [(0, 0, 0, 0, 0), (3, 40, 30, 20, 10), (1, 1, 1, 1, 1)])
def test_what_is_shown_is_what_the_contract_says(table: Table) -> None:
    found: Any = described(counted(table, *_groups(4)))
    assert Contract.model_validate_json(Contract.model_validate(found).model_dump_json())
    assert described(None) is None
