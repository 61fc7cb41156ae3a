"""Deliver a notice part by part, to more people than one function has the time for."""

from collections.abc import Iterator
from datetime import datetime

from services.outreach.model.delivery import (
    INTERNAL_ERROR,
    TIMED_OUT,
    UNAVAILABLE,
    Delivery,
    Outcome,
    Tally,
)
from services.outreach.model.notice import Notice, PublicTopic
from services.outreach.model.parts import Split, split_for
from services.outreach.part_store import PartTold
from services.outreach.use_cases.compose import NothingToTell, compose, while_to_be_told
from services.outreach.use_cases.means import Means
from services.outreach.use_cases.parcels import how_many, parcels
from services.outreach.use_cases.send import OutOfTime, Round, send_to_all
from services.shared.errors import TransientError


class InParts(Exception):
    """A delivery goes to too many for one function.

    Attributes
    ----------
    left : tuple of str
        Parts in which not everybody was attended to.
    """

    def __init__(self, left: tuple[str, ...]) -> None:
        self.left = left
        super().__init__(f"{len(left)} parts")


def split_of(
    delivery: Delivery, notice: Notice, topic: PublicTopic, *, at: datetime, means: Means
) -> Split | None:
    """How a delivery is split, as noted when it began; ``None`` if one function can do it."""
    standing = means.parts.split(delivery)
    if standing is None and (new := split_for(how_many(delivery.channel, notice, topic, means))):
        return means.parts.keep_split(delivery, new, at=at)
    return standing


def left(delivery: Delivery, split: Split, means: Means) -> tuple[str, ...]:
    """Parts in which not everybody was attended to."""
    told = means.parts.told(delivery)
    return tuple(p for p in split.parts if p not in told or not told[p].is_complete)


def deliver_part(delivery: Delivery, part: str, *, at: datetime, means: Means) -> None:
    """Attend to everybody in a part, and note what came of it; one that is complete stays so.

    It is noted whatever ends it: where parts are waited for, one that nobody hears of holds up all.

    Raises
    ------
    TransientError
        If it should be tried again; nobody who was told will be told twice.
    OutOfTime
        If there was no time for everybody.
    """
    before = means.parts.told(delivery).get(part)
    if before and before.is_complete:
        return
    try:
        stopped = _attend_to(delivery, part, at=at, means=means)
    except Exception as error:
        _note(delivery, part, stopped=_code_of(error), at=at, means=means)
        raise
    _note(delivery, part, stopped=stopped, at=at, means=means)


def together(delivery: Delivery, split: Split, *, stopped: str | None, means: Means) -> Outcome:
    """Outcome of all parts, counted again as far as there is time, else as it was noted.

    Since a part ended mails may have come back, and a slower attempt confirmed a claim.

    Parameters
    ----------
    stopped : str or None
        Code of what ended the delivery, if it is known; else that of the first part that is not
        complete.
    """
    told = means.parts.told(delivery)
    tallies = Tally.together(_tallies(delivery, split, told, means))
    reasons = (told[p].stopped if p in told else UNAVAILABLE for p in split.parts)
    return Outcome.of_tally(tallies, stopped=stopped or next(filter(None, reasons), None))


def _tallies(
    delivery: Delivery, split: Split, told: dict[str, PartTold], means: Means
) -> Iterator[Tally]:
    for part in split.parts:
        found = told.get(part)
        if found is None or found.tally.unknown or means.has_time():
            yield Tally.of(means.deliveries.entries(delivery, part))
        else:
            yield found.tally


def _attend_to(delivery: Delivery, part: str, *, at: datetime, means: Means) -> str | None:
    round_ = Round(delivery=delivery, one_provider=True, at=at, means=means, part=part)
    try:
        notice, topic = compose(delivery, ask=means.ask, links=means.links, at=at)
        to = parcels(delivery.channel, notice, topic, means, part=part)
        return send_to_all(while_to_be_told(to, delivery, means=means, at=at), round_)
    except NothingToTell as error:
        return error.reason


def _code_of(error: Exception) -> str:
    """Why a part ended, as the report and the machine tell it."""
    if isinstance(error, OutOfTime):
        return TIMED_OUT
    return UNAVAILABLE if isinstance(error, TransientError) else INTERNAL_ERROR


def _note(
    delivery: Delivery, part: str, *, stopped: str | None, at: datetime, means: Means
) -> None:
    tally = Tally.of(means.deliveries.entries(delivery, part))
    means.parts.tell(delivery, part, PartTold(tally=tally, stopped=stopped), at=at)
