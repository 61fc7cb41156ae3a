"""Notices that no step of the workflow asks for: extensions, answers, reminders before closing."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from botocore.exceptions import ReadTimeoutError

from services.outreach.handlers import consume, export, notify, remind
from services.shared import events, exports, stream
from tests.conftest import FixedClock
from tests.integration.outreach.outreach_scene import TOPIC_ID, VIEW, Ses, TopicsService
from tests.support.calls import Answer, LambdaContext, invoke, sqs_event, stream_records

CONTACT = VIEW["contact"]["email"]
LATER = "2026-12-30T21:00:00.000Z"
INQUIRY = "q" * 26
Subscribed = Callable[..., Answer]
pytestmark = pytest.mark.usefixtures("clock", "ses", "sns")


@pytest.fixture(autouse=True)
def _planned_channels(topics: TopicsService) -> None:
    topics.topics[TOPIC_ID]["channels"] = ["web", "atom", "email", "sms"]


def happened(kind: str, **data: Any) -> dict[str, Any]:
    """Bring an event of another service to the queue; answer what the queue is told."""
    detail = {
        "version": "1",
        "id": "e" * 64,
        "occurred_at": "2026-12-01T09:00:00.000Z",
        "topic_id": TOPIC_ID,
        "round": 1,
        "actor": {"role": "officer", "id": "o"},
        "data": data,
    }
    return dict(consume.handler(sqs_event((kind, detail)), LambdaContext()))


def due() -> list[dict[str, Any]]:
    """Details of the due notices that the relay would publish, oldest first."""
    changes = stream.changes({"Records": stream_records("outreach")})
    items = [c.new for c in changes if c.kind == "INSERT" and "event" in c.new]
    return [events.detail(item) for item in items if item["event"]["type"] == "NoticeDue"]


def bring(*details: dict[str, Any]) -> list[str]:
    """Bring due notices to their queue; answer the channels that are to come again."""
    event = sqs_event(*(("NoticeDue", detail) for detail in details))
    failed = notify.handler(event, LambdaContext())["batchItemFailures"]
    return [details[int(f["itemIdentifier"])]["data"]["channel"] for f in failed]


def sweep() -> None:
    message = {"detail-type": "Scheduled Event", "source": "aws.events", "detail": {}}
    record = sqs_event(("Scheduled Event", message["detail"]))
    assert remind.handler(record, LambdaContext()) == {"batchItemFailures": []}


def outcomes() -> list[dict[str, Any]]:
    changes = stream.changes({"Records": stream_records("outreach")})
    found = [change.new["event"] for change in changes if "event" in change.new]
    return [event["data"] for event in found if event["type"] == "NoticeDelivered"]


def extend(topics: TopicsService, monkeypatch: pytest.MonkeyPatch, **data: Any) -> None:
    """The collection was extended, as the topic and its timeline say."""
    from tests.integration.outreach import outreach_scene

    topics.topics[TOPIC_ID]["timetable"]["closes_at"] = LATER
    entry = {"event": "CollectionExtended", "round": 1, "data": {"closes_at": LATER, **data}}
    monkeypatch.setattr(outreach_scene, "TIMELINE", [entry])


@pytest.mark.parametrize(
    ("data", "told"),
    [
        ({"reason": "رمضان"}, "now closes on 30 December 2026, 23:59. Reason: رمضان"),
        ({"reason": "x", "automatic": True}, "because inquiries are still waiting for an answer"),
        ({"reason": "", "automatic": False}, "now closes on 30 December 2026, 23:59.\n"),
        ({}, "now closes on 30 December 2026, 23:59.\n"),
    ],
)
def test_an_extension_is_told_with_its_cause(
    topics: TopicsService,
    ses: Ses,
    monkeypatch: pytest.MonkeyPatch,
    data: dict[str, Any],
    told: str,
) -> None:
    extend(topics, monkeypatch, **data)
    assert happened("CollectionExtended", closes_at=LATER, **data) == {"batchItemFailures": []}
    to_all = [d["data"]["channel"] for d in due() if d["data"]["notice"] == "extended"]
    assert to_all == ["web", "atom", "email", "sms"]
    assert bring(*due()) == []
    mail = ses.mail_to(CONTACT)
    assert "Consultation extended" in mail["Subject"]["Data"]
    assert told in mail["Body"]["Text"]["Data"]


def test_a_repeated_event_tells_nobody_twice(
    subscribed: Subscribed, topics: TopicsService, ses: Ses, monkeypatch: pytest.MonkeyPatch
) -> None:
    subscribed("noor@example.com")
    extend(topics, monkeypatch)
    for _ in range(3):
        happened("CollectionExtended", closes_at=LATER)
    assert len(due()) == 4
    for _ in range(2):
        bring(*due())
    assert sorted(ses.accepted) == [CONTACT, "noor@example.com"]


def test_each_extension_is_a_notice_of_its_own(
    topics: TopicsService, ses: Ses, monkeypatch: pytest.MonkeyPatch
) -> None:
    for closes_at in (LATER, "2027-01-02T21:00:00.000Z"):
        happened("CollectionExtended", closes_at=closes_at)
    extend(topics, monkeypatch)
    bring(*due())
    assert ses.accepted == [CONTACT, CONTACT]


def test_an_answered_inquiry_is_told_to_those_who_follow_the_topic(
    subscribed: Subscribed, ses: Ses
) -> None:
    subscribed("noor@example.com", language="en")
    happened("InquiryAnswered", comment_id=INQUIRY, replaced=False)
    happened("InquiryAnswered", comment_id=INQUIRY, replaced=True)
    bring(*due())
    assert ses.accepted == ["noor@example.com"]
    mail = ses.mail_to("noor@example.com")
    assert "An inquiry was answered" in mail["Subject"]["Data"]
    assert {outcome["occasion"] for outcome in outcomes()} == {INQUIRY}


def test_groups_that_stay_away_are_told_to_the_topics_contact_alone_and_once(
    subscribed: Subscribed, topics: TopicsService, ses: Ses
) -> None:
    subscribed("noor@example.com")
    topics.topics[TOPIC_ID]["channels"] = ["web", "sms"]
    for _ in range(2):
        happened("InclusionGapFound", ratios={"youth": 30, "elders": None}, closes_at=LATER)
    assert [d["data"]["channel"] for d in due()] == ["email"]
    for _ in range(2):
        assert bring(*due()) == []
    assert ses.accepted == [CONTACT]
    mail = ses.mail_to(CONTACT)
    assert "Target groups that stay away" in mail["Subject"]["Data"]
    text = mail["Body"]["Text"]["Data"]
    assert "28 December 2026" in text
    assert "فئات" in text
    assert "0.3" not in text


def test_a_topic_that_is_not_public_makes_nothing_due(topics: TopicsService) -> None:
    topics.topics.clear()
    happened("CollectionExtended", closes_at=LATER)
    assert due() == []


def test_an_event_waits_for_a_topics_service_that_is_away(topics: TopicsService) -> None:
    topics.away = True
    assert happened("InquiryAnswered", comment_id=INQUIRY)["batchItemFailures"]
    topics.away = False
    assert not happened("InquiryAnswered", comment_id=INQUIRY)["batchItemFailures"]
    assert len(due()) == 6


def test_an_extension_of_what_is_over_is_told_to_nobody(topics: TopicsService, ses: Ses) -> None:
    happened("CollectionExtended", closes_at=LATER)
    topics.topics[TOPIC_ID]["stage"] = "withdrawn"
    bring(*due())
    assert ses.accepted == []
    assert {outcome["reason"] for outcome in outcomes()} == {"collection_over"}


def test_a_dead_channel_is_on_record_and_stops_no_other(
    topics: TopicsService, ses: Ses, monkeypatch: pytest.MonkeyPatch
) -> None:
    extend(topics, monkeypatch)
    happened("CollectionExtended", closes_at=LATER)
    ses.answers[CONTACT] = [(429, "TooManyRequestsException")] * 5
    assert bring(*due()) == ["email"]
    by_channel = {outcome["channel"]: outcome for outcome in outcomes()}
    assert (by_channel["email"]["outcome"], by_channel["email"]["reason"]) == (
        "failed",
        "unavailable",
    )
    assert by_channel["web"]["outcome"] == by_channel["atom"]["outcome"] == "sent"
    assert bring(*due()) == []
    assert outcomes()[-1]["outcome"] == "sent"
    assert ses.accepted == [CONTACT]


def test_a_lost_answer_is_unknown_and_not_sent_again(
    topics: TopicsService, ses: Ses, monkeypatch: pytest.MonkeyPatch
) -> None:
    extend(topics, monkeypatch)
    happened("CollectionExtended", closes_at=LATER)
    ses.answers[CONTACT] = [ReadTimeoutError(endpoint_url="https://email.invalid")]
    assert bring(*due()) == ["email"]
    assert bring(*due()) == []
    assert len(ses.requests) == 1
    assert outcomes()[-1]["unknown"] == 1


def test_what_there_is_no_time_for_is_taken_up_by_the_next_part(
    subscribed: Subscribed, topics: TopicsService, ses: Ses, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("a", "b", "c"):
        subscribed(f"{name}@example.com")
    extend(topics, monkeypatch)
    happened("CollectionExtended", closes_at=LATER)
    (mail,) = [detail for detail in due() if detail["data"]["channel"] == "email"]
    for part in range(1, 4):
        left = iter([60_000])
        monkeypatch.setattr(
            LambdaContext, "get_remaining_time_in_millis", lambda _self, left=left: next(left, 0)
        )
        for _ in range(2):
            assert bring(mail) == []
        parts = [d for d in due() if d["data"]["channel"] == "email"]
        assert len(parts) == part + 1
        mail = parts[-1]
        assert mail["data"]["part"] == part + 1
    monkeypatch.setattr(LambdaContext, "get_remaining_time_in_millis", lambda _self: 60_000)
    bring(mail)
    assert len(ses.accepted) == len(set(ses.accepted)) == 4
    assert outcomes()[-1]["recipients"] == 4


@pytest.mark.parametrize(
    ("reminders", "closes_at", "reminded_at"),
    [
        (["P3D"], "2026-12-28T21:00:00Z", ["2026-12-26T05:00:00Z"]),
        (["P3D"], "2026-12-10T12:00:00Z", ["2026-12-07T12:00:00Z"]),
        (["P1D"], "2026-12-05T12:00:00Z", ["2026-12-04T12:00:00Z"]),
        (["P7D", "P1D"], "2026-12-20T12:00:00Z", ["2026-12-13T12:00:00Z", "2026-12-19T12:00:00Z"]),
        (["P7D", "P1D"], "2026-12-05T12:00:00Z", ["2026-12-04T12:00:00Z"]),
        (["PT3H"], "2026-12-28T21:00:00Z", ["2026-12-28T16:00:00Z"]),
        (["PT9H"], "2026-12-05T04:30:00Z", ["2026-12-04T16:00:00Z"]),
        (["P3D"], "2026-12-04T09:00:00Z", []),
        ([], "2026-12-28T21:00:00Z", []),
    ],
)
def test_people_are_reminded_once_early_enough_and_by_day(
    subscribed: Subscribed,
    topics: TopicsService,
    ses: Ses,
    clock: FixedClock,
    reminders: list[str],
    closes_at: str,
    reminded_at: list[str],
) -> None:
    subscribed("noor@example.com")
    times = {"opens_at": "2026-12-01T09:00:00Z", "closes_at": closes_at}
    topics.topics[TOPIC_ID]["reminders"] = reminders
    topics.topics[TOPIC_ID]["timetable"].update(times)
    happened("CollectionOpened", **times)
    told: list[datetime] = []
    while clock() < datetime.fromisoformat(closes_at):
        sweep()
        before = len(ses.accepted)
        bring(*due()) if due() else None
        told += [clock()] * (len(ses.accepted) - before)
        clock.advance(hours=1)
    assert told == [datetime.fromisoformat(each) for each in reminded_at]
    assert set(ses.accepted) <= {"noor@example.com"}


def test_of_two_reminders_whose_time_has_passed_one_comes(
    subscribed: Subscribed, topics: TopicsService, clock: FixedClock
) -> None:
    topics.topics[TOPIC_ID]["reminders"] = ["P7D", "P3D", "P1D"]
    happened("CollectionOpened", opens_at="", closes_at="")
    clock.advance(days=25)
    for _ in range(3):
        sweep()
    told = {d["data"]["occasion"] for d in due() if d["data"]["notice"] == "reminder"}
    assert told == {"P3D"}


def test_an_extension_puts_the_reminder_off(
    subscribed: Subscribed, topics: TopicsService, ses: Ses, clock: FixedClock
) -> None:
    subscribed("noor@example.com")
    happened("CollectionOpened", opens_at="", closes_at="")
    sweep()
    clock.advance(days=20)
    topics.topics[TOPIC_ID]["timetable"]["closes_at"] = "2027-01-10T12:00:00Z"
    happened("CollectionExtended", closes_at="2027-01-10T12:00:00.000Z")
    reminders = 0
    for _ in range(30):
        sweep()
        reminders = sum(d["data"]["notice"] == "reminder" for d in due())
        if reminders:
            break
        clock.advance(days=1)
    assert clock() == datetime.fromisoformat("2027-01-08T09:00:00Z")
    assert reminders == 2


def test_a_round_that_is_over_is_looked_at_no_more(
    topics: TopicsService, clock: FixedClock
) -> None:
    happened("CollectionOpened", opens_at="", closes_at="")
    topics.topics[TOPIC_ID]["stage"] = "withdrawn"
    sweep()
    topics.away = True
    clock.advance(days=30)
    sweep()
    assert due() == []


def test_one_topic_that_cannot_be_read_does_not_hold_the_others(
    topics: TopicsService, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    from services.outreach import handlers
    from services.shared.errors import TransientError

    happened("CollectionOpened", opens_at="", closes_at="")
    other = "b" * 26
    detail = {"topic_id": other}
    topics.topics[other] = VIEW | {"topic_id": other, "channels": ["email"]}
    handlers.plan_store().watch(other, 1, at=clock())
    clock.advance(days=25, hours=1)

    def ask(name: str, payload: dict[str, Any]) -> dict[str, Any]:
        if payload["topic_id"] == TOPIC_ID:
            raise TransientError("away")
        return topics(name, payload)

    monkeypatch.setattr(handlers, "invoke", ask)
    record = sqs_event(("Scheduled Event", detail))
    assert remind.handler(record, LambdaContext())["batchItemFailures"]
    assert [(d["topic_id"], d["data"]["channel"]) for d in due()] == [(other, "email")]


def test_the_record_has_their_outcomes_too(
    topics: TopicsService, monkeypatch: pytest.MonkeyPatch
) -> None:
    extend(topics, monkeypatch)
    happened("CollectionExtended", closes_at=LATER)
    happened("InquiryAnswered", comment_id=INQUIRY)
    bring(*due())
    answer = invoke(export.handler, {"topic_id": TOPIC_ID, "round": 1})
    (file, *_) = answer["files"]
    rows = exports.read_lines(file["bucket"], file["key"])
    found = {(row["notice"], row["occasion"], row["channel"]) for row in rows}
    assert found == {
        (notice, occasion, channel)
        for notice, occasion in (("extended", LATER), ("answered", INQUIRY))
        for channel in ("web", "atom", "email", "sms")
    }
