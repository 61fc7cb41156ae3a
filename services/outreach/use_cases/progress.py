"""How far a delivery is."""

from dataclasses import dataclass

from services.outreach.model.delivery import Delivery, Tally
from services.outreach.part_store import PartStore
from services.outreach.store import DeliveryStore


@dataclass(frozen=True, kw_only=True)
class Progress:
    """How far a delivery is.

    Attributes
    ----------
    parts, done : int
        Parts that it is in, and those in which everybody was attended to; a delivery to few is one.
    sent, failed, unknown : int
        Recipients so far; of a part that is being attended to, as of its last interruption.
    left : int or None
        About how many have not been attended to; 0 at the end, ``None`` where nobody counted them.
    """

    parts: int
    done: int
    sent: int
    failed: int
    unknown: int
    left: int | None


def progress(delivery: Delivery, *, deliveries: DeliveryStore, parts: PartStore) -> Progress:
    """How far a delivery is; of one that nobody has begun, nothing is done."""
    outcome, split = deliveries.standing(delivery).outcome, parts.split(delivery)
    number = len(split.parts) if split else 1
    if outcome and outcome.complete:
        return Progress(
            parts=number,
            done=number,
            sent=outcome.recipients,
            failed=outcome.failed,
            unknown=outcome.unknown,
            left=0,
        )
    if split is None:
        return _of(Tally.of(deliveries.entries(delivery)), parts=1, done=0, expected=None)
    told = parts.told(delivery).values()
    tally = Tally.together(each.tally for each in told)
    done = sum(each.is_complete for each in told)
    return _of(tally, parts=number, done=done, expected=split.expected)


def _of(tally: Tally, *, parts: int, done: int, expected: int | None) -> Progress:
    attended = tally.sent + tally.failed + tally.unknown
    return Progress(
        parts=parts,
        done=done,
        sent=tally.sent,
        failed=tally.failed,
        unknown=tally.unknown,
        left=None if expected is None else max(expected - attended, 0),
    )
