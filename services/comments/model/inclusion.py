"""Who has taken part so far, against the target groups, while a gap can still be closed [W6]."""

from datetime import datetime, timedelta

from pydantic import BaseModel, ConfigDict

from services.comments.model.window import Window
from services.shared import clock
from services.shared.participation import Measure, Participation, Verdict, far_below, measured

SAMPLE = 20_000
"""Published submissions that a look takes in, by id, which is chance, where there are more."""
_EVERY = timedelta(hours=20)
_FURTHER = 30
"""Fewer new ones would show in the figures what each of them told."""
_TIME_TO_ACT = timedelta(hours=24)


class SeenGroup(BaseModel):
    """A target group as officers see it meanwhile: no counts, and ratios to one decimal.

    Attributes
    ----------
    ratio, interval, verdict
        See `services.shared.participation.Measure`; ``None`` where suppressed or not measurable.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    population_share: float | None
    ratio: float | None
    interval: tuple[float, float] | None
    verdict: Verdict | None


class Look(BaseModel):
    """What a look at a round found.

    Attributes
    ----------
    version : int
        Counts the looks of the round.
    submissions : int
        Published ones at the time, by the counters.
    named : tuple of str
        Groups that officers have been told of, in this look or before: each once a round.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    version: int
    looked_at: str
    submissions: int
    groups: tuple[SeenGroup, ...]
    named: tuple[str, ...] = ()


def is_due(window: Window, former: Look | None, *, published: int, at: datetime) -> bool:
    """Whether to look at a round: while it collects, once a day, if enough came in since."""
    if not window.is_open(at):
        return False
    if former is None:
        return published >= _FURTHER
    rested = at - datetime.fromisoformat(former.looked_at) >= _EVERY
    return rested and abs(published - former.submissions) >= _FURTHER


def looked(
    counted: Participation, window: Window, former: Look | None, *, published: int, at: datetime
) -> tuple[Look, list[Measure]]:
    """The look, and the groups that stay away and of which nobody has been told."""
    known = former.named if former else ()
    in_time = window.closes_at - at >= _TIME_TO_ACT
    gaps = [gap for gap in far_below(counted) if in_time and gap.group.id not in known]
    look = Look(
        version=former.version + 1 if former else 1,
        looked_at=clock.to_text(at),
        submissions=published,
        groups=tuple(_seen(measure) for measure in measured(counted)),
        named=(*known, *(gap.group.id for gap in gaps)),
    )
    return look, gaps


def coarse(ratio: float | None) -> float | None:
    """A ratio as it is told during collection."""
    return None if ratio is None else round(ratio, 1)


def _seen(measure: Measure) -> SeenGroup:
    low_high = measure.interval
    return SeenGroup(
        id=measure.group.id,
        population_share=measure.group.population_share,
        ratio=coarse(measure.ratio),
        interval=(round(low_high[0], 1), round(low_high[1], 1)) if low_high else None,
        verdict=measure.verdict,
    )
