"""Two people at once: each act happens right between another one's looking and writing."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from services.comments.handlers import submit
from services.topics.handlers import manage
from tests.faults.staging import held_back, meanwhile
from tests.support.calls import http
from tests.support.topics import OFFICER, act, definition
from tests.workflow.journey import Journey

ABUSE = "You are all idiots and bastards"
DECISIONS = ({"decision": "reject", "reason_code": "abusive"}, {"decision": "publish"})
CONSENT = {"publish": True, "privacy_notice": "2026-11"}
WRITE = "dynamodb.TransactWriteItems"


def drift(journey: Journey) -> Any:
    """What a recount of the round's comments finds to be counted wrongly."""
    order = {"topic_id": journey.topic_id, "round": 1, "action": "recount", "dry_run": True}
    return journey.stack.invoke("comments-reconcile", order)["drift"]


def held(journey: Journey, body: dict[str, str]) -> tuple[Callable[[], Any], Callable[[], Any]]:
    """A comment that is held: how its author takes it back, and how a moderator decides."""
    journey.collecting()
    sent = journey.comment(ABUSE).json
    journey.stack.settle()
    [case] = journey.moderator.get(f"/v1/moderation/cases?topic={journey.topic_id}").json["items"]
    withdrawal = f"{journey.path}/comments/{sent['comment_id']}/withdrawal"
    secret = {"receipt_secret": sent["receipt_secret"]}
    decision = f"/v1/moderation/cases/{case['case_id']}/decision"
    return (
        lambda: journey.citizen.ask("POST", withdrawal, body=secret),
        lambda: journey.moderator.ask("POST", decision, body=body),
    )


@pytest.mark.parametrize("decision", DECISIONS, ids=["reject", "publish"])
def test_a_comment_taken_back_while_a_decision_is_applied_is_withdrawn_and_counted_once(
    journey: Journey, decision: dict[str, str]
) -> None:
    withdraw, decide = held(journey, decision)
    with meanwhile("comments-consume", WRITE, withdraw) as done:
        assert decide().status == 200
        journey.stack.settle()
    assert [answer.status for answer in done] == [200]
    counts = journey.counts()
    ends = ("withdrawn", "rejected", "published", "held")
    assert [counts[end] for end in ends] == [1, 0, 0, 0]
    assert drift(journey) == {}


@pytest.mark.parametrize("decision", DECISIONS, ids=["reject", "publish"])
def test_a_comment_decided_while_its_author_takes_it_back_is_withdrawn_and_counted_once(
    journey: Journey, decision: dict[str, str]
) -> None:
    withdraw, decide = held(journey, decision)
    with held_back(journey.topic_id) as kept:
        assert decide().status == 200
        journey.stack.settle()
    [decided] = [held for held in kept if held.queue == "comments-consume"]

    def apply() -> Any:
        return journey.stack.invoke("comments-consume", {"Records": [decided.record()]})

    with meanwhile("comments-manage", WRITE, apply) as done:
        assert withdraw().status == 200
    journey.stack.settle()
    assert done == [{"batchItemFailures": []}]
    counts = journey.counts()
    ends = ("withdrawn", "rejected", "published", "held")
    assert [counts[end] for end in ends] == [1, 0, 0, 0]
    assert drift(journey) == {}


def test_of_two_officers_who_extend_at_once_one_sets_the_closing_and_the_other_is_told(
    journey: Journey,
) -> None:
    journey.collecting()
    first, second = (journey.closes_at() + timedelta(days=days) for days in (3, 5))

    def quicker() -> Any:
        body = {"action": "extend", "reason": "inquiries", "closes_at": first.isoformat()}
        return journey.officer.ask("POST", f"{journey.path}/transitions", body=body)

    with meanwhile("", WRITE, quicker) as done:
        late = act(
            journey.topic_id,
            "extend",
            subject="officer-2",
            reason="holidays",
            closes_at=second.isoformat(),
        )
    assert ([answer.status for answer in done], late.status) == ([202], 409)
    journey.stack.settle()
    assert journey.closes_at() == first
    journey.stack.clock.move_to(first - timedelta(milliseconds=1))
    journey.comment("in the added time")
    journey.stack.clock.move_to(first)
    journey.comment("too late", expect=409)
    journey.stack.settle()


def test_a_definition_edited_in_between_is_not_overwritten_by_who_read_the_former_one(
    journey: Journey,
) -> None:
    journey.defined()
    document = definition(journey.now(), channels=["web", "atom"])
    titles = [{"ar": "عنوان", "en": title} for title in ("The first", "The second")]

    def put(title: dict[str, str]) -> Any:
        body, etag = {**document, "title": title}, {"If-Match": '"1"'}
        return journey.officer.ask("PUT", journey.path, body=body, headers=etag)

    with meanwhile("", WRITE, lambda: put(titles[0])) as done:
        late = http(
            manage.handler,
            "PUT /v1/topics/{topic}",
            path={"topic": journey.topic_id},
            body={**document, "title": titles[1]},
            headers={"if-match": '"1"'},
            groups=OFFICER,
            subject="officer-1",
        )
    assert ([answer.status for answer in done], late.status) == ([200], 412)
    assert journey.officer.get(journey.path).json["title"] == titles[0]


def test_a_topic_published_while_it_is_withdrawn_is_withdrawn_and_takes_no_comment(
    journey: Journey,
) -> None:
    """The machine publishes at the very moment at which the officer withdraws."""
    journey.scheduled()
    body = {"action": "withdraw", "reason": "overtaken"}
    path = f"{journey.path}/transitions"

    def withdraw() -> Any:
        return journey.approver.ask("POST", path, body=body)

    with meanwhile("topics-workflow", WRITE, withdraw) as done:
        journey.pass_time(hours=1, minutes=5)
    assert [answer.status for answer in done] == [202]
    assert journey.stage == "withdrawn"
    assert journey.citizen.ask("POST", f"{journey.path}/comments", body={}).status in {404, 409}
    entries = journey.officer.get(f"{journey.path}/timeline").json["items"]
    assert "TopicPublished" not in [entry["event"] for entry in entries]
    assert [entry["status"] for entry in journey.executions()] == ["SUCCEEDED"]


def test_eight_identical_posts_meet_at_the_write_and_are_one_comment(journey: Journey) -> None:
    """All eight have looked before the first one writes; then the others, in whatever order."""
    journey.collecting()
    journey.pass_time(minutes=1)
    body = {"kind": "comment", "text": "Keep it", "consent": CONSENT}
    key = {"idempotency-key": "the-same-key-for-all"}

    def post() -> Any:
        route, path = "POST /v1/topics/{topic}/comments", {"topic": journey.topic_id}
        return http(submit.handler, route, path=path, body=body, headers=key)

    answers = posted_in_each_other(8, post)
    journey.stack.settle()
    assert [answer.status for answer in answers] == [202] * 8
    assert len({answer.text for answer in answers}) == 1
    assert (journey.counts()["received"], drift(journey)) == (1, {})


def posted_in_each_other(times: int, post: Callable[[], Any]) -> list[Any]:
    """Each posts when the one before is about to write; the last one writes first."""
    answers: list[Any] = []
    if times > 1:
        with meanwhile(
            "", "dynamodb.PutItem", lambda: posted_in_each_other(times - 1, post)
        ) as done:
            answers.append(post())
        return [*answers, *done[0]]
    return [post()]
