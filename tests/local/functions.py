"""Handlers of the little template; a test says what they answer and reads what they got."""

import json
import os
from typing import Any

from services.shared import aws, clock

CALLS: dict[str, list[Any]] = {}
ANSWERS: dict[str, Any] = {}


class TransientError(Exception):
    """Named in the Retry of the little state machine."""


def _called(name: str, event: Any) -> Any:
    CALLS.setdefault(name, []).append(event)
    answer = ANSWERS.get(name)
    return answer(event) if callable(answer) else answer


def echo(event: Any, context: Any) -> Any:
    """Answer an HTTP request with the event."""
    return {"statusCode": 200, "body": json.dumps(event)}


def queue(event: Any, context: Any) -> Any:
    return _called("queue", event)


def stream(event: Any, context: Any) -> Any:
    return _called("stream", event)


def task(event: Any, context: Any) -> Any:
    return _called("task", event)


def ended(event: Any, context: Any) -> Any:
    return _called("ended", event)


def now(event: Any, context: Any) -> Any:
    return clock.now().isoformat()


def variable(event: Any, context: Any) -> Any:
    return os.environ[event["name"]]


def writes(event: Any, context: Any) -> Any:
    aws.client("dynamodb").put_item(TableName=event["table"], Item=event["item"])
    return {}
