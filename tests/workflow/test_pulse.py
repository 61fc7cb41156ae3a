"""A pulse: closed questions, comments optional, no approval, published at once and counted."""

import json
from datetime import timedelta
from typing import Any

from services.shared import clock
from tests.workflow.journey import Journey

QUESTIONS = [
    {
        "id": "hours",
        "kind": "single",
        "text": {"ar": "متى تفضل الزيارة؟", "en": "When do you prefer to visit?"},
        "required": True,
        "options": [
            {"id": "morning", "text": {"ar": "صباحًا", "en": "In the morning"}},
            {"id": "evening", "text": {"ar": "مساءً", "en": "In the evening"}},
            {"id": "weekend", "text": {"ar": "في العطلة", "en": "At the weekend"}},
        ],
    },
    {
        "id": "ways",
        "kind": "multiple",
        "text": {"ar": "كيف تحجز؟", "en": "How do you book?"},
        "options": [
            {"id": "app", "text": {"ar": "بالتطبيق", "en": "By app"}},
            {"id": "phone", "text": {"ar": "بالهاتف", "en": "By phone"}},
        ],
    },
    {
        "id": "content",
        "kind": "scale",
        "text": {"ar": "ما رضاك؟", "en": "How content are you?"},
        "scale": {"min": 1, "max": 3},
    },
]
MORNING, EVENING = 12, 9


def answered(journey: Journey, hours: str, *ways: str, content: int) -> Any:
    answers = [
        {"question_id": "hours", "option_ids": [hours]},
        {"question_id": "ways", "option_ids": list(ways)},
        {"question_id": "content", "value": content},
    ]
    body = {
        "kind": "comment",
        "answers": answers,
        "consent": {"publish": True, "privacy_notice": "2026-11"},
    }
    return journey.citizen.post(f"{journey.path}/comments", body, expect=202)


def pulse(journey: Journey) -> Journey:
    """A pulse that was submitted, published by itself, and answered by 23 people."""
    at = journey.now()
    timetable = {
        "publish_at": clock.to_text(at + timedelta(hours=1)),
        "closes_at": clock.to_text(at + timedelta(days=7)),
    }
    plan = {"plan": "pulse", "importance": "routine", "publication_mode": None}
    journey.defined(questions=QUESTIONS, timetable=timetable, **plan)
    journey.move("submit")
    journey.pass_time(hours=1, minutes=1)
    for number in range(MORNING):
        answered(journey, "morning", "app", content=2 if number < 8 else 3)
    for _ in range(EVENING):
        answered(journey, "evening", "app", "phone", content=3)
    for _ in range(2):
        answered(journey, "weekend", "phone", content=1)
    journey.stack.settle()
    return journey


def closed(journey: Journey) -> Journey:
    journey.pass_time(days=8)
    return journey


def announced(journey: Journey) -> Journey:
    text = {"ar": "نفتح مساءً", "en": "We open in the evening"}
    decision = {"summary": text, "rationale": text, "clauses": [{"id": "c1", "text": text}]}
    journey.officer.put(f"{journey.path}/decision", decision)
    rest = {"target": {"all_remaining": True}, "outcome": "noted", "reason": text, "clause_ids": []}
    journey.officer.put(f"{journey.path}/dispositions", {"items": [rest]})
    journey.move("announce")
    return journey


def test_a_pulse_needs_no_approval_and_publishes_after_screening(journey: Journey) -> None:
    pulse(journey)
    assert journey.stage == "collecting"
    topic = journey.citizen.get(journey.path).json
    assert (topic["plan"], topic["publication_mode"]) == ("pulse", "post")
    counts = journey.counts()
    assert (counts["received"], counts["published"]) == (23, 23)
    assert "option_ids" not in journey.citizen.get(f"{journey.path}/comments").text


def test_the_results_of_a_pulse_are_public_with_its_decision(journey: Journey) -> None:
    pulse(journey)
    journey.citizen.get(f"{journey.path}/results", expect=404)
    closed(journey)
    assert journey.stage == "deciding"
    journey.citizen.get(f"{journey.path}/results", expect=404)
    journey.officer.get(f"{journey.path}/analysis")
    announced(journey)
    assert journey.stage == "announced"
    hours, ways, content = journey.citizen.get(f"{journey.path}/results").json["questions"]
    assert hours == {
        "question_id": "hours",
        "kind": "single",
        "respondents": 23,
        "suppressed": 2,
        "cells": [
            {"option": "morning", "count": None, "percent": None},
            {"option": "evening", "count": 9, "percent": 39.1},
            {"option": "weekend", "count": None, "percent": None},
        ],
    }
    assert [(cell["option"], cell["count"]) for cell in ways["cells"]] == [
        ("app", None),
        ("phone", 11),
    ]
    assert [cell["count"] for cell in content["cells"]] == [None, None, 13]
    assert content["mean"] is None


def test_the_record_of_a_pulse_has_its_results_and_nobodys_choice(journey: Journey) -> None:
    announced(closed(pulse(journey)))
    shown = journey.citizen.get(f"{journey.path}/results").json["questions"]
    journey.pass_time(days=15)
    assert journey.stage == "archived"
    results = journey.citizen.get(f"{journey.path}/record?path=analysis/results.json").json
    assert results["questions"] == shown
    listed = []
    for shard in range(4):
        path = f"{journey.path}/record?path=comments/shard-{shard:02d}.jsonl"
        listed += map(json.loads, journey.citizen.get(path).text.splitlines())
    assert len(listed) == 23
    assert all(row["answers"] is None for row in listed)
