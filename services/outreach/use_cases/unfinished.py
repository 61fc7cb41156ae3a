"""Take up deliveries that ended too early, for a day: a provider that was down is up again."""

from collections.abc import Callable
from datetime import datetime

from services.outreach.use_cases.plan import Planning, present_topic
from services.shared.errors import TransientError
from services.shared.invoke import InvocationFailed


def take_up(*, at: datetime, has_time: Callable[[], bool], planning: Planning) -> None:
    """Make what was left due again; asked for twice within an hour, it is due once.

    The ledger knows who was told: nobody is told twice, however often a delivery is taken up.

    Raises
    ------
    TransientError
        If the topics service could not answer for some; the others were attended to.
    """
    missed = 0
    for left in list(planning.store.unfinished()):
        if not has_time():
            return
        told = left.delivery
        try:
            topic = present_topic(told.topic_id, told.round, planning)
        except (TransientError, InvocationFailed):
            missed += 1
            continue
        if left.may_go_on(topic, at):
            planning.store.go_on(told, part=left.part(at), at=at, place=left.place)
    if missed:
        raise TransientError(f"{missed} deliveries could not be taken up")
