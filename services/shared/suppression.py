"""Which figures about people are kept back, so that nobody can work them out of those shown.

The adversary knows this code, how many people answered, every figure shown, and all that follows
from them by subtraction. So which cells are hidden must not tell what is in them: the partner of
small cells is chosen by its place, never by its size, and what else decides is a sum that
subtraction gives away anyway. Tests enumerate all tables that look alike (`tests/unit/analysis`).
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from fractions import Fraction

MINIMUM_CELL = 5
"""Fewest people that a published figure may stand for (docs/policy.md: minimum cell of 5)."""
_LARGEST_SMALL = MINIMUM_CELL - 1
_DECIMALS = (2, 1)


def is_small(count: int) -> bool:
    """Tell whether a figure stands for somebody, but for fewer people than the minimum."""
    return 0 < count < MINIMUM_CELL


def hidden_of_parts(cells: Sequence[int]) -> frozenset[int]:
    """Positions of the cells to hide where everybody is in exactly one, and the sum is known.

    1. The small cells, if together they are five people or more and their sum leaves each of them
       more than one value.
    2. Otherwise also the next cell that is neither small nor empty: from outside it may be one of
       them, or take what they leave.
    3. If there is none, every cell, those without anybody, too.
    """
    small = frozenset(n for n, count in enumerate(cells) if is_small(count))
    people = sum(cells[n] for n in small)
    if not small or _is_blurred(people, among=len(small)):
        return small
    partner = _partner(small, frozenset(n for n, count in enumerate(cells) if count))
    return frozenset(range(len(cells))) if partner is None else small | {partner}


def hidden_of_choices(cells: Sequence[int], *, respondents: int) -> frozenset[int]:
    """Positions of the cells to hide where people may be in several, and their number is known.

    Each cell is a table of its own: who chose the option, and who answered and did not.
    """
    if is_small(respondents):
        return frozenset(range(len(cells)))
    return frozenset(
        n for n, count in enumerate(cells) if is_small(count) or is_small(respondents - count)
    )


def mean_of(cells: Mapping[int, int], hidden: Collection[int]) -> float | None:
    """Mean of a scale, as exactly as it tells nothing that the cells shown do not tell.

    Parameters
    ----------
    cells : mapping
        How many people chose each value, in the order in which the cells are shown.
    hidden : collection of int
        Values whose cells are hidden.

    Returns
    -------
    float or None
        To two decimals, or to one, if all tables with the same figures shown have the same mean to
        as many; ``None`` if not, or if nobody answered.
    """
    people = sum(cells.values())
    if not people or len(hidden) == len(cells):
        return None
    shown = sum(value * count for value, count in cells.items() if value not in hidden)
    sums = list(_possible_sums(cells, frozenset(hidden))) if hidden else [0]
    least, most = Fraction(shown + min(sums), people), Fraction(shown + max(sums), people)
    for decimals in _DECIMALS:
        if round(least, decimals) == round(most, decimals):
            return float(round(least, decimals))
    return None


def _is_blurred(people: int, *, among: int) -> bool:
    """Tell whether small cells are safe by themselves: not nearly all of one, nor all of four."""
    return people >= MINIMUM_CELL and among + 2 <= people <= _LARGEST_SMALL * among - 2


def _partner(small: frozenset[int], taken: frozenset[int]) -> int | None:
    """The first cell that is neither small nor empty after the last small one, round the table."""
    last = max(small)
    return min(taken - small, key=lambda n: (n < last, n), default=None)


def _possible_sums(cells: Mapping[int, int], hidden: frozenset[int]) -> Iterator[int]:
    """Bounds of what the hidden cells may add to the sum of all values, by what is shown."""
    people = sum(cells[value] for value in hidden)
    if len(hidden) <= people <= _LARGEST_SMALL * len(hidden):
        spare = people - len(hidden)
        for values in (sorted(hidden), sorted(hidden, reverse=True)):
            yield sum(values) + _filled(values, spare)
    places = {value: place for place, value in enumerate(cells)}
    taken = frozenset(places[value] for value, count in cells.items() if count)
    for partner in hidden:
        small = hidden - {partner}
        if small and _partner(frozenset(places[v] for v in small), taken) == places[partner]:
            weights = [value - partner for value in small]
            yield partner * people + sum(min(w, _LARGEST_SMALL * w) for w in weights)
            yield partner * people + sum(max(w, _LARGEST_SMALL * w) for w in weights)


def _filled(values: Sequence[int], spare: int) -> int:
    """Sum of values when the people to spare go to the first ones, as many as each may have."""
    total = 0
    for value in values:
        more = min(spare, _LARGEST_SMALL - 1)
        total, spare = total + value * more, spare - more
    return total
