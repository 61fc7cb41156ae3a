"""How a round stands to the plan's deadline, day by day, and what explains a delay."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from services.shared.texts import Words
from services.topics.model.deadline import deadline, delay_faults, standing
from services.topics.model.delay import Delay
from services.topics.model.rules import checked
from services.topics.model.topic import Topic, as_defined
from tests.support.topics import definition

AT = datetime(2026, 12, 1, 9, tzinfo=UTC)
DUE = "2027-03-10"
"""In Bahrain, three hours ahead of UTC, the day ends at 21:00 UTC."""
WHY = Words(ar="تأخر الرأي القانوني", en="The legal opinion came late")


def topic(due: str = DUE, **fields: Any) -> Topic:
    timetable = {"publish_at": "2026-12-02", "closes_at": "2026-12-30", "decision_due_at": due}
    found = checked(definition(AT, timetable=timetable), at=AT)
    row = {
        "topic_id": "t",
        "version": 1,
        "round": 1,
        "stage": "deciding",
        "execution": 1,
        "created_at": AT,
        "created_by": "officer",
        "published_at": AT,
        **as_defined(found, by="officer", at=AT),
    }
    return Topic.model_validate(row | fields)


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[misc, arg-type]


@pytest.mark.parametrize(
    ("at", "late", "left", "overdue"),
    [
        (utc(2026, 12, 30, 21), False, 69, None),
        (utc(2027, 3, 8, 20, 59), False, 2, None),
        (utc(2027, 3, 8, 21), False, 1, None),
        (utc(2027, 3, 10, 20, 59), False, 0, None),
        (utc(2027, 3, 10, 21), True, None, 1),
        (utc(2027, 3, 11, 20, 59), True, None, 1),
        (utc(2027, 3, 11, 21), True, None, 2),
    ],
)
def test_days_are_those_of_the_topics_own_calendar(
    at: datetime, late: bool, left: int | None, overdue: int | None
) -> None:
    found = deadline(topic(), at=at)
    assert found is not None
    assert (found.is_late, found.days_left, found.days_overdue) == (late, left, overdue)
    assert (found.due_at, found.announced_at) == (utc(2027, 3, 10, 21), None)


def test_what_is_due_at_noon_is_late_the_same_afternoon() -> None:
    found = deadline(topic("2027-03-10T09:00:00Z"), at=utc(2027, 3, 10, 9))
    assert found is not None
    assert (found.is_late, found.days_overdue) == (True, 0)


@pytest.mark.parametrize(
    ("announced_at", "late", "overdue"),
    [(utc(2027, 3, 10, 20), False, None), (utc(2027, 3, 14, 8), True, 4)],
)
def test_once_announced_it_stays_said_whether_it_was_late(
    announced_at: datetime, late: bool, overdue: int | None
) -> None:
    announced = topic(stage="announced", announced_at=announced_at)
    for at in (announced_at, announced_at + timedelta(days=500)):
        found = deadline(announced, at=at)
        assert found is not None
        assert (found.is_late, found.days_left, found.days_overdue) == (late, None, overdue)
        assert found.announced_at == announced_at


def test_a_later_edition_does_not_make_the_first_one_late() -> None:
    first, second = utc(2027, 3, 9), utc(2027, 9, 1)
    found = deadline(topic(announced_at=second, first_announced_at=first), at=second)
    assert found is not None
    assert (found.is_late, found.announced_at) == (False, first)


def test_the_last_moment_to_ask_in_time_is_the_one_before_the_deadline() -> None:
    due, moment = utc(2027, 3, 10, 21), timedelta(milliseconds=1)
    for asked_at, late, overdue in ((due - moment, False, None), (due, True, 1)):
        asked = topic(stage="announcing", announcement_asked_at=asked_at)
        announced = asked.changed(stage="announced", announced_at=due + timedelta(days=3))
        for found in (asked, announced):
            shown = deadline(found, at=due + timedelta(days=4))
            assert shown is not None
            assert (shown.is_late, shown.days_left, shown.days_overdue) == (late, None, overdue)
            assert (shown.asked_at, shown.announced_at) == (asked_at, found.announced_at)
        assert standing(asked, at=due + timedelta(days=4)) == ("late" if late else None)


def test_nothing_is_due_while_comments_are_taken_nor_of_what_never_opened_or_was_given_up() -> None:
    closing = utc(2026, 12, 30, 21)
    assert deadline(topic(stage="collecting"), at=closing - timedelta(seconds=1)) is None
    assert deadline(topic(stage="collecting"), at=closing) is not None
    assert deadline(topic(stage="scheduled", published_at=None), at=closing) is None
    assert deadline(topic(stage="withdrawn", withdrawn_at=closing), at=closing) is None


def test_a_week_before_it_is_due_soon_and_then_late_until_it_is_announced() -> None:
    due, week = utc(2027, 3, 10, 21), timedelta(days=7)
    moment = timedelta(milliseconds=1)
    told = [standing(topic(), at=at) for at in (due - week - moment, due - week, due - moment, due)]
    assert told == [None, "soon", "soon", "late"]
    assert standing(topic(announced_at=due), at=due + week) is None
    assert standing(topic(stage="withdrawn", withdrawn_at=due), at=due + week) is None


@pytest.mark.parametrize(
    ("at", "expected_on", "code"),
    [
        (utc(2027, 3, 1), date(2027, 3, 10), "within_the_deadline"),
        (utc(2027, 3, 1), date(2027, 3, 11), None),
        (utc(2027, 3, 20, 20, 59), date(2027, 3, 20), None),
        (utc(2027, 3, 20, 21), date(2027, 3, 20), "in_the_past"),
        (utc(2027, 3, 20), None, None),
    ],
)
def test_a_decision_is_expected_after_its_deadline_and_not_in_the_past(
    at: datetime, expected_on: date | None, code: str | None
) -> None:
    found = delay_faults(topic(), Delay(reason=WHY, expected_on=expected_on), at=at)
    assert [fault.code for fault in found] == ([code] if code else [])


def test_what_is_announced_is_not_expected_any_more() -> None:
    announced = topic(stage="announced", announced_at=utc(2027, 3, 14))
    delay = Delay(reason=WHY, expected_on=date(2027, 4, 1))
    found = delay_faults(announced, delay, at=utc(2027, 3, 15))
    assert [(fault.field, fault.code) for fault in found] == [("/expected_on", "already_announced")]
