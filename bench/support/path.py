"""The whole way of a comment, on the emulated account: taken in, screened, told of, recorded."""

import io
import json
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from bench.support import collection, template
from bench.support.bill import Tariff, Work, per_comment
from bench.support.emulated import Emulated, watched
from bench.support.meter import Meter, mean_item_bytes, stored_bytes
from services.shared import clock
from tests.support.calls import LambdaContext, sqs_event

_GB = 1_000_000_000
_WAITS = {"comments-screen": "moderation-screen"}
_TABLES = ("comments", "moderation", "archive")
_HEADER_BYTES = 500
"""Of an answer, beside what the function gives: the gateway's own."""
_QUEUE_BATCH = 10
_QUEUE_REQUESTS = 2
"""Receiving a batch of messages, deleting it; sending one is a request of its own."""


@dataclass(frozen=True, kw_only=True)
class Pace:
    """How comments come.

    Attributes
    ----------
    comments : int
        How many are measured, after as many others.
    batch : int
        How many a stream or queue hands over at once.
    apart : timedelta
        Time from one to the next.
    """

    name: str
    comments: int
    batch: int
    apart: timedelta


@dataclass(frozen=True, kw_only=True)
class Walked:
    """What a comment took: AWS calls (of intake alone, in all), bytes of its item, quantities."""

    intake: float
    calls: float
    item_bytes: float
    quantities: dict[str, float]


def walked(pace: Pace, tariff: Tariff) -> Walked:
    """Take comments the whole way at a pace, and give what each of them took."""
    meter = Meter()
    with collection.collecting() as topic_id, watched(meter) as emulated:
        way = _Way(topic_id=topic_id, pace=pace, meter=meter, emulated=emulated)
        way.go()
        way.forget()
        way.go()
        item_bytes = mean_item_bytes("comments", "T#")
        stored = _stored_gb(_TABLES) / way.taken
    works = {name: way.work(name) for name in way.cpu}
    quantities = {
        "http_api_requests": 1.0,
        **per_comment(works, tariff, comments=pace.comments, waits=_WAITS),
        "queue_requests": way.queue_requests / pace.comments,
        "sent_gb": way.sent / pace.comments / _GB,
        "stored_gb_months": stored,
        "recoverable_gb_months": stored,
    }
    calls = sum(work.used.calls.total() for work in works.values()) + way.invoked
    return Walked(
        intake=works["comments-submit"].used.calls.total() / pace.comments,
        calls=calls / pace.comments,
        item_bytes=item_bytes,
        quantities=quantities,
    )


@dataclass
class _Way:
    """The functions on the way, called as their triggers call them, and what each has used."""

    topic_id: str
    pace: Pace
    meter: Meter
    emulated: Emulated
    stream: collection.NewComments = field(default_factory=collection.NewComments)
    at: datetime = collection.AT
    taken: int = 0
    queue_requests: int = 0
    sent: int = 0
    invoked: int = 0
    cpu: Counter[str] = field(default_factory=Counter)
    invocations: Counter[str] = field(default_factory=Counter)
    logged: Counter[str] = field(default_factory=Counter)
    _inner_cpu: float = 0.0

    def forget(self) -> None:
        """Count from here on."""
        self.queue_requests = self.sent = self.invoked = 0
        for counts in (self.cpu, self.invocations, self.logged, self.meter.used):
            counts.clear()

    def go(self) -> None:
        """Take as many comments as the pace has from the request to the audit trail."""
        together = 1 if self.pace.apart else self.pace.comments
        for _ in range(self.pace.comments // together):
            self._advance()
            self.meter.events.clear()
            records = self._take_in(together)
            for batch in _batches(records, self.pace.batch):
                self._screen(batch)
            for batch in _batches(records, self.pace.batch):
                self._tell(batch)
            for messages in _batches(self.meter.events, _QUEUE_BATCH):
                self._record(messages)

    def work(self, name: str) -> Work:
        """What a function did."""
        return Work(
            invocations=self.invocations[name],
            cpu=self.cpu[name],
            memory=template.memory()[name],
            logged=self.logged[name],
            used=self.meter.used[name],
        )

    def _advance(self) -> None:
        self.at += self.pace.apart
        now = self.at
        clock.use(lambda: now)

    def _take_in(self, number: int) -> list[dict[str, Any]]:
        """Send so many comments; what the stream then has of them."""
        from services.comments.handlers import submit

        for each in range(self.taken, self.taken + number):
            body = collection.submission(each)
            event = collection.event(self.topic_id, body, number=each)
            with self._at_work("comments-submit"):
                answer = collection.answered(submit.handler, event, 202)
            self.sent += len(json.dumps(answer, ensure_ascii=False).encode()) + _HEADER_BYTES
        self.taken += number
        records = self.stream.read()
        if len(records) != number:
            raise ValueError(f"{len(records)} of {number} comments on the stream")
        return records

    def _screen(self, records: list[dict[str, Any]]) -> None:
        def moderation(payload: dict[str, Any]) -> Any:
            from services.moderation.handlers import screen

            self.invoked += 1
            with self._at_work("moderation-screen"):
                return screen.handler(payload, LambdaContext())

        with self._at_work("comments-screen"):
            collection.screen(records, moderation)

    def _tell(self, records: list[dict[str, Any]]) -> None:
        from services.comments.handlers import relay

        with self._at_work("comments-relay"):
            relay.handler({"Records": records}, LambdaContext())

    def _record(self, entries: list[dict[str, Any]]) -> None:
        from services.archive.handlers import audit

        told = [(entry["DetailType"], json.loads(entry["Detail"])) for entry in entries]
        self.queue_requests += len(entries) + _QUEUE_REQUESTS
        with self._at_work("archive-audit"):
            answer = audit.handler(sqs_event(*told, source="tashawur.comments"), LambdaContext())
        if answer["batchItemFailures"]:
            raise ValueError("the audit trail lacks an event")

    @contextmanager
    def _at_work(self, name: str) -> Iterator[None]:
        """Count to a function; what another one does meanwhile is that one's."""
        began, inner_before, written = self.emulated.cpu(), self._inner_cpu, io.StringIO()
        with self.meter.part(name), redirect_stdout(written):
            yield
        spent = self.emulated.cpu() - began
        self.cpu[name] += spent - (self._inner_cpu - inner_before)
        self._inner_cpu = inner_before + spent
        self.invocations[name] += 1
        self.logged[name] += len(written.getvalue().encode())


def _batches(entries: Sequence[Any], size: int) -> list[list[Any]]:
    return [list(entries[start : start + size]) for start in range(0, len(entries), size)]


def _stored_gb(tables: Sequence[str]) -> float:
    """What lies in tables and their indexes, as it is billed."""
    return sum(map(stored_bytes, tables)) / _GB
