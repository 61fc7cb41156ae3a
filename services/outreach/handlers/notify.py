"""Notices that are due go over their channels, one message of the queue for each."""

from typing import Any

from services.outreach.events import NoticeDue
from services.outreach.handlers import has_time, means, plan_store
from services.outreach.model.delivery import Delivery
from services.outreach.use_cases.deliver import deliver, record_failure
from services.outreach.use_cases.send import OutOfTime
from services.shared import clock
from services.shared.consumer import consume
from services.shared.errors import TransientError
from services.shared.events import Envelope
from services.shared.transient import transient_errors


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Entry of ``outreach-notify``."""

    def handle(_kind: str, envelope: Envelope) -> None:
        _notify(envelope, context)

    return consume(event, context, handle=handle)


def _notify(envelope: Envelope, context: Any) -> None:
    due = NoticeDue.model_validate(envelope.data)
    delivery = Delivery(
        topic_id=envelope.topic_id,
        round=envelope.round,
        notice=due.notice,
        channel=due.channel,
        occasion=due.occasion,
    )
    at, with_ = clock.now(), means(has_time=lambda: has_time(context))
    try:
        with transient_errors():
            deliver(delivery, at=at, means=with_)
    except OutOfTime:
        plan_store().go_on(delivery, part=due.part + 1, at=at)
    except TransientError as error:
        # The queue brings it again, but not for ever: what is known by now is on record.
        record_failure(delivery, error=type(error).__name__, at=at, means=with_)
        raise
