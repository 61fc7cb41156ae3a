"""What the topics service hands in for the record: the topic, and how it came to be as it is."""

import json
from typing import Any

import pytest

from services.shared import exports
from services.topics.handlers import export, manage
from tests.support.calls import http, invoke
from tests.support.topics import APPROVER, OFFICER, act, define, definition, taken_to, task

pytestmark = pytest.mark.usefixtures("account")
TEXT = {"ar": "نص", "en": "A text"}


@pytest.fixture(autouse=True)
def _others_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    """The gate is open and the moderators' queue empty."""
    answer = {"outstanding": 0, "received": 0, "by_theme": [], "pending": 0}
    monkeypatch.setattr(manage, "invoke", lambda _name, _payload: answer)


def exported(topic_id: str) -> dict[str, Any]:
    """Content of each file that the export writes, by name."""
    found: dict[str, Any] = {}
    answer = invoke(export.handler, {"topic_id": topic_id, "round": 1})
    assert invoke(export.handler, {"topic_id": topic_id, "round": 1}) == answer
    for file in answer["files"]:
        body = exports.read(file["bucket"], file["key"])
        name = file["key"].rpartition("/")[2]
        is_lines = name.endswith(".jsonl")
        found[name] = [*map(json.loads, body.splitlines())] if is_lines else json.loads(body)
    return found


def record(topic_id: str, words: str) -> None:
    answer = http(
        manage.handler,
        "PUT /v1/topics/{topic}/decision",
        path={"topic": topic_id},
        body={
            "summary": {"ar": "قرار", "en": words},
            "rationale": TEXT,
            "clauses": [{"id": "c1", "text": TEXT}],
        },
        groups=OFFICER,
        subject="officer-1",
    )
    assert answer.status == 200, answer.text


def test_the_record_has_the_definition_as_it_became_public_and_each_later_one(clock: Any) -> None:
    topic_id = define(clock())["topic_id"]
    clock.advance(minutes=1)
    edited = definition(clock(), title={"ar": "عنوان", "en": "Revised"})
    answer = http(
        manage.handler,
        "PUT /v1/topics/{topic}",
        path={"topic": topic_id},
        body=edited,
        headers={"if-match": '"1"'},
        groups=OFFICER,
        subject="officer-1",
    )
    assert answer.status == 200, answer.text
    act(topic_id, "submit")
    act(topic_id, "approve", groups=APPROVER, subject="approver-1")
    clock.advance(hours=2)
    task(topic_id, "publish")
    closes_at = "2027-01-02T09:00:00Z"
    assert act(topic_id, "extend", closes_at=closes_at, reason="requests").status == 202
    first, second = exported(topic_id)["definitions.jsonl"]
    assert (first["event"], second["event"]) == ("TopicRevised", "CollectionExtended")
    assert first["definition"]["title"]["en"] == "Revised"
    assert first["definition"]["timetable"]["closes_at"] != closes_at
    assert second["definition"]["timetable"]["closes_at"] == closes_at


def test_the_record_has_every_decision_that_was_announced_and_none_that_was_not(
    clock: Any,
) -> None:
    topic_id = taken_to("deciding", clock)
    for words in ("one", "two"):
        record(topic_id, words)
    act(topic_id, "announce")
    task(topic_id, "announced")
    act(topic_id, "close")
    task(topic_id, "archived", record_root="ab" * 32)
    act(topic_id, "reopen", reason="a court has ruled")
    for words in ("three", "four"):
        record(topic_id, words)
    act(topic_id, "announce")
    task(topic_id, "announced")
    rows = exported(topic_id)["decisions.jsonl"]
    assert [(row["version"], row["summary"]["en"]) for row in rows] == [(2, "two"), (4, "four")]
    assert all(row["announced_at"] for row in rows)


def test_the_record_has_the_plan_and_what_departs_from_it(clock: Any) -> None:
    topic_id = taken_to("collecting", clock)
    fields = {"field": "review_bound", "value": "P10D", "reason": "many letters"}
    plain = exported(topic_id)["plan.json"]
    assert plain["departures"] == []
    assert plain["in_force"] == plain["template"]
    departing = define(clock(), plan_departures=[fields])["topic_id"]
    found = exported(departing)["plan.json"]
    assert [{**fields, "at": found["departures"][0]["at"]}] == found["departures"]
    assert found["template"]["review_bound"] == plain["template"]["review_bound"]
    assert found["in_force"]["review_bound"] == "P10D"


def test_what_was_never_public_has_neither_definitions_nor_decisions(clock: Any) -> None:
    found = exported(taken_to("submitted", clock))
    assert (found["definitions.jsonl"], found["decisions.jsonl"]) == ([], [])
