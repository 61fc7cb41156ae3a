"""Further rounds, reopened rounds, and collections that inquiries extend, on the whole stack."""

from datetime import timedelta
from typing import Any

import pytest

from services.shared import clock
from services.topics.use_cases import bell
from tests.workflow.journey import Journey


def archived(journey: Journey) -> None:
    journey.announced()
    journey.move("close")
    assert journey.stage == "archived"


def record(journey: Journey, **query: Any) -> Any:
    text = "&".join(f"{name}={value}" for name, value in query.items())
    return journey.citizen.get(f"{journey.path}/record?{text}").json


def test_a_further_round_has_its_own_execution_comments_and_record(journey: Journey) -> None:
    archived(journey)
    first = record(journey)["record_root"]
    publish_at = journey.now() + timedelta(hours=1)
    timetable = {
        "publish_at": clock.to_text(publish_at),
        "closes_at": clock.to_text(publish_at + timedelta(days=20)),
    }
    journey.move("open-further-round", reason="new facts", timetable=timetable)
    journey.move("approve", who=journey.approver)
    assert (journey.stage, journey.citizen.get(journey.path).json["round"]) == ("scheduled", 2)
    journey.pass_time(hours=2)
    journey.comment("A comment of the second round")
    journey.stack.settle()
    assert journey.counts()["received"] == 1
    earlier = journey.citizen.get(f"{journey.path}/comments?round=1").json
    assert earlier["counts"]["received"] == 2
    journey.pass_time(days=21)
    assert journey.stage == "deciding"
    journey.decide()
    journey.dispose()
    journey.move("announce")
    journey.move("close")
    names = [entry["name"] for entry in journey.executions()]
    assert names == [f"{journey.topic_id}-r1-1", f"{journey.topic_id}-r2-1"]
    assert {entry["status"] for entry in journey.executions()} == {"SUCCEEDED"}
    assert record(journey, round=1)["record_root"] == first != record(journey)["record_root"]
    topic = record(journey, round=2, path="topics/topic.json")
    assert topic["previous_round"] == {"round": 1, "record_root": first}
    assert journey.citizen.get(f"{journey.path}?round=1").json["next_round"] == 2


def test_a_reopened_round_is_announced_anew_and_sealed_in_its_next_edition(
    journey: Journey,
) -> None:
    archived(journey)
    first = record(journey)
    journey.move("reopen", reason="a court has ruled")
    assert journey.stage == "deciding"
    journey.decide()
    journey.dispose("accepted")
    journey.move("announce")
    journey.move("close")
    names = [entry["name"] for entry in journey.executions()]
    assert names == [f"{journey.topic_id}-r1-1", f"{journey.topic_id}-r1-2"]
    second = record(journey)
    assert (first["edition"], second["edition"]) == (1, 2)
    assert first["record_root"] != second["record_root"]
    answers = journey.citizen.get(f"{journey.path}/record?path=analysis/dispositions.jsonl")
    assert '"outcome":"accepted"' in answers.text
    assert '"outcome":"noted"' not in answers.text
    told = journey.citizen.get(f"{journey.path}/feed.atom").text
    assert told.count("announced") > 1
    assert journey.timeline().count("DecisionAnnounced") == 2
    assert journey.citizen.get(f"{journey.path}/decision").json["version"] == 2


def test_an_inquiry_without_an_answer_extends_the_collection_once(journey: Journey) -> None:
    journey.collecting()
    closes_at = journey.closes_at()
    journey.participate("متى تفتح المراكز؟", kind="inquiry")
    journey.stack.advance(closes_at - timedelta(minutes=59) - journey.now())
    assert journey.closes_at() == closes_at + timedelta(days=5)
    journey.stack.advance(timedelta(hours=2))
    journey.comment("in the added time")
    journey.stack.advance(timedelta(days=6))
    assert journey.stage == "deciding"
    (extended,) = [
        entry
        for entry in journey.citizen.get(f"{journey.path}/timeline").json["items"]
        if entry["event"] == "CollectionExtended"
    ]
    assert extended["actor"] == {"role": "system"}
    assert extended["data"]["automatic"] is True
    assert "extended" in journey.citizen.get(f"{journey.path}/feed.atom").text


def test_an_answered_inquiry_extends_nothing(journey: Journey) -> None:
    journey.collecting()
    closes_at = journey.closes_at()
    asked = journey.participate("متى تفتح المراكز؟", kind="inquiry").json["comment_id"]
    answer = {"text": {"ar": "غدًا", "en": "Tomorrow"}}
    journey.officer.post(f"{journey.path}/comments/{asked}/answer", answer, expect=200)
    journey.stack.advance(closes_at + timedelta(minutes=2) - journey.now())
    assert (journey.stage, journey.closes_at()) == ("deciding", closes_at)
    assert "InquiriesSettled" in journey.timeline()


def test_an_inquiry_of_the_last_hour_extends_the_collection_too(journey: Journey) -> None:
    journey.collecting()
    closes_at = journey.closes_at()
    journey.stack.advance(closes_at - timedelta(minutes=30) - journey.now())
    assert journey.closes_at() == closes_at
    journey.participate("متى تفتح المراكز؟", kind="inquiry")
    journey.stack.advance(closes_at - timedelta(minutes=4) - journey.now())
    assert journey.closes_at() == closes_at + timedelta(days=5)
    journey.stack.advance(timedelta(days=6))
    assert journey.stage == "deciding"
    assert journey.timeline().count("CollectionExtended") == 1


@pytest.mark.parametrize("days", [14, 12])
def test_inquiries_extend_no_further_than_the_plan(journey: Journey, days: int) -> None:
    journey.collecting()
    planned = journey.closes_at()
    later = planned + timedelta(days=days)
    journey.move("extend", reason="holidays", closes_at=clock.to_text(later))
    journey.participate("متى تفتح المراكز؟", kind="inquiry")
    journey.stack.advance(later - timedelta(minutes=30) - journey.now())
    assert journey.closes_at() == planned + timedelta(days=14)
    journey.stack.advance(timedelta(days=3))
    assert journey.stage == "deciding"


def test_an_early_end_stays_an_end_whatever_was_asked(journey: Journey) -> None:
    journey.collecting()
    journey.pass_time(days=20)
    journey.participate("متى تفتح المراكز؟", kind="inquiry")
    journey.move("end-collection", reason="the law has changed")
    journey.pass_time(minutes=3)
    assert journey.stage == "deciding"
    assert "CollectionExtended" not in journey.timeline()


def test_comments_are_taken_in_the_added_time_though_nobody_heard_the_bell(
    journey: Journey, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The machine itself tells the comments service; the bell is only quicker."""
    journey.collecting()
    closes_at = journey.closes_at()
    journey.participate("متى تفتح المراكز؟", kind="inquiry")
    monkeypatch.setattr(bell, "window_moved", lambda _before, _after: False)
    journey.stack.advance(closes_at + timedelta(minutes=1) - journey.now())
    assert journey.closes_at() == closes_at + timedelta(days=5)
    journey.comment("in the added time")


def test_what_the_topic_asks_of_people_is_asked_once_it_is_public(journey: Journey) -> None:
    """The window is written at the approval, and again when the round is published."""
    areas = {"area": [{"id": "BH-13", "label": {"ar": "العاصمة", "en": "Capital"}}]}
    named = {"field": "author_names", "value": "required", "reason": "رسائل موقعة"}
    journey.collecting(demographics=areas, plan_departures=[named])
    body = {
        "kind": "comment",
        "text": "نعم",
        "consent": {"publish": True, "privacy_notice": "2026-11"},
        "demographics": {"area": "mars"},
    }
    refused = journey.citizen.post(f"{journey.path}/comments", body, expect=422).json
    assert {fault["code"] for fault in refused["errors"]} == {"name_required", "not_offered"}
