"""One notice over one channel, as the state machine asks for it: whole, or part by part."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from services.outreach.handlers import has_time, means
from services.outreach.model.delivery import Delivery, Outcome
from services.outreach.model.parts import EVERYBODY, Part
from services.outreach.use_cases.deliver import deliver, record_failure, sum_up
from services.outreach.use_cases.means import Means
from services.outreach.use_cases.parts import InParts, deliver_part
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
    """What the state machine asks for: to deliver, or to record that it gave up.

    Attributes
    ----------
    step : {"begin", "part", "end"} or None
        To deliver to a few, or tell the parts; to deliver one of these; to record what came of
        all. ``None``: to deliver to everybody at once, as the machines before the parts ask for.
    """

    step: Literal["begin", "part", "end"] | None = None
    part: Part = EVERYBODY
    error: Failure | None = None


@transient_errors()
def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Entry of ``outreach-deliver``."""
    task = Task.model_validate(event)
    delivery = Delivery.model_validate(task.model_dump(exclude={"step", "part", "error"}))
    with_ = means(has_time=lambda: has_time(context))
    if task.step == "part":
        # The machine knows that this one is only to be gone on with, however often.
        deliver_part(delivery, task.part, at=clock.now(), means=with_)
        return {}
    try:
        outcome = _act(task, delivery, with_)
    except InParts as found:
        return {"in_parts": True, "parts": list(found.left)}
    except OutOfTime as error:
        # The machine knows errors by their names, and tries this one again.
        raise TransientError("no time for the remaining recipients") from error
    logger("outreach").info("delivered", **delivery.model_dump(), **outcome.model_dump())
    answer = {
        "channel": delivery.channel,
        "outcome": outcome.outcome,
        "recipients": outcome.recipients,
    }
    return answer | ({"in_parts": False, "parts": []} if task.step == "begin" else {})


def _act(task: Task, delivery: Delivery, with_: Means) -> Outcome:
    at = clock.now()
    if task.error:
        return record_failure(delivery, error=task.error.Error, at=at, means=with_)
    if task.step == "end":
        return sum_up(delivery, at=at, means=with_)
    return deliver(delivery, at=at, means=with_, whole=task.step is None)
