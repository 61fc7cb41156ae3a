"""An adversary who knows the code, and enumerates every table that would look the same."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from services.analysis.model.comment import Answer, Question, Scale
from services.analysis.model.questions import ClosedQuestions
from services.shared.suppression import (
    MINIMUM_CELL,
    hidden_of_choices,
    hidden_of_parts,
    is_small,
    mean_of,
)

Table = tuple[int, ...]
Seen = tuple[Any, ...]
"""What is public of a table; the number of respondents is taken to be known, shown or not."""


def _partitions(people: int, cells: int) -> Iterator[Table]:
    """Every table of people who are in exactly one of the cells each."""
    if cells == 1:
        yield (people,)
        return
    for count in range(people + 1):
        for rest in _partitions(people - count, cells - 1):
            yield count, *rest


def _choices(people: int, cells: int) -> Iterator[Table]:
    """Every table of people who are in one or more of the cells each."""
    if cells == 0:
        yield ()
        return
    for count in range(people + 1):
        for rest in _choices(people, cells - 1):
            yield count, *rest


def _shown(table: Table, hidden: frozenset[int]) -> Seen:
    return tuple(None if n in hidden else count for n, count in enumerate(table))


def _single(table: Table) -> Seen:
    return _shown(table, hidden_of_parts(table))


def _scale(table: Table) -> Seen:
    hidden = hidden_of_parts(table)
    values = {n + 1: count for n, count in enumerate(table)}
    return *_shown(table, hidden), mean_of(values, {n + 1 for n in hidden})


def _alike(tables: Iterator[Table], seen: Any) -> list[list[Table]]:
    groups: defaultdict[Seen, list[Table]] = defaultdict(list)
    for table in tables:
        groups[seen(table)].append(table)
    return list(groups.values())


SIZES = [(2, 40), (3, 26), (4, 18), (5, 14)]


@pytest.mark.parametrize("seen", [_single, _scale])
@pytest.mark.parametrize(("cells", "most"), SIZES)
def test_no_small_cell_of_a_single_choice_or_scale_can_be_worked_out(
    seen: Any, cells: int, most: int
) -> None:
    for people in range(1, most):
        for alike in _alike(_partitions(people, cells), seen):
            for column in zip(*alike, strict=True):
                assert len(set(column)) > 1 or not is_small(column[0]), (people, alike[0])


@pytest.mark.parametrize(("cells", "most"), [(2, 24), (3, 14), (4, 9)])
def test_no_small_cell_of_a_multiple_choice_nor_its_rest_can_be_worked_out(
    cells: int, most: int
) -> None:
    for people in range(1, most):

        def seen(table: Table, people: int = people) -> Seen:
            return _shown(table, hidden_of_choices(table, respondents=people))

        tables = (table for table in _choices(people, cells) if sum(table) >= people)
        for alike in _alike(tables, seen):
            for column in zip(*alike, strict=True):
                small = is_small(column[0]) or is_small(people - column[0])
                assert len(set(column)) > 1 or not small, (people, alike[0])


TELLING = st.sampled_from([0, 1, 1, 1, 2, 3, 4, 4, 5, 6, 7, 8, 9, 16, 17, 40])


@given(st.lists(TELLING, min_size=2, max_size=12))
@example([1, 1, 1, 1, 16, 40])
@example([4, 4, 4, 4, 5, 40])
def test_in_tables_of_any_size_a_small_cell_may_have_another_value(cells: list[int]) -> None:
    hidden = hidden_of_parts(cells)
    for cell in (n for n, count in enumerate(cells) if is_small(count)):
        others = (_moved(cells, cell, other, by) for other in hidden for by in (-3, -1, 1, 3))
        assert any(other and _single(other) == _single(tuple(cells)) for other in others), cell


def _moved(cells: list[int], cell: int, other: int, by: int) -> Table | None:
    """The table with some people of one cell in another one, if there can be such a table."""
    moved = list(cells)
    moved[cell] += by
    moved[other] -= by
    return tuple(moved) if other != cell and min(moved) >= 0 else None


@given(st.lists(st.integers(0, 60), min_size=2, max_size=9))
def test_what_is_left_when_all_shown_cells_are_subtracted_is_five_people_or_more(
    cells: list[int],
) -> None:
    hidden = hidden_of_parts(cells)
    assert {n for n, count in enumerate(cells) if is_small(count)} <= hidden
    left = sum(cells[n] for n in hidden)
    assert left == 0 or left >= MINIMUM_CELL or sum(cells) == left


@pytest.mark.parametrize(
    ("cells", "hidden"),
    [
        ((9, 5), set()),
        ((9, 5, 0), set()),
        ((9, 4, 7), {1, 2}),
        ((9, 4, 0, 7), {1, 3}),
        ((7, 9, 4), {0, 2}),
        ((60, 3, 3), {1, 2}),
        ((60, 1, 1, 80), {1, 2, 3}),
        ((60, 3, 1, 80), {1, 2, 3}),
        ((60, 80, 3, 1), {0, 2, 3}),
        ((60, 5, 1), {0, 2}),
        ((60, 1, 5), {1, 2}),
        ((0, 3), {0, 1}),
        ((0, 2, 2), {0, 1, 2}),
        ((0, 4, 4), {0, 1, 2}),
        ((0, 4, 3, 3), {1, 2, 3}),
        ((0, 0), set()),
        ((0, 30), set()),
    ],
)
def test_as_little_is_hidden_as_it_takes(cells: Table, hidden: set[int]) -> None:
    assert hidden_of_parts(cells) == hidden


def test_a_mean_is_as_exact_as_the_cells_shown_allow() -> None:
    assert mean_of({1: 10, 2: 20, 3: 5}, set()) == 1.86
    many = {1: 3, 2: 400, 3: 500, 4: 300, 5: 90}
    assert mean_of(many, {1, 2}) == 3.06
    few = {1: 3, 2: 40, 3: 50, 4: 30, 5: 9}
    assert mean_of(few, {1, 2}) == 3.0
    assert mean_of({1: 3, 2: 6, 3: 6}, {1, 2}) is None
    assert mean_of({1: 1, 2: 1, 3: 4}, {1, 2, 3}) is None
    assert mean_of({1: 0, 2: 0}, set()) is None


def _counted(question: Question, *answers: dict[str, Any]) -> dict[str, Any]:
    questions = ClosedQuestions([question])
    for answer in answers:
        questions.add((Answer.model_validate({"question_id": "q", **answer}),))
    [table] = questions.tables()
    return table


def test_an_option_that_few_left_out_is_hidden_like_one_that_few_chose() -> None:
    question = Question(id="q", kind="multiple", option_ids=("a", "b", "c", "d"))
    both = [{"option_ids": ["a", "b"]}] * 17 + [{"option_ids": ["b", "c"]}] * 3
    table = _counted(question, *both)
    assert [cell["count"] for cell in table["cells"]] == [None, 20, None, 0]
    assert (table["respondents"], table["suppressed"]) == (20, 2)


def test_a_scale_shows_every_value_and_its_mean() -> None:
    question = Question(id="q", kind="scale", scale=Scale(min=1, max=4))
    answers = [{"value": value} for value in [2] * 5 + [4] * 15]
    table = _counted(question, *answers)
    assert [(cell["option"], cell["count"]) for cell in table["cells"]] == [
        ("1", 0),
        ("2", 5),
        ("3", 0),
        ("4", 15),
    ]
    assert table["mean"] == 3.5


def test_a_question_that_nobody_answered_has_no_shares() -> None:
    table = _counted(Question(id="q", kind="single", option_ids=("a", "b")))
    assert table["respondents"] == 0
    assert table["cells"] == [{"option": n, "count": 0, "percent": None} for n in ("a", "b")]


@pytest.mark.parametrize("kind", ["single", "multiple"])
def test_below_five_respondents_not_even_the_empty_cells_are_told(kind: Any) -> None:
    question = Question(id="q", kind=kind, option_ids=("a", "b", "c"))
    table = _counted(question, *[{"option_ids": ["a"]}] * 4)
    assert table["respondents"] is None
    assert [cell["count"] for cell in table["cells"]] == [None] * 3
