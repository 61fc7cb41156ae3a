"""Executions that ended otherwise than they should mark their topic."""

from typing import Any

from services.shared import clock
from services.shared.consumer import consume_messages
from services.topics.handlers import store
from services.topics.use_cases.operate import report_failure


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Entry of ``topics-failures``: status changes of executions, from a queue."""
    return consume_messages(event, context, handle=_report)


def _report(message: dict[str, Any]) -> None:
    detail = message["detail"]
    report_failure(detail["name"], status=detail["status"], at=clock.now(), store=store())
