"""What the analysis service answers of who took part."""

from typing import Literal

from services.shared.contracts.operation import Shown


class ToldCell(Shown):
    """How many submissions came with a value, in percent of those that told one; null if hidden."""

    value: str
    count: int | None
    percent: float | None


class ToldTable(Shown):
    """What authors told of one list: how many told a value, how many none, and which."""

    told: int | None
    not_told: int | None
    suppressed: int
    cells: tuple[ToldCell, ...]


class MeasuredGroup(Shown):
    """A target group against the population; null is what is suppressed or cannot be told.

    Attributes
    ----------
    asked_as : str or None
        The list of which people of the group tell one of `values`; none if nothing asks for it.
    participants, told : int or None
        Submissions from the group, of those that told a value of the list.
    ratio : float or None
        Share / population share: below 1, the group is represented less than in the population.
    interval : (float, float) or None
        95 % interval of the ratio.
    verdict : {"under", "near", "over"} or None
        Near if the interval has 1 in it.
    """

    id: str
    asked_as: str | None
    values: tuple[str, ...]
    population_share: float | None
    participants: int | None
    told: int | None
    share: float | None
    ratio: float | None
    interval: tuple[float, float] | None
    verdict: Literal["under", "near", "over"] | None


class Participation(Shown):
    """Who took part, by what authors of published submissions tell of themselves if they like."""

    basis: Literal["published comments"]
    published: int
    by: dict[str, ToldTable]
    target_groups: tuple[MeasuredGroup, ...]
