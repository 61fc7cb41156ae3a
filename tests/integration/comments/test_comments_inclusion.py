"""While comments are taken, officers see which target groups stay away, and are told in time."""

import json
from typing import Any

import pytest

from services.comments.handlers import inclusion, read, relay
from services.shared.table import from_item
from tests.integration.comments.conftest import Consultation
from tests.support.calls import Answer, LambdaContext, http, sqs_event, stream_records

OFFERED = {"age_band": ["18-24", "25+"]}
YOUTH = {"id": "youth", "asked_as": "age_band", "values": ["18-24"], "population_share": 0.4}
NURSES = {"id": "nurses", "asked_as": None, "values": [], "population_share": 0.1}
LATER = "2026-12-20T21:00:00Z"


@pytest.fixture
def asked(consultation: Consultation) -> Consultation:
    """A round of three weeks that asks for ages, and is to reach the young."""
    groups = [YOUTH, NURSES]
    consultation.set_window(
        demographics=OFFERED, target_groups=groups, closes_at=LATER, expected_participants=100
    )
    return consultation


def take_part(consultation: Consultation, young: int, others: int) -> None:
    """So many submissions, all published."""
    for number, age in enumerate(["18-24"] * young + ["25+"] * others):
        sent = consultation.post(
            f"نعم {number}", demographics={"age_band": age}, address=f"192.0.2.{number}"
        )
        assert sent.status == 202
    consultation.screen()


def look() -> None:
    event = sqs_event(("Scheduled Event", {}))
    assert inclusion.handler(event, LambdaContext()) == {"batchItemFailures": []}


def seen(consultation: Consultation, *groups: str) -> Answer:
    return http(
        read.handler,
        "GET /v1/topics/{topic}/participation",
        path={"topic": consultation.topic_id},
        groups=groups or ("officer", "agency.health"),
    )


def found() -> list[dict[str, Any]]:
    """What the audit items of looks tell, each of them on the stream once."""
    items = [
        from_item(record["dynamodb"]["NewImage"])
        for record in stream_records("comments")
        if record["eventName"] == "INSERT"
    ]
    events = [item["event"] for item in items if "event" in item]
    return [event["data"] for event in events if event["type"] == "InclusionGapFound"]


def test_a_group_that_stays_away_is_seen_and_told_once(asked: Consultation, clock: Any) -> None:
    take_part(asked, 5, 35)
    assert seen(asked).json["looked_at"] is None
    look()
    answer = seen(asked).json
    youth, nurses = answer["target_groups"]
    assert youth == {
        "id": "youth",
        "population_share": 0.4,
        "ratio": 0.3,
        "interval": [0.1, 0.7],
        "verdict": "under",
        "gap": True,
    }
    assert (nurses["id"], nurses["verdict"], nurses["gap"]) == ("nurses", None, False)
    closes_at = "2026-12-20T21:00:00.000Z"
    assert found() == [{"ratios": {"youth": 30}, "closes_at": closes_at}]
    look()
    clock.advance(days=1, hours=1)
    take_part(asked, 0, 35)
    look()
    assert seen(asked).json["looked_at"] == "2026-12-02T10:00:00.000Z"
    assert len(found()) == 1
    records = stream_records("comments")
    assert relay.handler({"Records": records}, LambdaContext()) == {"batchItemFailures": []}


def test_a_group_too_small_to_be_shown_is_named_without_its_ratio(asked: Consultation) -> None:
    take_part(asked, 2, 40)
    look()
    [youth, _nurses] = seen(asked).json["target_groups"]
    assert (youth["ratio"], youth["interval"], youth["verdict"]) == (None, None, None)
    assert [data["ratios"] for data in found()] == [{"youth": None}]


def test_what_a_few_more_told_shows_in_no_later_look(asked: Consultation, clock: Any) -> None:
    take_part(asked, 15, 20)
    look()
    first = seen(asked).json
    clock.advance(days=2)
    take_part(asked, 29, 0)
    look()
    assert seen(asked).json == first
    take_part(asked, 1, 0)
    look()
    assert seen(asked).json["looked_at"] != first["looked_at"]
    assert found() == []


def test_too_few_are_no_ground_to_look(asked: Consultation) -> None:
    take_part(asked, 0, 29)
    look()
    assert seen(asked).json["looked_at"] is None
    assert found() == []


@pytest.mark.parametrize(("hours", "told"), [(24, 1), (23, 0)])
def test_nobody_is_told_once_there_is_no_day_left(
    asked: Consultation, clock: Any, hours: int, told: int
) -> None:
    clock.advance(days=18, hours=12 + 24 - hours)
    take_part(asked, 0, 40)
    look()
    assert seen(asked).json["target_groups"][0]["verdict"] == "under"
    assert len(found()) == told


def test_a_closed_round_and_one_that_asks_for_nothing_are_not_looked_at(
    asked: Consultation, clock: Any
) -> None:
    take_part(asked, 0, 40)
    asked.set_window(demographics=OFFERED, target_groups=[YOUTH], closes_at="2026-12-01T09:30:00Z")
    clock.advance(hours=1)
    look()
    assert seen(asked).json["looked_at"] is None


def test_a_look_that_is_broken_off_is_taken_by_the_next(
    asked: Consultation, monkeypatch: pytest.MonkeyPatch
) -> None:
    take_part(asked, 0, 40)
    context = LambdaContext()
    monkeypatch.setattr(context, "get_remaining_time_in_millis", lambda: 20_000, raising=False)
    event = sqs_event(("Scheduled Event", {}))
    inclusion.handler(event, context)
    assert found() == []
    look()
    assert len(found()) == 1


@pytest.mark.parametrize(
    ("groups", "status"),
    [
        (("officer", "agency.health"), 200),
        (("approver",), 200),
        (("auditor",), 200),
        (("officer", "agency.works"), 404),
        (("moderator",), 403),
    ],
)
def test_who_takes_part_is_for_the_agencys_staff(
    asked: Consultation, groups: tuple[str, ...], status: int
) -> None:
    answer = seen(asked, *groups)
    assert answer.status == status
    assert "participants" not in json.dumps(answer.json)
