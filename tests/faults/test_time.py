"""Clocks that disagree, a timer that keeps silent, a timetable that is edited as the bell rings."""

import json
from datetime import datetime, timedelta
from typing import Any

import pytest

from services.shared import clock
from services.topics.use_cases import workflow
from tests.faults.staging import meanwhile, skewed
from tests.workflow.journey import Journey

QUARTER = timedelta(minutes=15)
MOMENT = timedelta(seconds=14)
INTAKE, MACHINE = "comments-submit", "topics-workflow"


def until(journey: Journey, instant: datetime) -> None:
    journey.stack.advance(instant - journey.now())


def jump(journey: Journey, instant: datetime) -> None:
    """Go on to an instant at once; what was due before happens then."""
    journey.stack.clock.move_to(instant)
    journey.stack.settle()


def extension(journey: Journey, closes_at: datetime) -> Any:
    body = {"action": "extend", "reason": "inquiries", "closes_at": closes_at.isoformat()}
    return journey.officer.ask("POST", f"{journey.path}/transitions", body=body)


def archived_rows(journey: Journey) -> dict[str, Any]:
    """Take a topic from its decision to its record; the comments in it, by id."""
    journey.decide()
    journey.dispose()
    journey.move("announce")
    journey.move("close")
    assert journey.stage == "archived"
    names = [f["path"] for f in journey.citizen.get(f"{journey.path}/record").json["files"]]
    shards = [name for name in names if name.startswith("comments/shard-")]
    texts = [journey.citizen.get(f"{journey.path}/record?path={name}").text for name in shards]
    rows = [json.loads(line) for text in texts for line in text.splitlines()]
    return {row["comment_id"]: row for row in rows}


def answered(journey: Journey) -> set[str]:
    """Comments that have an answer in the record."""
    path = f"{journey.path}/record?path=analysis/dispositions.jsonl"
    lines = journey.citizen.get(path).text.splitlines()
    return {json.loads(line)["comment_id"] for line in lines}


def test_a_timetable_edited_while_the_machine_settles_inquiries_is_not_overwritten(
    journey: Journey,
) -> None:
    """An officer extends between the machine's looking at the row and its own extension."""
    journey.collecting()
    closes_at = journey.closes_at()
    jump(journey, closes_at - timedelta(hours=2))
    journey.participate("When does it begin?", kind="inquiry")
    later = closes_at + timedelta(days=2)
    write = "dynamodb.TransactWriteItems"
    with meanwhile(MACHINE, write, lambda: extension(journey, later)) as done:
        until(journey, closes_at - timedelta(minutes=50))
    assert [answer.status for answer in done] == [202]
    assert journey.closes_at() == later
    journey.stack.clock.move_to(later - timedelta(milliseconds=1))
    journey.comment("in the added time")


def test_a_timetable_edited_once_more_while_the_bell_rings_closes_as_it_was_edited_last(
    journey: Journey,
) -> None:
    journey.collecting()
    jump(journey, journey.closes_at() - timedelta(days=1))
    first, last = (journey.closes_at() + timedelta(days=days) for days in (1, 2))
    ring = "sfn.SendTaskSuccess"
    with meanwhile("topics-bell", ring, lambda: extension(journey, last)) as done:
        assert extension(journey, first).status == 202
        journey.stack.settle()
    assert [answer.status for answer in done] == [202]
    jump(journey, last - timedelta(minutes=4))
    journey.stack.clock.move_to(last - timedelta(milliseconds=1))
    assert (journey.closes_at(), journey.stage) == (last, "collecting")
    journey.comment("in the added time")
    journey.stack.clock.move_to(last)
    journey.comment("too late", expect=409)
    journey.pass_time(minutes=5)
    assert (journey.stage, journey.counts()["received"]) == ("deciding", 1)


@pytest.mark.parametrize(
    ("intake", "machine", "unanalysed"),
    [(QUARTER, -QUARTER, False), (-QUARTER, QUARTER, True), (-MOMENT, MOMENT, False)],
    ids=["intake ahead", "intake behind", "intake a little behind"],
)
def test_however_wrong_clocks_are_the_receipt_time_decides_and_nothing_taken_is_lost(
    journey: Journey, intake: timedelta, machine: timedelta, unanalysed: bool
) -> None:
    """Half an hour off, comments may be taken that the analysis, begun too early, does not have.

    They are counted, listed and in the record all the same. What containers' clocks may differ by
    without any effect is the time that the machine waits after the closing.
    """
    journey.collecting()
    closes_at, step = journey.closes_at(), abs(intake) / 2
    taken: dict[str, str] = {}
    too_late_for_analysis: set[str] = set()
    with skewed(journey.stack, {INTAKE: intake, MACHINE: machine}):
        jump(journey, closes_at - 4 * step)
        for steps in range(-3, 4):
            until(journey, closes_at + steps * step + timedelta(milliseconds=1))
            stamp, was_analysed = journey.now() + intake, journey.stage == "deciding"
            answer = journey.comment(f"Sent at {steps}", expect=202 if stamp < closes_at else 409)
            if answer.status == 202:
                comment_id = answer.json["comment_id"]
                taken[comment_id] = answer.json["received_at"]
                assert taken[comment_id] == clock.to_text(stamp)
                too_late_for_analysis |= {comment_id} if was_analysed else set()
        journey.pass_time(hours=1)
    assert (journey.stage, journey.attention_needed) == ("deciding", False)
    assert journey.counts()["published"] == len(taken) > 0
    rows = archived_rows(journey)
    assert {key: row["received_at"] for key, row in rows.items()} == taken
    assert bool(too_late_for_analysis) == unanalysed
    assert answered(journey) == set(taken) - too_late_for_analysis


def test_without_a_timer_nothing_late_is_taken_and_the_next_ring_makes_up_for_it(
    journey: Journey, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workflow, "wait_seconds", lambda _topic, at: 300 * 24 * 3600)
    journey.collecting()
    closes_at = journey.closes_at()
    jump(journey, closes_at - timedelta(minutes=4))
    journey.stack.clock.move_to(closes_at - timedelta(milliseconds=1))
    journey.comment("in time")
    for late in (timedelta(0), timedelta(milliseconds=1), timedelta(days=3)):
        journey.stack.clock.move_to(closes_at + late)
        journey.comment("too late", expect=409)
    journey.stack.settle()
    assert (journey.stage, journey.counts()["received"]) == ("collecting", 1)
    assert not journey.attention_needed
    [execution] = journey.executions()
    journey.stack.client("stepfunctions").stop_execution(executionArn=execution["arn"])
    journey.stack.settle()
    assert journey.attention_needed
    monkeypatch.undo()
    journey.operator.post(f"/v1/ops/executions/{journey.topic_id}/resume", {}, expect=202)
    journey.pass_time(minutes=5)
    assert (journey.stage, journey.counts()["received"]) == ("deciding", 1)
