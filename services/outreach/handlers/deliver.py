"""One notice over one channel, as the state machine asks for it."""

from typing import Any

from pydantic import BaseModel, ConfigDict

from services.outreach.handlers import has_time, means
from services.outreach.model.delivery import Delivery
from services.outreach.use_cases.deliver import deliver, record_failure
from services.outreach.use_cases.send import OutOfTime
from services.shared import clock
from services.shared.errors import TransientError
from services.shared.observability import logger
from services.shared.transient import transient_errors


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
    with_ = means(has_time=lambda: has_time(context))
    if task.error:
        outcome = record_failure(delivery, error=task.error.Error, at=at, means=with_)
    else:
        try:
            outcome = deliver(delivery, at=at, means=with_)
        except OutOfTime as error:
            # The machine knows errors by their names, and tries this one again.
            raise TransientError("no time for the remaining recipients") from error
    logger("outreach").info("delivered", **delivery.model_dump(), **outcome.model_dump())
    return {
        "channel": delivery.channel,
        "outcome": outcome.outcome,
        "recipients": outcome.recipients,
    }
