"""The delivery report over HTTP: the same as in the record, for the topic's staff."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from services.outreach.handlers import deliver, export, feedback, notify, plan_store, read
from services.outreach.model import parts
from services.outreach.plan_store import NOTICES_READ_AT_ONCE, Planned, noted
from services.outreach.use_cases import deliveries
from services.outreach.use_cases.deliveries import NOTICES_A_PAGE
from services.shared import aws, exports
from services.shared import clock as service_clock
from services.shared.table import Put, Table
from tests.conftest import FixedClock
from tests.integration.outreach.outreach_scene import (
    TOPIC_ID,
    VIEW,
    CommentsService,
    Ses,
    TopicsService,
)
from tests.support.calls import Answer, LambdaContext, http, invoke, sqs_event
from tests.support.crowd import crowd
from tests.support.returned_mail import BOUNCE, passed_on, returned

pytestmark = pytest.mark.usefixtures("clock", "topics", "ses")
ROUTE = "GET /v1/topics/{topic}/deliveries"
OFFICER = ("officer", "agency.health")
Subscribed = Callable[..., Answer]


def get(topic: str = TOPIC_ID, *, groups: tuple[str, ...] = OFFICER, **query: str) -> Answer:
    return http(read.handler, ROUTE, path={"topic": topic}, query=query or None, groups=groups)


def items(**query: str) -> list[dict[str, Any]]:
    answer = get(**query)
    assert answer.status == 200, answer.text
    return list(answer.json["items"])


def send(notice: str = "published", channel: str = "email", **fields: Any) -> dict[str, Any]:
    task = {"topic_id": TOPIC_ID, "round": 1, "notice": notice, "channel": channel}
    return dict(invoke(deliver.handler, task | fields))


def recorded() -> list[dict[str, Any]]:
    """Rows of the record."""
    (file, *_) = invoke(export.handler, {"topic_id": TOPIC_ID, "round": 1})["files"]
    return list(exports.read_lines(file["bucket"], file["key"]))


def bounced(ses: Ses, to: str) -> None:
    """SES tells that the last mail to somebody came back."""
    mail = [r for r in ses.requests if r["Destination"]["ToAddresses"] == [to]][-1]
    record = {"messageId": "0", "body": json.dumps(passed_on(returned(BOUNCE, mail)))}
    record |= {"eventSource": "aws:sqs", "receiptHandle": "r"}
    feedback.handler({"Records": [record | {"attributes": {}}]}, LambdaContext())


def test_a_delivery_is_told_with_its_counts_and_instants() -> None:
    send()
    assert get().json == {
        "topic_id": TOPIC_ID,
        "round": 1,
        "items": [
            {
                "notice": "published",
                "occasion": "",
                "channel": "email",
                "outcome": "sent",
                "reason": None,
                "recipients": 1,
                "failed": 0,
                "unknown": 0,
                "reasons": {},
                "first_at": "2026-12-01T09:00:00.000Z",
                "last_at": "2026-12-01T09:00:00.000Z",
                "complete": True,
                "going_on": False,
                "exact": True,
                "progress": {
                    "parts": 1,
                    "done": 1,
                    "sent": 1,
                    "failed": 0,
                    "unknown": 0,
                    "left": 0,
                },
                "versions": [
                    {
                        "outcome": "sent",
                        "reason": None,
                        "recipients": 1,
                        "failed": 0,
                        "unknown": 0,
                        "reasons": {},
                        "at": "2026-12-01T09:00:00.000Z",
                    }
                ],
            }
        ],
        "next_cursor": None,
    }


def test_a_delivery_that_was_given_up_goes_on_for_a_day_and_then_no_more(clock: FixedClock) -> None:
    send(error={"Error": "States.Timeout", "Cause": ""})
    (found,) = items()
    assert (found["outcome"], found["reason"]) == ("failed", "timed_out")
    assert (found["complete"], found["going_on"]) == (False, True)
    clock.advance(hours=24)
    assert items()[0]["going_on"] is False


def test_the_outcome_that_holds_has_those_before_it_as_versions(clock: FixedClock) -> None:
    send(error={"Error": "States.Timeout", "Cause": ""})
    clock.advance(minutes=1)
    send()
    (found,) = items()
    assert (found["outcome"], found["complete"], found["going_on"]) == ("sent", True, False)
    assert [(v["outcome"], v["reason"]) for v in found["versions"]] == [
        ("failed", "timed_out"),
        ("sent", None),
    ]
    assert (found["first_at"][11:16], found["last_at"][11:16]) == ("09:00", "09:01")


def test_what_came_back_of_mails_is_in_the_last_version(
    subscribed: Subscribed, ses: Ses, clock: FixedClock
) -> None:
    subscribed("noor@example.com")
    send()
    clock.advance(minutes=5)
    bounced(ses, "noor@example.com")
    (found,) = items()
    assert found["reasons"] == {"bounced": 1}
    assert (found["recipients"], found["failed"], len(found["versions"])) == (1, 1, 2)
    send("announced")
    assert items()[1]["reasons"] == {"suppressed": 1}
    assert "noor" not in get().text


def test_the_record_has_the_same_report(
    subscribed: Subscribed, ses: Ses, comments: CommentsService, clock: FixedClock
) -> None:
    subscribed("noor@example.com")
    send("published", "web")
    send(error={"Error": "States.Timeout", "Cause": ""})
    clock.advance(minutes=1)
    send()
    clock.advance(minutes=1)
    bounced(ses, "noor@example.com")
    send("announced", occasion="edition-2")
    tell_author(comments, "a")
    rows = [
        {name: item[name] for name in ("notice", "occasion", "channel")} | version
        for item in items()
        for version in item["versions"]
    ]
    assert len(rows) == 6
    assert in_order(rows) == in_order(recorded())


def in_order(rows: list[dict[str, Any]]) -> list[str]:
    return sorted(json.dumps(row, sort_keys=True) for row in rows)


def tell_author(comments: CommentsService, letter: str) -> None:
    """Somebody who asked an inquiry is told that it was answered."""
    inquiry = comments.left(letter * 26, email=f"{letter}@example.org")
    comments.answered(inquiry)
    detail = {
        "version": "1",
        "id": letter * 64,
        "occurred_at": "2026-12-01T09:00:00.000Z",
        "topic_id": TOPIC_ID,
        "round": 1,
        "actor": {"role": "system", "id": "outreach"},
        "data": {
            "notice": "inquiry_answer",
            "occasion": f"{inquiry}.1",
            "channel": "email",
            "part": 1,
        },
    }
    event = sqs_event(("NoticeDue", detail), source="tashawur.outreach")
    assert notify.handler(event, LambdaContext()) == {"batchItemFailures": []}


def test_a_delivery_under_way_tells_how_far_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parts, "WHOLE_UP_TO", 10)
    crowd(40, scope=TOPIC_ID)
    send(step="begin")
    halves = "01234567", "89abcdef"
    for name in halves[0]:
        send(step="part", part=name)
    (found,) = items()
    assert (found["outcome"], found["first_at"], found["versions"]) == (None, None, [])
    assert (found["complete"], found["going_on"]) == (False, True)
    far = found["progress"]
    assert (far["parts"], far["done"], far["sent"]) == (16, 8, found["recipients"])
    assert far["left"] > 0
    for name in halves[1]:
        send(step="part", part=name)
    send(step="end")
    (found,) = items()
    assert (found["outcome"], found["complete"], found["going_on"]) == ("sent", True, False)
    assert (found["progress"]["done"], found["progress"]["left"]) == (16, 0)


def test_a_delivery_that_broke_off_without_an_outcome_is_told_by_what_was_sent(
    ses: Ses, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parts, "WHOLE_UP_TO", 10)
    crowd(40, scope=TOPIC_ID)
    send(step="begin")
    for name in "01234567":
        send(step="part", part=name)
    sent = len(ses.accepted)
    clock.advance(hours=25)  # it counts as left off an hour after a part was heard of, for a day
    (found,) = items()
    assert (found["outcome"], found["reason"], found["recipients"]) == (
        "partial",
        "unavailable",
        sent,
    )
    assert (found["complete"], found["going_on"], found["exact"]) == (False, False, True)
    (row,) = recorded()
    assert (row["outcome"], row["reason"], row["recipients"]) == ("partial", "unavailable", sent)
    assert found["versions"] == [{name: row[name] for name in found["versions"][0]}]
    monkeypatch.setattr(deliveries, "MOST_COUNTED", 1)
    (found,) = items()
    assert (found["recipients"], found["exact"]) == (sent, False)


def test_what_came_back_before_the_last_part_was_told_is_counted(
    ses: Ses, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parts, "WHOLE_UP_TO", 10)
    crowd(40, scope=TOPIC_ID)
    names = send(step="begin")["parts"]
    send(step="part", part=names[0])
    clock.advance(minutes=1)
    bounced(ses, ses.accepted[0])
    clock.advance(minutes=1)
    for name in names[1:]:
        send(step="part", part=name)
    send(step="end")
    (found,) = items()
    assert (found["failed"], found["reasons"]) == (1, {"bounced": 1})
    assert found["recipients"] == len(ses.accepted) - 1
    assert recorded()[-1]["reasons"] == {"bounced": 1}


def test_what_nobody_has_begun_with_is_not_in_the_report() -> None:
    planned = Planned(topic_id=TOPIC_ID, round=1, notice="extended", occasion="x")
    plan_store().plan(planned, ["email"], at=service_clock.now())
    assert items() == []


def test_more_recipients_than_a_request_can_count_are_told_as_they_were_recorded(
    subscribed: Subscribed,
    ses: Ses,
    comments: CommentsService,
    clock: FixedClock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    subscribed("noor@example.com")
    send()
    clock.advance(minutes=5)
    bounced(ses, "noor@example.com")
    for letter in ("a", "b"):
        tell_author(comments, letter)
    whole = [(item["notice"], item["exact"], item["recipients"]) for item in items()]
    assert whole == [("published", True, 1), ("inquiry_answer", True, 2)]
    monkeypatch.setattr(deliveries, "MOST_COUNTED", 1)
    some = [(item["notice"], item["exact"], item["recipients"]) for item in items()]
    assert some == [("published", False, 2), ("inquiry_answer", False, 1)]
    assert {"bounced": 1} in [row["reasons"] for row in recorded()]


def test_what_authors_were_told_is_one_count_for_all_of_them(comments: CommentsService) -> None:
    for letter in ("a", "b"):
        tell_author(comments, letter)
    (found,) = items()
    assert (found["notice"], found["occasion"], found["recipients"]) == ("inquiry_answer", "", 2)
    assert "a" * 26 not in json.dumps(found["versions"])


def test_pages_have_every_notice_once(clock: FixedClock) -> None:
    count = 2 * NOTICES_A_PAGE + 1
    for number in range(count):
        send("answered", "web", occasion=f"inquiry-{number:03d}")
    found: list[str] = []
    cursor: str | None = None
    pages = 0
    while cursor or not pages:
        answer = get(**({"cursor": cursor} if cursor else {})).json
        found += [item["occasion"] for item in answer["items"]]
        cursor = answer["next_cursor"]
        pages += 1
    assert sorted(found) == [f"inquiry-{number:03d}" for number in range(count)]
    assert pages == 4


def test_a_page_reads_little_more_than_it_tells_of() -> None:
    table = Table("outreach")
    count = 3 * NOTICES_READ_AT_ONCE
    for notice in ("answered", "moderated"):
        for number in range(count):
            occasion = f"i{number:03d}"
            planned = Planned(topic_id=TOPIC_ID, round=1, notice=notice, occasion=occasion)
            table.write(Put(item=noted(planned)))
    send("answered", "web", occasion=f"i{count - 1:03d}")
    read_: list[str] = []
    told: list[str] = []
    cursor: str | None = None
    events = aws.client("dynamodb").meta.events

    def reading(parsed: dict[str, Any], **_: Any) -> None:
        keys = [item["sk"]["S"] for item in parsed["Items"]]
        read_.extend(key for key in keys if key.startswith("O#"))

    events.register("after-call.dynamodb.Query", reading)
    while cursor or not read_:
        before = len(read_)
        answer = get(**({"cursor": cursor} if cursor else {})).json
        assert len(read_) - before <= NOTICES_READ_AT_ONCE
        told += [item["occasion"] for item in answer["items"]]
        cursor = answer["next_cursor"]
    events.unregister("after-call.dynamodb.Query", reading)
    assert not [key for key in read_ if "moderated" in key]
    assert told == [f"i{count - 1:03d}"]


def test_a_cursor_is_good_for_its_round_alone(topics: TopicsService) -> None:
    at = service_clock.now()
    for number in range(NOTICES_A_PAGE):
        planned = Planned(topic_id=TOPIC_ID, round=1, notice="answered", occasion=f"i{number}")
        plan_store().plan(planned, ["web"], at=at)
    cursor = get().json["next_cursor"]
    assert get(cursor=cursor).status == 200
    topics.topics[TOPIC_ID] = VIEW | {"round": 2}
    assert get(cursor=cursor).status == 400


def test_a_round_is_told_of_alone(topics: TopicsService) -> None:
    send()
    topics.topics[TOPIC_ID] = VIEW | {"round": 2}
    assert (get().json["round"], items()) == (2, [])


@pytest.mark.parametrize(
    ("groups", "status"),
    [
        (("officer", "agency.health"), 200),
        (("approver",), 200),
        (("auditor",), 200),
        (("operator",), 200),
        (("approver", "agency.works"), 404),
        (("officer", "agency.works"), 404),
        (("officer",), 404),
        (("moderator",), 403),
        (("participant",), 403),
        ((), 401),
    ],
)
def test_the_report_is_for_the_topics_staff(groups: tuple[str, ...], status: int) -> None:
    send()
    assert get(groups=groups).status == status


@pytest.mark.parametrize("query", [{"round": "0"}, {"channel": "web"}, {"cursor": "x"}])
def test_what_the_report_does_not_know_is_refused(query: dict[str, str]) -> None:
    assert get(**query).status == 400


def test_a_topic_that_is_not_public_has_no_report() -> None:
    assert get("d" * 26).status == 404
