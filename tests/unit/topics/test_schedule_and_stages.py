"""When the workflow looks again, and what each stage allows."""

from datetime import UTC, datetime, timedelta

import pytest

from services.shared import ids
from services.topics.model.rules import checked
from services.topics.model.schedule import inquiries_are_due, is_due, wait_seconds
from services.topics.model.stages import STEP_OF, TRANSITIONS, allowed, transition
from services.topics.model.topic import Topic
from tests.support.topics import definition

AT = datetime(2026, 12, 1, 9, tzinfo=UTC)


def topic(**fields: object) -> Topic:
    found = checked(definition(AT), at=AT)
    row = {
        "topic_id": ids.derived_id("topic"),
        "version": 1,
        "round": 1,
        "stage": "draft",
        "execution": 0,
        "definition": found,
        "created_at": AT,
        "created_by": "officer",
        "plan_version": 1,
        "planned_closing": found.timetable.closes_at,
    }
    return Topic.model_validate(row | fields)


def test_publication_is_waited_for_to_the_second_and_then_due() -> None:
    scheduled = topic(stage="scheduled")
    assert wait_seconds(scheduled, at=AT) == 3600
    assert not is_due(scheduled, at=AT + timedelta(seconds=3599))
    assert is_due(scheduled, at=AT + timedelta(seconds=3600))


def test_a_wait_is_never_shorter_than_a_second() -> None:
    assert wait_seconds(topic(stage="scheduled"), at=AT + timedelta(days=9)) == 1


def test_the_count_is_taken_a_minute_after_closing() -> None:
    collecting = topic(stage="collecting")
    closing = collecting.definition.timetable.closes_at
    assert not is_due(collecting, at=closing + timedelta(seconds=59))
    assert is_due(collecting, at=closing + timedelta(seconds=60))


def test_inquiries_are_looked_for_an_hour_before_closing() -> None:
    collecting = topic(stage="collecting")
    closing = collecting.definition.timetable.closes_at
    early, hour = closing - timedelta(hours=2), timedelta(hours=1)
    assert wait_seconds(collecting, at=early) == 3600
    assert not inquiries_are_due(collecting, at=early)
    assert inquiries_are_due(collecting, at=closing - hour)
    assert not inquiries_are_due(collecting, at=closing)


def test_inquiries_are_looked_for_once_per_closing_and_extend_once() -> None:
    closing = topic().definition.timetable.closes_at
    settled = topic(stage="collecting", inquiries_settled_for=closing)
    extended = topic(stage="collecting", extended_by_rule=True)
    for done in (settled, extended):
        assert not inquiries_are_due(done, at=closing - timedelta(minutes=5))
        assert wait_seconds(done, at=closing - timedelta(minutes=5)) == 300 + 60
    later = settled.changed(**settled.closing_at(closing + timedelta(days=1)))
    assert inquiries_are_due(later, at=closing + timedelta(hours=23))


def test_inquiries_are_looked_for_once_more_five_minutes_before_closing() -> None:
    collecting = topic(stage="collecting")
    closing = collecting.definition.timetable.closes_at
    hour, last = closing - timedelta(hours=1), closing - timedelta(minutes=5)
    looked = collecting.changed(inquiries_looked_at=hour)
    assert not inquiries_are_due(looked, at=hour)
    assert wait_seconds(looked, at=hour) == 55 * 60
    assert inquiries_are_due(looked, at=last)
    again = looked.changed(inquiries_looked_at=last)
    assert not inquiries_are_due(again, at=last)
    assert wait_seconds(again, at=last) == 300 + 60
    later = again.changed(**again.closing_at(closing + timedelta(days=1)))
    assert inquiries_are_due(later, at=closing + timedelta(hours=23))


def test_a_draft_is_never_due_and_looked_at_every_thirty_days() -> None:
    assert not is_due(topic(), at=AT + timedelta(days=400))
    assert wait_seconds(topic(), at=AT) == 30 * 86_400


def test_a_review_of_seven_days_costs_about_forty_looks() -> None:
    reviewing = topic(stage="reviewing", reviewing_since=AT)
    at, looks = AT, 0
    while not is_due(reviewing, at=at):
        at += timedelta(seconds=wait_seconds(reviewing, at=at))
        looks += 1
    assert 20 <= looks <= 45


def test_every_stage_belongs_to_a_step_and_knows_what_it_allows() -> None:
    assert set(STEP_OF.values()) == {
        "define",
        "publish",
        "collect",
        "analyse",
        "announce",
        "archive",
    }
    for entry in TRANSITIONS:
        for stage in entry.stages:
            assert entry.action in allowed(stage)
            assert transition(entry.action, stage) is entry


def test_what_is_archived_is_consulted_on_further_or_taken_up_again() -> None:
    assert allowed("archived") == ["open-further-round", "reopen"]


@pytest.mark.parametrize("stage", ["closed", "withdrawn"])
def test_what_is_over_allows_nothing(stage: str) -> None:
    assert allowed(stage) == []  # type: ignore[arg-type]


def test_what_the_public_has_seen_only_an_approver_withdraws() -> None:
    assert transition("withdraw", "draft").role == "officer"  # type: ignore[union-attr]
    assert transition("withdraw", "scheduled").role == "approver"  # type: ignore[union-attr]
    assert transition("withdraw", "announced") is None
