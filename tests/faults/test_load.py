"""Many at once while moderation is at work and the window closes in their midst."""

import threading
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NamedTuple

import pytest

from local.demo.client import Client
from local.stack import LocalStack
from local.synth import assembly
from tests.faults import ground
from tests.workflow.journey import Journey

COMMENTS = 2_000
AT_ONCE = 8
_TAKEN, _CLOSED, _BUSY = 202, 409, 503


class Sent(NamedTuple):
    """One submission: its mark, the status, and the reply."""

    mark: str
    status: int
    reply: dict[str, Any]


@pytest.fixture
def stack() -> Iterator[LocalStack]:
    """A stack of its own, whose time stands still until it is moved on."""
    with LocalStack(assembly(), speed=0) as running:
        yield running


def test_nothing_is_lost_doubled_or_late_when_the_window_closes_amid_many(
    stack: LocalStack,
) -> None:
    journey = Journey(stack).collecting()
    closes_at = journey.closes_at()
    sent = _all_sent(journey, half=lambda: stack.clock.move_to(closes_at))
    taken = {each.reply["comment_id"]: each for each in sent if each.status == _TAKEN}
    late = [each for each in sent if each.status == _CLOSED]
    assert len(taken) + len(late) == COMMENTS
    assert min(len(taken), len(late)) > COMMENTS / 4  # it did close in their midst
    stack.settle()
    rows = ground.rows(stack, "comments", of=f"T#{journey.topic_id}#")
    stored = [row for row in rows if row["pk"].startswith("T#")]
    assert sorted(row["sk"] for row in stored) == sorted(taken)
    assert all(row["received_at"] < closes_at.isoformat() for row in stored)
    assert {row["status"] for row in stored} <= {"published", "held"}
    counts = journey.counts()
    assert counts["received"] == len(taken) == counts["published"] + counts["held"]
    assert not [each.mark for each in late if each.mark in str(stored)]


def _all_sent(journey: Journey, *, half: Any) -> list[Sent]:
    """Send all, `AT_ONCE` at a time, and do something when half of them are answered."""
    answered, turn = iter(range(1, COMMENTS + 1)), threading.Lock()
    citizen = Client(journey.stack.url)

    def send(number: int) -> Sent:
        mark = uuid.uuid4().hex
        text = "You idiots" if number % 20 == 0 else "نعم للعيادات المسائية"
        body = {
            "kind": "comment",
            "text": f"{text} {mark}",
            "consent": {"publish": True, "privacy_notice": "2026-11"},
        }
        high, low = divmod(number, 256)
        headers = {"Idempotency-Key": mark, "X-Forwarded-For": f"10.77.{high}.{low}"}
        answer = citizen.ask("POST", f"{journey.path}/comments", body=body, headers=headers)
        if answer.status == _BUSY:  # time jumped while it was on its way: no citizen gives up here
            answer = citizen.ask("POST", f"{journey.path}/comments", body=body, headers=headers)
        with turn:
            if next(answered) == COMMENTS // 2:
                half()
        return Sent(mark, answer.status, answer.json)

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(send, range(COMMENTS)))
