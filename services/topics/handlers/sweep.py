"""Now and then: topics whose execution is lost need attention, though nothing told of a failure."""

from typing import Any

from services.shared import clock
from services.shared.consumer import consume_messages
from services.shared.observability import logger
from services.topics.handlers import executions, store
from services.topics.use_cases.sweep import sweep


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Entry of ``topics-sweep``: the schedule's messages, from a queue."""
    return consume_messages(event, context, handle=_sweep)


def _sweep(_message: dict[str, Any]) -> None:
    marked = sweep(executions=executions(), at=clock.now(), store=store())
    if marked:
        logger("topics").warning("executions lost", topics=marked)
