"""Now and then: how many cases are late or will be, where alarms see it."""

from typing import Any

from aws_lambda_powertools.metrics import MetricUnit

from services.moderation.handlers import store
from services.moderation.use_cases.watch import ages
from services.shared import clock
from services.shared.consumer import consume_messages
from services.shared.observability import metrics


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Entry of ``moderation-watch``: the schedule's messages, from a queue."""
    return consume_messages(event, context, handle=_watch)


def _watch(_message: dict[str, Any]) -> None:
    found = ages(at=clock.now(), store=store())
    counted = metrics("moderation")
    counted.add_metric(name="CasesLate", unit=MetricUnit.Count, value=found.late)
    counted.add_metric(name="CasesDueSoon", unit=MetricUnit.Count, value=found.soon)
    counted.flush_metrics()
