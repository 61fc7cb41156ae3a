"""What got lost between a table and the bus is made good, and once more changes nothing."""

import json
from datetime import timedelta
from typing import Any

import pytest

from local.events import Bus
from local.stack import LocalStack
from services.comments.handlers import screen
from services.comments.store import CommentStore
from services.shared import aws
from services.shared.table import Table, Update
from services.topics.handlers import relay
from tests.workflow.journey import Journey

RECONCILE = "/v1/ops/reconcile"
SERVICES = ("topics", "comments", "moderation", "analysis", "outreach", "archive")


@pytest.fixture
def published(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """What is put on the programme's bus from now on: type and detail of each event."""
    seen: list[dict[str, Any]] = []
    real = Bus._put_one

    def put(bus: Bus, backend: Any, entry: dict[str, Any]) -> dict[str, Any]:
        if entry["Source"].startswith("tashawur."):
            source, kind = entry["Source"], entry["DetailType"]
            seen.append({"source": source, "type": kind, **json.loads(entry["Detail"])})
        return real(bus, backend, entry)

    monkeypatch.setattr(Bus, "_put_one", put)
    return seen


def reconcile(journey: Journey, service: str, action: str, **more: Any) -> list[dict[str, Any]]:
    """Ask, piece by piece, until nothing is left; every answer."""
    answers: list[dict[str, Any]] = []
    cursor = None
    while not answers or cursor:
        body = {"service": service, "action": action, **more}
        body |= {"cursor": cursor} if cursor else {}
        answers.append(journey.operator.post(RECONCILE, body, expect=200).json)
        cursor = answers[-1]["next_cursor"]
    journey.stack.settle()
    return answers


def test_a_topics_events_come_again_under_the_ids_that_they_had(
    journey: Journey, published: list[dict[str, Any]]
) -> None:
    journey.announced().move("close")
    first = [event for event in published if event["topic_id"] == journey.topic_id]
    assert {event["source"] for event in first} >= {f"tashawur.{s}" for s in ("topics", "archive")}
    stage, counts, timeline = journey.stage, journey.counts(), journey.timeline()
    for _ in range(2):
        published.clear()
        for service in SERVICES:
            reconcile(journey, service, "reemit", topic_id=journey.topic_id)
        again = [event for event in published if event["type"] != "ReconciliationRequested"]
        assert {event["topic_id"] for event in again} == {journey.topic_id}
        told = [event for event in again if event["type"] != "CommentsReceived"]
        expected = [event for event in first if event["type"] != "CommentsReceived"]
        assert sorted(event["id"] for event in told) == sorted(event["id"] for event in expected)
        ids = [comment for event in again for comment in event["data"].get("comment_ids", ())]
        assert len(ids) == len(set(ids)) == counts["received"]
    assert (journey.stage, journey.counts(), journey.timeline()) == (stage, counts, timeline)


def test_events_since_an_instant_come_again_and_none_before(
    journey: Journey, published: list[dict[str, Any]]
) -> None:
    journey.defined()
    journey.pass_time(minutes=1)
    since = journey.now().isoformat()
    journey.move("submit")
    published.clear()
    dry = reconcile(journey, "topics", "reemit", since=since, dry_run=True)
    assert sum(answer["done"] for answer in dry) >= 1
    assert {event["type"] for event in published} == {"ReconciliationRequested"}
    reconcile(journey, "topics", "reemit", since=since)
    own = [event["type"] for event in published if event["topic_id"] == journey.topic_id]
    assert own == ["TopicSubmitted"]


def test_a_long_way_is_gone_in_pieces(
    journey: Journey, published: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    journey.collecting()
    monkeypatch.setattr("services.shared.reconcile.ITEMS_AT_ONCE", 1)
    published.clear()
    answers = reconcile(journey, "topics", "reemit", topic_id=journey.topic_id)
    assert len(answers) > 1
    told = [e["type"] for e in published if e["topic_id"] == journey.topic_id]
    assert told == journey.timeline()
    body = {"service": "topics", "action": "reemit", "topic_id": journey.topic_id}
    taken = answers[0]["next_cursor"]
    journey.operator.post(RECONCILE, {**body, "service": "archive", "cursor": taken}, expect=400)


def test_a_parked_batch_is_handed_to_its_reader_again_once(
    journey: Journey, published: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_event: Any, _context: Any) -> Any:
        raise RuntimeError("broken")

    with monkeypatch.context() as patched:
        patched.setattr(relay, "handler", refuse)
        journey.defined()
        journey.pass_time(hours=1)
        failed = reconcile(journey, "topics", "replay")
    assert [event for event in published if event["type"] == "TopicDefined"] == []
    assert sum(len(answer["failed"]) for answer in failed) > 0
    assert [answer["done"] for answer in failed] == [0] * len(failed)
    dry = reconcile(journey, "topics", "replay", dry_run=True)
    assert [event for event in published if event["type"] == "TopicDefined"] == []
    done = reconcile(journey, "topics", "replay")
    assert sum(a["done"] for a in done) == sum(a["done"] for a in dry) > 0
    assert [answer["failed"] for answer in done] == [[]] * len(done)
    told = [event for event in published if event["type"] == "TopicDefined"]
    assert [event["topic_id"] for event in told] == [journey.topic_id]
    assert {answer["done"] for answer in reconcile(journey, "topics", "replay")} == {0}
    assert len([event for event in published if event["type"] == "TopicDefined"]) == 1


def test_parked_batches_are_replayed_a_few_at_a_time(
    journey: Journey, stack: LocalStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_event: Any, _context: Any) -> Any:
        raise RuntimeError("broken")

    with monkeypatch.context() as patched:
        patched.setattr(relay, "handler", refuse)
        for _ in range(4):
            Journey(stack).defined()
            stack.advance(timedelta(hours=1))
    answers = reconcile(journey, "topics", "replay")
    assert len(answers) > 1
    # Of each topic: the row, its audit item, and the definition that is kept.
    assert sum(answer["done"] for answer in answers) == 3 * 4
    assert max(answer["looked_at"] for answer in answers) <= 5


def test_comments_that_nobody_could_screen_are_screened_after_all(
    journey: Journey, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_arguments: Any, **_options: Any) -> Any:
        raise RuntimeError("broken")

    journey.collecting()
    journey.pass_time(hours=1, minutes=1)
    with monkeypatch.context() as patched:
        patched.setattr(screen, "screen", refuse)
        journey.comment("خدمة المراكز الصحية جيدة")
        journey.pass_time(hours=1)
    assert journey.counts()["published"] == 0
    reconcile(journey, "comments", "replay")
    assert journey.counts()["published"] == 1
    reconcile(journey, "comments", "replay")
    assert journey.counts()["published"] == 1


def test_counters_that_drifted_are_counted_again_and_put_right_once(
    journey: Journey, stack: LocalStack, published: list[dict[str, Any]]
) -> None:
    journey.reviewing("خدمة المراكز الصحية جيدة", "You are all idiots and bastards")
    round_ = {"topic_id": journey.topic_id, "round": 1}
    right = journey.counts()
    assert [a["drift"] for a in reconcile(journey, "comments", "recount", **round_)] == [{}]
    table = Table(stack.functions.environment()["COMMENTS_TABLE_NAME"])
    wrong = Update(pk=f"N#{journey.topic_id}#1", sk="03", add={"received": 5, "published": -1})
    table.write(wrong)
    [look] = reconcile(journey, "comments", "recount", dry_run=True, **round_)
    assert (look["drift"], look["done"]) == ({"received": 5, "published": -1}, 0)
    assert journey.counts() != right
    [mended] = reconcile(journey, "comments", "recount", **round_)
    assert (mended["drift"], mended["done"]) == ({"received": 5, "published": -1}, 1)
    assert journey.counts() == right
    [again] = reconcile(journey, "comments", "recount", **round_)
    assert (again["drift"], again["done"], journey.counts()) == ({}, 0, right)
    corrections = [e["data"] for e in published if e["type"] == "CountersCorrected"]
    assert corrections == [{"changes": {"received": -5, "published": 1}}]


def test_nothing_is_put_right_while_comments_move(
    journey: Journey, monkeypatch: pytest.MonkeyPatch
) -> None:
    journey.reviewing("خدمة المراكز الصحية جيدة")
    real = CommentStore.shard

    def shard(store: CommentStore, number: int, *, window: Any) -> Any:
        yield from real(store, number, window=window)
        pk = f"N#{window.topic_id}#{window.round}"
        store._table.write(Update(pk=pk, sk="00", add={"held": 1}))

    round_ = {"topic_id": journey.topic_id, "round": 1}
    with monkeypatch.context() as patched:
        patched.setattr(CommentStore, "shard", shard)
        [answer] = reconcile(journey, "comments", "recount", **round_)
    assert (answer["moved"], answer["drift"], answer["done"]) == (True, {}, 0)
    [mended] = reconcile(journey, "comments", "recount", **round_)
    assert mended["done"] == 1


def test_a_large_round_is_counted_in_pieces(
    journey: Journey, monkeypatch: pytest.MonkeyPatch
) -> None:
    journey.collecting(expected_participants=20_000)
    journey.pass_time(hours=1, minutes=1)
    for number in range(6):
        journey.comment(f"خدمة المراكز الصحية جيدة {number}")
    journey.stack.settle()
    monkeypatch.setattr("services.comments.use_cases.recount.ROWS_AT_ONCE", 1)
    answers = reconcile(journey, "comments", "recount", topic_id=journey.topic_id, round=1)
    assert len(answers) > 1
    assert sum(answer["looked_at"] for answer in answers) == 6
    assert answers[-1]["drift"] == {}


def test_a_request_says_what_is_to_be_reconciled(journey: Journey) -> None:
    def faults(**body: Any) -> list[tuple[str, str]]:
        answer = journey.operator.post(RECONCILE, body, expect=422).json
        return [(fault["field"], fault["code"]) for fault in answer["errors"]]

    assert faults(service="topics", action="recount") == [
        ("/service", "not_allowed"),
        ("/round", "missing"),
        ("/topic_id", "missing"),
    ]
    assert faults(service="archive", action="reemit") == [("/topic_id", "missing")]
    assert ("/service", "not_allowed") in faults(service="weather", action="replay")
    unknown = {"service": "topics", "action": "reemit", "topic_id": "a" * 26}
    journey.operator.post(RECONCILE, unknown, expect=404)
    journey.officer.post(RECONCILE, unknown, expect=403)
    journey.defined()
    draft = {"service": "comments", "action": "recount", "topic_id": journey.topic_id, "round": 1}
    assert journey.operator.post(RECONCILE, draft, expect=200).json["drift"] == {}


def test_a_bus_that_refuses_is_told_as_busy(
    journey: Journey, monkeypatch: pytest.MonkeyPatch
) -> None:
    journey.defined()
    refusal = {"Entries": [{"ErrorCode": "ThrottlingException"}]}
    monkeypatch.setattr(aws.client("events"), "put_events", lambda **_request: refusal)
    body = {"service": "topics", "action": "reemit", "topic_id": journey.topic_id}
    journey.operator.post(RECONCILE, body, expect=503)
