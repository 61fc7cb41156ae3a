"""One notice over one channel, as the state machine asks for it."""

from typing import Any

from pydantic import BaseModel, ConfigDict

from services.outreach.handlers import (
    ask_topics,
    delivery_store,
    keyring,
    links,
    mailer,
    subscription_store,
)
from services.outreach.model.delivery import Delivery
from services.outreach.use_cases.deliver import deliver, record_failure
from services.outreach.use_cases.means import Means
from services.shared import clock, ids
from services.shared.observability import logger
from services.shared.transient import transient_errors

_RESERVE_MILLISECONDS = 15_000
"""Time that the last mail and the record of it may take."""


class Failure(BaseModel):
    """Error output of the state machine; its cause is not read, as it may quote anything."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    Error: str


class Task(Delivery):
    """What the state machine asks for: to deliver, or to record that it gave up."""

    error: Failure | None = None


@transient_errors()
def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Entry of ``outreach-deliver``."""
    task = Task.model_validate(event)
    delivery = Delivery.model_validate(task.model_dump(exclude={"error"}))
    at = clock.now()
    means = _means(context)
    if task.error:
        outcome = record_failure(delivery, error=task.error.Error, at=at, means=means)
    else:
        outcome = deliver(delivery, at=at, means=means)
    logger("outreach").info("delivered", **delivery.model_dump(), **outcome.model_dump())
    return {
        "channel": delivery.channel,
        "outcome": outcome.outcome,
        "recipients": outcome.recipients,
    }


def _means(context: Any) -> Means:
    return Means(
        deliveries=delivery_store(),
        subscriptions=subscription_store(),
        mailer=mailer(),
        keyring=keyring(),
        links=links(),
        ask=ask_topics,
        draw_id=ids.random_id,
        has_time=lambda: context.get_remaining_time_in_millis() > _RESERVE_MILLISECONDS,
    )
