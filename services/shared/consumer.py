"""Events from a queue: one a message; a failing one does not hold the others."""

import json
from collections.abc import Callable
from typing import Any

from aws_lambda_powertools.utilities.batch import (
    BatchProcessor,
    EventType,
    process_partial_response,
)
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

from services.shared.events import Envelope

Handle = Callable[[str, Envelope], None]


def has_time(context: LambdaContext, *, reserve: int) -> bool:
    """Whether a function has more time left than a reserve, in milliseconds."""
    return bool(context.get_remaining_time_in_millis() > reserve)


def consume_messages(
    event: dict[str, Any], context: LambdaContext, *, handle: Callable[[dict[str, Any]], None]
) -> dict[str, Any]:
    """Hand each message of an SQS batch to `handle`, as EventBridge sent it.

    Returns
    -------
    dict
        ``batchItemFailures``: messages to be delivered again, at last to the dead-letter queue.
    """

    def record_handler(record: SQSRecord) -> None:
        handle(json.loads(record.body))

    return dict(
        process_partial_response(
            event=event,
            record_handler=record_handler,
            processor=BatchProcessor(event_type=EventType.SQS, raise_on_entire_batch_failure=False),
            context=context,
        )
    )


def consume(event: dict[str, Any], context: LambdaContext, *, handle: Handle) -> dict[str, Any]:
    """Hand each event of the bus to `handle` (type, envelope); see `consume_messages`."""

    def read(message: dict[str, Any]) -> None:
        handle(message["detail-type"], Envelope.model_validate(message["detail"]))

    return consume_messages(event, context, handle=read)
