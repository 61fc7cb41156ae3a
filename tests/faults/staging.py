"""What happens at the wrong moment: acts in between, clocks that are off, queues that wait."""

import json
import threading
import uuid
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from moto.core.botocore_stubber import BotocoreStubber

from local import events, lambdas
from local.emulator import TURN
from local.seams import Seam, replaced
from local.stack import LocalStack
from services.shared import clock as services_clock
from tests.faults.kit import PREFIX

_HERE = threading.local()


@contextmanager
def known_functions() -> Iterator[None]:
    """Have each thread know which function it runs; see `_running`."""
    run = lambdas._run

    def invoked(function: lambdas.Function, event: Any) -> lambdas.Answer:
        before = _running()
        _HERE.function = function.name.removeprefix(PREFIX)
        try:
            return run(function, event)
        finally:
            _HERE.function = before

    with replaced([Seam(lambdas, "_run", invoked)]):
        yield


def _running() -> str:
    return str(getattr(_HERE, "function", ""))


@contextmanager
def meanwhile(function: str, operation: str, act: Callable[[], Any]) -> Iterator[list[Any]]:
    """Have something done right before a function's next call of an operation; what it gave."""
    process = BotocoreStubber.__call__
    waiting = [act]
    done: list[Any] = []

    def answered(stubber: Any, event_name: str, request: Any, **options: Any) -> Any:
        wanted = event_name.removeprefix("before-send.") == operation and _running() == function
        if wanted and waiting:
            done.append(waiting.pop()())
        return process(stubber, event_name, request, **options)

    with known_functions(), replaced([Seam(BotocoreStubber, "__call__", answered)]):
        yield done


@contextmanager
def skewed(stack: LocalStack, by: Mapping[str, timedelta]) -> Iterator[None]:
    """Have the clocks of some functions go wrong by so much; Step Functions' own goes right."""

    def told() -> datetime:
        return stack.clock.now() + by.get(_running(), timedelta(0))

    with known_functions(), replaced([Seam(services_clock, "_source", told)]):
        yield


@contextmanager
def deliveries() -> Iterator[Counter[str]]:
    """How often each message was handed to a function, by its id."""
    run = lambdas._run
    counted: Counter[str] = Counter()

    def invoked(function: lambdas.Function, event: Any) -> lambdas.Answer:
        if isinstance(event, dict):
            counted.update(r["messageId"] for r in event.get("Records", ()) if "messageId" in r)
        return run(function, event)

    with replaced([Seam(lambdas, "_run", invoked)]):
        yield counted


@dataclass(frozen=True)
class Held:
    """What the bus has for a queue, and does not send yet.

    Attributes
    ----------
    queue : str
        Name of the queue, ``<service>-<handler>``.
    message : dict
        As the bus sends it.
    send : callable
        Sends it; any number of times.
    """

    queue: str
    message: dict[str, Any]
    send: Callable[[], None]

    def record(self) -> dict[str, Any]:
        """It as an entry of the ``Records`` that a function gets from its queue."""
        body = json.dumps(self.message, ensure_ascii=False)
        return {"messageId": str(uuid.uuid4()), "eventSource": "aws:sqs", "body": body}


@contextmanager
def held_back(topic_id: str) -> Iterator[list[Held]]:
    """Keep what the bus has for its queues about a topic, in order, as long as this lasts."""
    deliver = events.deliver
    kept: list[Held] = []

    def keeping(target: dict[str, Any], message: Any, *, functions: lambdas.Functions) -> None:
        def send() -> None:
            with TURN:
                deliver(target, message, functions=functions)

        if message.get("detail", {}).get("topic_id") != topic_id:
            send()
            return
        queue = target["Arn"].rpartition(":")[2].removeprefix(PREFIX)
        kept.append(Held(queue, message, send))

    with replaced([Seam(events, "deliver", keeping)]):
        yield kept


def queue_url(stack: LocalStack, name: str) -> str:
    sqs = stack.client("sqs")
    return str(sqs.get_queue_url(QueueName=f"{PREFIX}{name}")["QueueUrl"])


def waiting(stack: LocalStack, name: str) -> int:
    """Messages in a queue."""
    [found] = [q for q in stack.queues() if q["name"] == f"{PREFIX}{name}"]
    return int(found["visible"] + found["in_flight"])
