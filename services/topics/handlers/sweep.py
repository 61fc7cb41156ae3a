"""Now and then: topics whose execution is lost need attention; decisions due are counted."""

from typing import Any

from aws_lambda_powertools.metrics import MetricUnit

from services.shared import clock
from services.shared.consumer import consume_messages
from services.shared.observability import logger, metrics
from services.topics.handlers import executions, store
from services.topics.use_cases.sweep import mark_lost, topics_of, waiting


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Entry of ``topics-sweep``: the schedule's messages, from a queue."""
    return consume_messages(event, context, handle=_sweep)


def _sweep(_message: dict[str, Any]) -> None:
    at, topics = clock.now(), list(topics_of(store()))
    counted = metrics("topics")
    found = waiting(topics, at=at)
    counted.add_metric(name="DecisionsDueSoon", unit=MetricUnit.Count, value=found.soon)
    counted.add_metric(name="DecisionsLate", unit=MetricUnit.Count, value=found.late)
    # Told before Step Functions is asked: if that fails, what is overdue is so all the same.
    counted.flush_metrics()
    lost = mark_lost(topics, executions=executions(), at=at, store=store())
    if lost:
        logger("topics").warning("executions lost", topics=lost)
        # What never began fails in no metric of Step Functions: the alarm needs one of ours.
        counted.add_metric(name="ExecutionsLost", unit=MetricUnit.Count, value=lost)
        counted.flush_metrics()
