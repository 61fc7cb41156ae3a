"""Moderators work the queue: oldest first, one at a time, every decision once."""

from typing import Any

import pytest

from services.moderation.handlers import relay
from services.shared import aws
from tests.conftest import FixedClock
from tests.integration.moderation.moderation_desk import (
    ABUSE,
    OTHER_TOPIC,
    PHONE,
    TOPIC,
    cases,
    claim,
    comment,
    decide,
    reported,
    screened,
)
from tests.support.calls import http, stream_records

pytestmark = pytest.mark.usefixtures("account")
REJECT = {"decision": "reject", "reason_code": "abusive", "note": "سب صريح"}


def opened(clock: FixedClock, count: int, *, topic: str = TOPIC, prefix: str = "c") -> list[str]:
    """Case ids of comments that were held a minute apart."""
    found = []
    for n in range(count):
        [outcome] = screened(comment(f"{prefix}{n}", ABUSE), topic=topic)
        found.append(outcome["case_id"])
        clock.advance(minutes=1)
    return found


def listed(groups: tuple[str, ...] = ("moderator",), **query: str) -> list[str]:
    """Case ids of all pages."""
    found, cursor = [], None
    while True:
        page = cases(groups=groups, **query, **({"cursor": cursor} if cursor else {})).json
        found += [item["case_id"] for item in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            return found


def test_a_case_in_the_list_has_all_that_a_screen_needs(clock: FixedClock) -> None:
    [case_id] = opened(clock, 1)
    [item] = cases().json["items"]
    assert item["case_id"] == case_id
    assert item["text"] == ABUSE
    assert item["reasons"][0]["code"] == "abusive"
    assert item["reasons"][0]["spans"] == [[3, 7], [11, 20]]
    assert item["status"] == "open"
    assert item["claimed_by"] is None
    assert item["opened_at"] == "2026-12-01T09:00:00.000Z"
    assert item["due_at"] == "2026-12-02T09:00:00.000Z"
    assert {"topic_id", "comment_id", "language", "round", "kind"} <= item.keys()


def test_the_oldest_case_comes_first_over_all_pages(clock: FixedClock) -> None:
    ids = opened(clock, 60)
    assert listed() == ids
    assert len(cases().json["items"]) == 25


def test_a_page_goes_on_although_its_last_case_was_decided_in_between(clock: FixedClock) -> None:
    ids = opened(clock, 30)
    first = cases().json
    assert decide(ids[24], {"decision": "publish"}).status == 200
    rest = cases(cursor=first["next_cursor"]).json
    assert [item["case_id"] for item in rest["items"]] == ids[25:]


def test_a_topic_can_be_listed_alone_by_status(clock: FixedClock) -> None:
    mine = opened(clock, 30)
    opened(clock, 3, topic=OTHER_TOPIC)
    assert listed(topic=TOPIC) == mine
    decide(mine[3], REJECT)
    claim(mine[5])
    assert listed(topic=TOPIC) == [each for each in mine if each not in {mine[3], mine[5]}]
    assert listed(topic=TOPIC, status="decided") == [mine[3]]
    assert listed(topic=TOPIC, status="claimed") == [mine[5]]
    assert listed(status="claimed") == [mine[5]]


def test_a_claimed_case_leaves_the_open_list_and_comes_back_in_its_place(
    clock: FixedClock,
) -> None:
    ids = opened(clock, 28)
    assert claim(ids[0]).json["status"] == "claimed"
    assert claim(ids[26]).status == 200
    assert listed() == [*ids[1:26], ids[27]]
    clock.advance(minutes=15)
    assert listed() == ids
    assert listed(status="claimed") == []


def test_decided_cases_are_listed_by_topic_alone(clock: FixedClock) -> None:
    opened(clock, 1)
    answer = cases(status="decided")
    assert (answer.status, answer.json["detail"]) == (400, "Name the topic to list decided cases.")


@pytest.mark.parametrize("query", [{"status": "late"}, {"cursor": "abc"}, {"cursor": "!"}])
def test_a_status_or_cursor_that_does_not_exist_is_refused(query: dict[str, str]) -> None:
    assert cases(**query).status == 400


def test_a_cursor_belongs_to_its_list(clock: FixedClock) -> None:
    opened(clock, 30)
    cursor = cases().json["next_cursor"]
    assert cases(cursor=cursor, topic=TOPIC).status == 400


def test_a_claimed_case_is_refused_to_others_with_its_state(clock: FixedClock) -> None:
    [case_id] = opened(clock, 1)
    mine = claim(case_id)
    assert (mine.status, mine.json["claimed_by"]) == (200, "noura")
    theirs = claim(case_id, subject="salem")
    assert theirs.status == 409
    assert theirs.json["case"]["status"] == "claimed"
    assert theirs.json["case"]["claimed_until"] == mine.json["claimed_until"]
    assert decide(case_id, REJECT, subject="salem").status == 409
    clock.advance(minutes=15)
    assert claim(case_id, subject="salem").json["claimed_by"] == "salem"


def test_a_decision_takes_the_case_out_of_the_queue(clock: FixedClock) -> None:
    [case_id] = opened(clock, 1)
    answer = decide(case_id, REJECT)
    assert answer.status == 200
    assert answer.json["status"] == "decided"
    assert answer.json["decision"] == {
        **REJECT,
        "spans": [],
        "decided_by": "noura",
        "decided_at": "2026-12-01T09:01:00.000Z",
    }
    assert listed() == []


def test_a_decision_is_one_event_without_text_and_note(clock: FixedClock) -> None:
    [case_id] = opened(clock, 1)
    claim(case_id)
    body = {"decision": "redact", "spans": [[3, 7]], "note": "سري"}
    assert decide(case_id, body).status == 200
    records = stream_records("moderation")
    published = [r["dynamodb"]["NewImage"]["event"] for r in records if _is_event(r)]
    assert len(published) == 1
    assert published[0]["M"]["type"] == {"S": "ModerationDecided"}
    data = published[0]["M"]["data"]["M"]
    told = {"case_id", "comment_id", "decision", "reason_code", "spans", "edition", "final"}
    assert data.keys() == told
    assert "حقير" not in str(published)
    assert "سري" not in str(published)
    assert relay.handler({"Records": records}, None) == {"batchItemFailures": []}


def _is_event(record: dict[str, Any]) -> bool:
    return record["eventName"] == "INSERT" and "event" in record["dynamodb"]["NewImage"]


def test_the_same_decision_again_answers_the_same_and_counts_once(clock: FixedClock) -> None:
    [case_id] = opened(clock, 1)
    first = decide(case_id, REJECT)
    clock.advance(hours=1)
    assert decide(case_id, REJECT).json == first.json
    assert reported().json["decisions"] == {"publish": 0, "redact": 0, "reject": 1}
    assert sum(_is_event(record) for record in stream_records("moderation")) == 1


def test_another_decision_or_person_meets_the_present_state(clock: FixedClock) -> None:
    [case_id] = opened(clock, 1)
    decide(case_id, REJECT)
    for answer in (
        decide(case_id, {"decision": "publish"}),
        decide(case_id, REJECT, subject="salem"),
        claim(case_id),
    ):
        assert answer.status == 409
        assert answer.json["case"]["decision"]["decision"] == "reject"
    assert ABUSE not in answer.text


def test_two_who_decide_at_once_do_not_both_decide(
    clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    [case_id] = opened(clock, 1)
    real = aws.client("dynamodb").transact_write_items
    rival: list[Any] = []

    def overtaken(**request: Any) -> Any:
        if not rival:
            rival.append(None)
            rival[0] = decide(case_id, {"decision": "publish"}, subject="salem")
        return real(**request)

    monkeypatch.setattr(aws.client("dynamodb"), "transact_write_items", overtaken)
    late = decide(case_id, REJECT)
    assert (rival[0].status, late.status) == (200, 409)
    assert reported().json["decisions"] == {"publish": 1, "redact": 0, "reject": 0}


def test_every_fault_is_told_in_the_callers_language(clock: FixedClock) -> None:
    [case_id] = opened(clock, 1)
    answer = decide(case_id, {"decision": "redact", "spans": [[0, 4000], [5, 5]]})
    assert answer.status == 422
    assert [(e["field"], e["code"]) for e in answer.json["errors"]] == [
        ("/spans/0", "span_outside"),
        ("/spans/1", "span_outside"),
        ("/spans", "spans_overlap"),
    ]
    unknown = decide(case_id, {"decision": "reject", "reason_code": "ugly", "extra": 1})
    assert {e["field"] for e in unknown.json["errors"]} == {"/reason_code", "/extra"}


def test_an_unknown_case_answers_404() -> None:
    assert claim("x" * 26).status == 404
    assert decide("x" * 26, REJECT).status == 404


@pytest.mark.parametrize("groups", [("officer", "agency.health"), ("auditor",), ("participant",)])
def test_only_moderators_see_the_queue(clock: FixedClock, groups: tuple[str, ...]) -> None:
    from services.moderation.handlers import queue

    [case_id] = opened(clock, 1)
    assert http(queue.handler, "GET /v1/moderation/cases", groups=groups).status == 403
    assert decide(case_id, REJECT, groups=groups).status == 403
    assert http(queue.handler, "GET /v1/moderation/cases").status == 401


def test_a_masked_comment_is_no_case() -> None:
    screened(comment("c3", PHONE))
    assert cases().json == {"items": [], "next_cursor": None}


def test_an_empty_topic_is_none(clock: FixedClock) -> None:
    ids = opened(clock, 30)
    cursor = cases().json["next_cursor"]
    rest = cases(topic="", cursor=cursor)
    assert [item["case_id"] for item in rest.json["items"]] == ids[25:]
    assert cases(topic="", status="decided").status == 400


WORKS = ("moderator", "agency.works")


def test_a_moderator_of_an_agency_sees_its_cases_alone_over_all_pages(clock: FixedClock) -> None:
    mine = []
    for n in range(90):
        agency, topic = ("works", OTHER_TOPIC) if n % 30 < 5 else ("health", TOPIC)
        [outcome] = screened(comment(f"c{n}", ABUSE), topic=topic, agency=agency)
        mine += [outcome["case_id"]] if agency == "works" else []
        clock.advance(seconds=1)
    assert listed(groups=WORKS) == mine
    assert listed(groups=WORKS, topic=OTHER_TOPIC) == mine
    assert listed(groups=WORKS, topic=TOPIC) == []
    assert len(listed()) == 90
    assert claim(mine[0], groups=WORKS).status == 200
    assert listed(groups=WORKS, status="claimed") == [mine[0]]
    assert listed(groups=("senior_moderator", "agency.health"), status="claimed") == []


def test_a_case_of_another_agency_is_unknown(clock: FixedClock) -> None:
    [case_id] = opened(clock, 1)
    assert claim(case_id, groups=WORKS).status == 404
    assert decide(case_id, REJECT, groups=WORKS).status == 404
    assert decide(case_id, REJECT, groups=("moderator", "agency.health")).status == 200
    assert decide(case_id, REJECT, groups=WORKS).status == 404
