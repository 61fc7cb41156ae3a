"""Whatever a stack logs, puts on the bus or into a queue."""

import json
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from moto.sqs.models import Queue

from local.events import Bus
from local.seams import Seam, replaced


@contextmanager
def watched() -> Iterator[list[str]]:
    """What is said where no word of a participant may be, as long as this lasts.

    Loggers say all that they have to say, however quiet the stack before made them.
    """
    said: list[str] = []
    with replaced(
        [
            Seam(logging.Logger, "isEnabledFor", lambda _logger, level: level >= logging.INFO),
            Seam(logging.Logger, "handle", _logging(said)),
            Seam(Bus, "_put_one", _noting(Bus._put_one, said)),
            Seam(Queue, "add_message", _queueing(Queue.add_message, said)),
        ]
    ):
        yield said


def _logging(said: list[str]) -> Callable[..., None]:
    """Keep what is logged, and write it nowhere: of what is broken on purpose there is much."""

    def logged(_logger: logging.Logger, record: logging.LogRecord) -> None:
        said.append(f"{record.getMessage()} {record.__dict__}")

    return logged


def _queueing(send: Callable[..., Any], said: list[str]) -> Callable[..., Any]:
    def queued(queue: Queue, message: Any, **more: Any) -> Any:
        said.append(str(message.body))
        return send(queue, message, **more)

    return queued


def _noting(note: Callable[..., Any], said: list[str]) -> Callable[..., Any]:
    def noted(self: Any, *given: Any, **named: Any) -> Any:
        said.append(json.dumps([given, named], ensure_ascii=False, default=str))
        return note(self, *given, **named)

    return noted
