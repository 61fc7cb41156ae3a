"""Deliver a notice over a channel and record what came of it."""

from datetime import datetime

from services.outreach.model.delivery import TIMED_OUT, Delivery, Outcome, reason_of
from services.outreach.model.notice import Notice
from services.outreach.store import ChangedMeanwhile, Standing
from services.outreach.use_cases.compose import NothingToTell, compose, while_to_be_told
from services.outreach.use_cases.means import Means
from services.outreach.use_cases.parcels import parcels
from services.outreach.use_cases.parts import InParts, left, split_of, together
from services.outreach.use_cases.send import Round, send_to_all
from services.shared.errors import TransientError

_READ_BY_PEOPLE = {"web", "atom"}
"""Channels that people come to; over the others the notice comes to them."""


def deliver(delivery: Delivery, *, at: datetime, means: Means, whole: bool = True) -> Outcome:
    """Deliver a notice; a delivery that is complete is not touched again.

    Parameters
    ----------
    whole : bool
        Whether to attend to everybody, however many they are.

    Raises
    ------
    TransientError
        If it should be tried again; nobody who was told will be told twice.
    OutOfTime
        If there was no time for everybody.
    InParts
        If not `whole`, and there are too many to be attended to here.
    """
    standing = means.deliveries.standing(delivery)
    if standing.is_complete:
        return _brought_up_to_date(delivery, standing, at=at, means=means)
    post: Notice | None = None
    try:
        outcome, post = _attempt(delivery, at=at, means=means, whole=whole)
    except NothingToTell as error:
        outcome = _summed_up(delivery, error.reason, means)
    return _record(delivery, outcome, after=standing, at=at, means=means, post=post)


def record_failure(delivery: Delivery, *, error: str, at: datetime, means: Means) -> Outcome:
    """Record that the state machine gave a channel up; a delivery that is complete stands.

    Parameters
    ----------
    error : str
        Name of the error; its cause is not kept, as it may quote anything.

    Raises
    ------
    TransientError
        If it should be tried again.
    """
    return sum_up(delivery, stopped=reason_of(error), at=at, means=means)


def sum_up(
    delivery: Delivery, *, at: datetime, means: Means, stopped: str | None = None
) -> Outcome:
    """Record what came of a delivery, however far each of its parts is; a complete one stands.

    Parameters
    ----------
    stopped : str, optional
        Code of what ended it, where it was given up.

    Raises
    ------
    TransientError
        If it should be tried again.
    """
    standing = means.deliveries.standing(delivery)
    if standing.is_complete:
        return _brought_up_to_date(delivery, standing, at=at, means=means)
    outcome = _summed_up(delivery, stopped, means)
    return _record(delivery, outcome, after=standing, at=at, means=means)


def settle(delivery: Delivery, *, at: datetime, means: Means) -> None:
    """Record the outcome once each part has ended, and again once all are complete.

    Raises
    ------
    TransientError
        If it should be tried again.
    """
    split, told = means.parts.split(delivery), means.parts.told(delivery)
    # A part that ran out of time is gone on with: it has not ended.
    ended = [part for part in told.values() if part.stopped != TIMED_OUT]
    if split is None or len(ended) < len(split.parts):
        return
    is_whole = all(part.is_complete for part in ended)
    if is_whole or means.deliveries.standing(delivery).outcome is None:
        sum_up(delivery, at=at, means=means)


def _attempt(
    delivery: Delivery, *, at: datetime, means: Means, whole: bool
) -> tuple[Outcome, Notice | None]:
    notice, topic = compose(delivery, ask=means.ask, links=means.links, at=at)
    if delivery.channel in _READ_BY_PEOPLE:
        return Outcome.posted(), notice
    if not whole and (split := split_of(delivery, notice, topic, at=at, means=means)):
        if parts := left(delivery, split, means):
            raise InParts(parts)
        return together(delivery, split, stopped=None, means=means), None
    round_ = Round(
        delivery=delivery, one_provider=delivery.channel != "webhook", at=at, means=means
    )
    to = parcels(delivery.channel, notice, topic, means)
    stopped = send_to_all(while_to_be_told(to, delivery, means=means, at=at), round_)
    return _counted(delivery, stopped, means), None


def _brought_up_to_date(
    delivery: Delivery, standing: Standing, *, at: datetime, means: Means
) -> Outcome:
    """Outcome of a complete delivery; a slower attempt may have confirmed a claim since."""
    outcome = standing.outcome
    if outcome is None or outcome.unknown:
        outcome = _summed_up(delivery, None, means)
    return _record(delivery, outcome, after=standing, at=at, means=means)


def _summed_up(delivery: Delivery, reason: str | None, means: Means) -> Outcome:
    """Outcome by what the parts say, if there are any, and by the ledger else."""
    if split := means.parts.split(delivery):
        return together(delivery, split, stopped=reason, means=means)
    return _counted(delivery, reason, means)


def _counted(delivery: Delivery, reason: str | None, means: Means) -> Outcome:
    """Outcome by what the ledger says, which knows of earlier attempts too."""
    return Outcome.of_ledger(means.deliveries.entries(delivery), stopped=reason)


def _record(
    delivery: Delivery,
    outcome: Outcome,
    *,
    after: Standing,
    at: datetime,
    means: Means,
    post: Notice | None = None,
) -> Outcome:
    if outcome == after.outcome:
        return outcome
    try:
        means.deliveries.record(delivery, outcome, after=after, at=at, post=post)
    except ChangedMeanwhile as error:
        raise TransientError("another attempt recorded an outcome") from error
    return outcome
