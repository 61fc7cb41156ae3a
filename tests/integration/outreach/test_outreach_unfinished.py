"""A provider that is down for longer than the retries: what was not sent goes out by itself."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from botocore.exceptions import ConnectTimeoutError

from services.outreach.handlers import deliver, notify, remind
from services.shared import events, stream
from services.shared.errors import TransientError
from tests.conftest import FixedClock
from tests.integration.outreach.outreach_scene import TOPIC_ID, VIEW, Ses, Sns, TopicsService
from tests.integration.outreach.test_outreach_text_messages import subscribed as by_text
from tests.support.calls import Answer, LambdaContext, invoke, sqs_event, stream_records

CONTACT = VIEW["contact"]["email"]
NOOR, OMAR = "noor@example.com", "omar@example.com"
DOWN = ConnectTimeoutError(endpoint_url="https://email.invalid")
Subscribed = Callable[..., Answer]
pytestmark = pytest.mark.usefixtures("clock", "topics", "ses", "sns")


def give_up(notice: str = "announced", channel: str = "email") -> dict[str, Any]:
    """Deliver as the state machine does it: some attempts, and then a record that they failed."""
    task = {"topic_id": TOPIC_ID, "round": 1, "notice": notice, "channel": channel}
    for _ in range(3):
        with pytest.raises(TransientError):
            invoke(deliver.handler, task)
    error = {"Error": "TransientError", "Cause": ""}
    return dict(invoke(deliver.handler, task | {"error": error}))


def sweep() -> list[dict[str, Any]]:
    """Let the hour strike; details of what it made due."""
    before = len(_due())
    assert remind.handler(sqs_event(("Scheduled Event", {})), LambdaContext()) == {
        "batchItemFailures": []
    }
    return _due()[before:]


def bring(*details: dict[str, Any]) -> int:
    """Bring what is due to its queue; how many messages are to come again."""
    event = sqs_event(*(("NoticeDue", detail) for detail in details))
    return len(notify.handler(event, LambdaContext())["batchItemFailures"])


def outcomes() -> list[tuple[str, str | None, int]]:
    found = [event for event in _events() if event["type"] == "NoticeDelivered"]
    return [(e["data"]["outcome"], e["data"]["reason"], e["data"]["recipients"]) for e in found]


def down(ses: Ses, *addresses: str) -> None:
    """Be down for these from now on, for a thousand attempts."""
    ses.answers.update({address: [DOWN] * 1000 for address in addresses})


def test_a_provider_that_is_down_for_an_hour_serves_all_once_it_is_up(
    subscribed: Subscribed, ses: Ses, clock: FixedClock
) -> None:
    subscribed(NOOR)
    subscribed(OMAR)
    down(ses, OMAR, CONTACT)
    told_at_first = give_up()
    assert told_at_first["outcome"] in {"partial", "failed"}
    clock.advance(minutes=30)
    (due,) = sweep()
    assert bring(due) == 1
    clock.advance(minutes=20)
    assert sweep() == []
    clock.advance(minutes=20)
    ses.answers.clear()
    (due,) = sweep()
    assert bring(due, due) == 0
    assert sorted(ses.accepted) == sorted([CONTACT, NOOR, OMAR])
    assert outcomes()[-1] == ("sent", None, 3)
    clock.advance(hours=1)
    assert sweep() == []


@pytest.mark.parametrize("code", ["SendingPausedException", "AccountSuspendedException"])
def test_what_an_operator_had_to_put_right_goes_on_too(
    ses: Ses, clock: FixedClock, code: str
) -> None:
    ses.answers[CONTACT] = [(400, code)]
    task = {"topic_id": TOPIC_ID, "round": 1, "notice": "published", "channel": "email"}
    assert invoke(deliver.handler, task)["outcome"] == "failed"
    clock.advance(hours=1)
    assert bring(*sweep()) == 0
    assert ses.accepted == [CONTACT]
    assert outcomes()[-1] == ("sent", None, 1)


def test_after_a_day_it_is_no_news_any_more(ses: Ses, clock: FixedClock) -> None:
    down(ses, CONTACT)
    give_up()
    for _ in range(23):
        clock.advance(hours=1)
        assert len(sweep()) == 1
    clock.advance(hours=1)
    assert sweep() == []


@pytest.mark.parametrize(
    ("notice", "change", "goes_on"),
    [
        ("published", {"stage": "withdrawn"}, 0),
        ("announced", {"stage": "withdrawn"}, 0),
        ("withdrawn", {"stage": "withdrawn"}, 1),
        ("published", {"stage": "analysing"}, 0),
        ("announced", {"stage": "archived"}, 1),
        ("announced", {"round": 2}, 0),
    ],
)
def test_what_is_true_no_more_is_not_told(
    topics: TopicsService,
    ses: Ses,
    clock: FixedClock,
    notice: str,
    change: dict[str, Any],
    goes_on: int,
) -> None:
    down(ses, CONTACT)
    give_up(notice)
    topics.topics[TOPIC_ID] |= change
    clock.advance(hours=1)
    assert len(sweep()) == goes_on


def test_nobodys_telephone_rings_at_night(sns: Sns, clock: FixedClock) -> None:
    clock.instant = datetime(2026, 12, 1, 16, tzinfo=UTC)  # seven in the evening in Bahrain
    by_text(sns, "+97317000001")
    sns.answers["+97317000001"] = [DOWN] * 1000
    give_up(channel="sms")
    sns.answers.clear()
    clock.advance(hours=1)
    assert sweep() == []
    clock.advance(hours=12)
    assert bring(*sweep()) == 0
    assert len(sns.texts) == 1


def test_what_cannot_be_asked_after_is_taken_up_with_the_next_message(
    topics: TopicsService, ses: Ses, clock: FixedClock
) -> None:
    down(ses, CONTACT)
    give_up()
    clock.advance(hours=1)
    topics.away = True
    record = sqs_event(("Scheduled Event", {}))
    assert len(remind.handler(record, LambdaContext())["batchItemFailures"]) == 1
    topics.away = False
    assert len(sweep()) == 1


def _events() -> list[dict[str, Any]]:
    changes = stream.changes({"Records": stream_records("outreach")})
    return [c.new["event"] for c in changes if "event" in c.new]


def _due() -> list[dict[str, Any]]:
    changes = stream.changes({"Records": stream_records("outreach")})
    items = [c.new for c in changes if c.kind == "INSERT" and "event" in c.new]
    return [events.detail(item) for item in items if item["event"]["type"] == "NoticeDue"]
