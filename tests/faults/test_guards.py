"""The sweep sees it when a guard is gone: without one of these, one fault breaks a promise."""

import itertools
from collections.abc import Callable
from typing import Any

import pytest

from services.archive import audit_store
from services.archive.audit_store import AuditStore
from services.comments import store as comments_store
from services.shared import relay
from services.shared.table import Put, Table
from tests.faults.kit import Fault, Site
from tests.faults.sweep import Sweep

Patch = pytest.MonkeyPatch


def puts_without_a_condition(patch: Patch) -> None:
    """A comment that is sent again takes the place of what it was."""
    action = Table._action

    def replacing(table: Table, write: Any) -> Any:
        if isinstance(write, Put) and str(write.item["pk"]).startswith("T#"):
            write = Put(item=write.item, replace=True)
        return action(table, write)

    patch.setattr(Table, "_action", replacing)


def a_consumer_that_takes_events_twice(patch: Patch) -> None:
    """The audit trail does not note which events have their entry."""
    number = itertools.count()
    patch.setattr(audit_store, "_mark", lambda _row: {"pk": f"X#{next(number)}", "sk": "EVENT"})
    patch.setattr(AuditStore, "is_recorded", lambda _store, _source, _event_id: False)


def steps_that_nobody_checks(patch: Patch) -> None:
    """A batch of new comments is committed as often as the stream brings it."""
    step = comments_store._step

    def unconditional(move: Any, window: Any) -> Any:
        made = step(move, window)
        return type(made)(pk=made.pk, sk=made.sk, set=made.set, remove=made.remove)

    patch.setattr(comments_store, "_step", unconditional)


def a_relay_that_gives_up(patch: Patch) -> None:
    """What the bus does not take at once is taken for told."""
    publish = relay.publish

    def once(messages: Any, **named: Any) -> Any:
        try:
            return publish(messages, **named)
        except Exception:  # noqa: BLE001 - the guard that is gone
            return {"batchItemFailures": []}

    patch.setattr(relay, "publish", once)


COMMENTS = "POST /v1/topics/{topic}/comments"
CASES = [
    (
        puts_without_a_condition,
        Fault(Site("comments-submit", COMMENTS, "dynamodb.PutItem", "comments"), "killed after"),
    ),
    (
        a_consumer_that_takes_events_twice,
        Fault(
            Site(
                "archive-audit",
                "aws:sqs",
                "dynamodb.TransactWriteItems",
                "Put archive Update archive",
            ),
            "killed after",
        ),
    ),
    (
        steps_that_nobody_checks,
        Fault(
            Site(
                "comments-screen",
                "aws:dynamodb",
                "dynamodb.TransactWriteItems",
                "Update comments",
            ),
            "killed after",
        ),
    ),
    (
        a_relay_that_gives_up,
        Fault(Site("topics-relay", "aws:dynamodb", "eventbridge.PutEvents", ""), "throttled"),
    ),
]


@pytest.mark.parametrize(("guard", "fault"), CASES, ids=[guard.__name__ for guard, _ in CASES])
def test_without_a_guard_the_sweep_turns_red(
    monkeypatch: Patch, guard: Callable[[Patch], None], fault: Fault
) -> None:
    sound = Sweep()
    assert not sound.run([fault]).broken
    assert sound.result.done == [fault]
    guard(monkeypatch)
    assert Sweep().run([fault]).broken
