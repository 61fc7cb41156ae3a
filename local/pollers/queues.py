"""A queue to a function: batches, partial failures, visibility and redrive on the local clock.

Visibility, receive counts and the move to the dead-letter queue are moto's own, which gets the
local clock here; its own call of Lambda is not used.
"""

from collections.abc import Callable
from typing import Any

from moto.sqs import models
from moto.sqs.models import Message, Queue, sqs_backends

from local.clock import LocalClock, LocalEvent, LocalThread
from local.emulator import TURN
from local.lambdas import Answer, Functions
from local.pollers.mapping import Mapping
from local.seams import Seam

_STRICTLY_AFTER_SECONDS = 0.002
"""moto shows a message again strictly after its visibility timeout, to the millisecond."""


def seams(clock: LocalClock, sent: Callable[[str], None]) -> list[Seam]:
    """Where moto's SQS is changed; `sent` is told the ARN of a queue that got a message."""
    add_message = Queue.add_message

    def add_and_tell(queue: Any, message: Message) -> None:
        add_message(queue, message)
        sent(queue.queue_arn)

    change_visibility = Message.change_visibility

    def change_or_show(message: Message, visibility_timeout: int) -> None:
        change_visibility(message, visibility_timeout)
        if int(visibility_timeout) == 0:
            message.visible_at = 0.0  # at once, even where the time stands still

    return [
        Seam(Queue, "add_message", add_and_tell),
        Seam(Message, "change_visibility", change_or_show),
        Seam(models, "unix_time", lambda _instant=None: clock.timestamp()),
        Seam(models, "unix_time_millis", lambda _instant=None: clock.timestamp() * 1000),
    ]


class QueuePoller:
    """Hands the messages of one queue to a function.

    Parameters
    ----------
    mapping : Mapping
        What the template says.
    clock : LocalClock
        The clock.
    functions : Functions
        Where to find the function.
    """

    def __init__(self, mapping: Mapping, clock: LocalClock, functions: Functions) -> None:
        self.wake = LocalEvent(clock)
        self._mapping = mapping
        self._clock = clock
        self._functions = functions
        _, _, _, region, account, name = mapping.source_arn.split(":", 5)
        self._backend = sqs_backends[account][region]
        self._name = name
        self._thread = LocalThread(clock, target=self._run, name=f"queue {name}")

    def start(self) -> None:
        """Begin to poll."""
        self._thread.start()

    def _run(self) -> None:
        while True:
            self.wake.clear()
            self._gather()
            messages = self._receive()
            if messages:
                self._deliver(messages)
            else:
                seconds = self._seconds_until_visible()
                self.wake.wait(seconds, work=seconds is not None)

    def _gather(self) -> None:
        """Give a batch the time to fill, from when its first message came."""
        until = self._clock.timestamp() + self._mapping.window_seconds
        while 0 < self._visible() < self._mapping.batch_size:
            left = until - self._clock.timestamp()
            if left <= 0:
                return
            self.wake.wait(left, work=True)
            self.wake.clear()

    def _visible(self) -> int:
        with TURN:
            return len(self._queue.messages)

    def _receive(self) -> list[Message]:
        with TURN:
            timeout = self._queue.visibility_timeout  # type: ignore[attr-defined]
            size = self._mapping.batch_size
            received: list[Message] = self._backend.receive_message(self._name, size, 0, timeout)
        return received

    def _deliver(self, messages: list[Message]) -> None:
        records = {message.id: self._record(message) for message in messages}
        wanted = {
            key: record for key, record in records.items() if self._mapping.filters.pass_(record)
        }
        failed: set[str] = set()
        if wanted:
            event = {"Records": list(wanted.values())}
            failed = self._failed(self._functions.call(self._mapping.function_name, event), wanted)
        with TURN:
            for message in messages:
                if message.id not in failed:
                    self._backend.delete_message(self._name, str(message.receipt_handle))

    def _failed(self, answer: Answer, records: dict[str, Any]) -> set[str]:
        """Ids of the messages that stay in the queue, to be seen again after their timeout."""
        if answer.failed:
            return set(records)
        if not self._mapping.partial_failures:
            return set()
        value = answer.value() or {}
        failed = {item["itemIdentifier"] for item in value.get("batchItemFailures", [])}
        # AWS takes an unknown or empty identifier as the failure of the whole batch.
        return failed if failed <= set(records) else set(records)

    def _record(self, message: Message) -> dict[str, Any]:
        return {
            "messageId": message.id,
            "receiptHandle": message.receipt_handle,
            "body": message.body,
            "attributes": {
                "ApproximateReceiveCount": str(message.approximate_receive_count),
                "SentTimestamp": str(message.sent_timestamp),
                "SenderId": message.sender_id,
                "ApproximateFirstReceiveTimestamp": str(
                    message.approximate_first_receive_timestamp
                ),
            },
            "messageAttributes": {},
            "md5OfBody": message.body_md5,
            "eventSource": "aws:sqs",
            "eventSourceARN": self._mapping.source_arn,
            "awsRegion": self._mapping.source_arn.split(":")[3],
        }

    def _seconds_until_visible(self) -> float | None:
        with TURN:
            instants = [
                max(message.visible_at, message.delayed_until) / 1000
                for message in self._queue._messages
            ]
        if not instants:
            return None
        return max(min(instants) - self._clock.timestamp(), 0) + _STRICTLY_AFTER_SECONDS

    @property
    def _queue(self) -> Queue:
        return self._backend.queues[self._name]
