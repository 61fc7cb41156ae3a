"""Who took part, counted and measured against the groups that a consultation means to reach [W6].

Whatever is shown follows from the cells that suppression leaves open (`shown_cells`) and from how
many submissions there are, which is public: so no figure of a group tells what a cell keeps back.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from pydantic import BaseModel, ConfigDict

from services.shared.suppression import MINIMUM_CELL, hidden_of_parts, is_small

Verdict = Literal["under", "near", "over"]
Cells = tuple[int | None, ...]

_Z = 1.959964
"""Of the normal distribution: 95 % lie within so many standard deviations."""
_FAR_BELOW = 0.8
_ENOUGH = 30
"""Fewer people who told are no ground to say that a group stays away."""


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class TargetGroup(_Part):
    """A group to be reached: who tells one of `values` of a list is in it.

    Attributes
    ----------
    asked_as : str or None
        The list, as ``age_band``; ``None`` if nothing that participants are asked tells of it.
    population_share : float or None
        Its part of the population, 0 to 1.
    """

    id: str
    asked_as: str | None = None
    values: tuple[str, ...] = ()
    population_share: float | None = None


class ValueCount(_Part):
    """How many submissions came with a value."""

    value: str
    count: int


class ListCounts(_Part):
    """How many submissions came with each value of one list, and how many with none of them."""

    name: str
    values: tuple[ValueCount, ...]
    not_told: int

    @property
    def told(self) -> int:
        """How many came with one of the values."""
        return sum(each.count for each in self.values)


class Participation(_Part):
    """What was counted of a round's published submissions: counts alone, no person."""

    submissions: int = 0
    lists: tuple[ListCounts, ...] = ()
    target_groups: tuple[TargetGroup, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Measure:
    """A group's part in the consultation against its part in the population.

    Attributes
    ----------
    participants, told : int or None
        Submissions from the group, and all that told a value of the list; ``None`` if suppressed.
    share : float or None
        The one in the other.
    ratio : float or None
        Share / population share: below 1, the group is represented less than it is in the country.
    interval : (float, float) or None
        Ends of the ratio's 95 % interval; chance alone, as if people had been drawn by lot.
    verdict : {"under", "near", "over"} or None
        ``near`` if the interval has 1 in it.
    """

    group: TargetGroup
    participants: int | None = None
    told: int | None = None
    share: float | None = None
    ratio: float | None = None
    interval: tuple[float, float] | None = None
    verdict: Verdict | None = None


def shown_cells(counts: ListCounts) -> tuple[Cells, int | None]:
    """Cells of a list, in its order, and how many told none of them; ``None`` where suppressed.

    Where those who told nothing, or those who told something, are fewer than five, each submission
    is in one of the values or in none, and the sum of all is known. Otherwise both sums are known.
    """
    cells = [each.count for each in counts.values]
    if is_small(counts.not_told) or is_small(counts.told):
        hidden = hidden_of_parts([*cells, counts.not_told])
    else:
        hidden = hidden_of_parts(cells)
    shown = tuple(None if n in hidden else count for n, count in enumerate(cells))
    return shown, None if len(cells) in hidden else counts.not_told


def measured(participation: Participation) -> list[Measure]:
    """Each target group against its share of the population, in the order of the groups."""
    lists = {each.name: each for each in participation.lists}
    return [
        _measure(group, lists[group.asked_as], participation.submissions)
        if group.asked_as in lists
        else Measure(group=group)
        for group in participation.target_groups
    ]


def far_below(participation: Participation) -> list[Measure]:
    """Groups of which too few take part: the ratio's interval ends below 0.8, of 30 people or more.

    A cell that is kept back counts as the most that it can be, so that being named here tells no
    more of it than that it is one of the small ones.
    """
    lists = {each.name: each for each in participation.lists}
    return [
        measure
        for measure in measured(participation)
        if measure.group.asked_as and _is_far_below(measure, lists[measure.group.asked_as])
    ]


def interval_of_share(part: int, whole: int) -> tuple[float, float]:
    """95 % interval of a share.

    Wilson, E. B. (1927): Probable inference, the law of succession, and statistical inference.
    Journal of the American Statistical Association 22, 209–212.

    Parameters
    ----------
    part, whole : int
        How many of how many; `whole` is 1 at least.
    """
    share, spread = part / whole, _Z**2 / whole
    middle = (share + spread / 2) / (1 + spread)
    half = _Z * math.sqrt(share * (1 - share) / whole + spread / (4 * whole)) / (1 + spread)
    return max(0.0, middle - half), min(1.0, middle + half)


def _measure(group: TargetGroup, counts: ListCounts, submissions: int) -> Measure:
    cells, not_told = shown_cells(counts)
    told = None if not_told is None else submissions - not_told
    participants = _of_group(group, counts, cells, told)
    if participants is None or not told:
        return Measure(group=group, participants=participants, told=told)
    share = participants / told
    if not group.population_share:
        return Measure(group=group, participants=participants, told=told, share=share)
    low, high = (end / group.population_share for end in interval_of_share(participants, told))
    return Measure(
        group=group,
        participants=participants,
        told=told,
        share=share,
        ratio=share / group.population_share,
        interval=(low, high),
        verdict="under" if high < 1 else "over" if low > 1 else "near",
    )


def _of_group(group: TargetGroup, counts: ListCounts, cells: Cells, told: int | None) -> int | None:
    """Submissions from a group, if subtraction gives them anyway; ``None`` if not."""
    shown = dict(zip((each.value for each in counts.values), cells, strict=True))
    hidden = {value for value, count in shown.items() if count is None}
    if not hidden & set(group.values):
        return sum(count for value, count in _of(shown, group).items() if count is not None)
    if told is None or not hidden <= set(group.values):
        return None
    others = sum(count or 0 for value, count in shown.items() if value not in group.values)
    return None if is_small(told - others) else told - others


def _of(shown: Mapping[str, int | None], group: TargetGroup) -> dict[str, int | None]:
    return {value: shown[value] for value in shown if value in group.values}


def _is_far_below(measure: Measure, counts: ListCounts) -> bool:
    share, told = measure.group.population_share, measure.told
    if not share or told is None or told < _ENOUGH:
        return False
    people = measure.participants
    if people is None:
        inside = [each.count for each in counts.values if each.value in measure.group.values]
        if sum(1 for count in inside if count) != 1 or not is_small(sum(inside)):
            return False
        people = MINIMUM_CELL - 1
    return interval_of_share(people, told)[1] / share < _FAR_BELOW
