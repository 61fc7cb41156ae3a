"""The plan's deadline for the decision: how long it is until then, or how late the decision is.

Days are those of the calendar in the topic's time zone. A deadline at the end of a day is an
instant of the next one, its midnight: it is that day's deadline all the same.

What counts is when the announcement was asked for, not how long the machine took to carry it out.
One that the gate held, as comments had no answer, was not asked for: it is by the next.
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict

from services.shared.errors import Fault
from services.topics.model.days import last_day
from services.topics.model.definition import Instant
from services.topics.model.delay import Delay
from services.topics.model.topic import Topic

SOON = timedelta(days=7)
"""A decision that is due within this time is about to be late."""


class Deadline(BaseModel):
    """How a round stands to its deadline.

    Attributes
    ----------
    due_at : datetime
        First instant (UTC) at which a decision is late.
    asked_at : datetime or None
        When that announcement was asked for which came first, or is on its way.
    announced_at : datetime or None
        When the round's decision was announced first; from then on nothing here changes.
    is_late : bool
        Whether the announcement was asked for late, or has not been and is late.
    days_left : int or None
        Days until the last one on which it is in time, 0 on that day; until it is asked for.
    days_overdue : int or None
        Days since that last one, 0 on the same day; of what is or was late.
    """

    model_config = ConfigDict(frozen=True)

    due_at: Instant
    asked_at: Instant | None
    announced_at: Instant | None
    is_late: bool
    days_left: int | None
    days_overdue: int | None


def deadline(topic: Topic, *, at: datetime) -> Deadline | None:
    """How a topic's round stands to its deadline at an instant (UTC).

    ``None`` before the collection has ended, and for what was withdrawn without a decision.
    """
    timetable, announced_at = topic.definition.timetable, topic.decided_at
    due_at, ended = timetable.decision_due_at, timetable.closes_at <= at
    given_up = topic.stage == "withdrawn" and announced_at is None
    if due_at is None or topic.published_at is None or not ended or given_up:
        return None
    asked_at = topic.announcement_asked_at
    # A row that an earlier release wrote last does not know when it was asked for.
    settled_at = asked_at or announced_at
    reckoned = settled_at or at
    is_late = reckoned >= due_at
    left = (_last_day(topic, due_at) - _day(topic, reckoned)).days
    return Deadline(
        due_at=due_at,
        asked_at=asked_at,
        announced_at=announced_at,
        is_late=is_late,
        days_left=None if is_late or settled_at else left,
        days_overdue=-left if is_late else None,
    )


def standing(topic: Topic, *, at: datetime) -> Literal["soon", "late"] | None:
    """Whether a decision that is waited for is due within a week, or late already."""
    found = deadline(topic, at=at)
    if found is None or found.announced_at is not None:
        return None
    if found.is_late:
        return "late"
    # What was asked for in time does not wait for its officers any more.
    return "soon" if found.asked_at is None and found.due_at - at <= SOON else None


def delay_faults(topic: Topic, delay: Delay, *, at: datetime) -> Iterator[Fault]:
    """Faults of an explanation: a day on which the decision cannot come, or is no delay."""
    due_at, expected_on = topic.definition.timetable.decision_due_at, delay.expected_on
    if expected_on is None:
        return
    if topic.decided_at is not None:
        yield Fault(field="/expected_on", code="already_announced")
    elif due_at is not None and expected_on <= _last_day(topic, due_at):
        yield Fault(field="/expected_on", code="within_the_deadline")
    elif expected_on < _day(topic, at):
        yield Fault(field="/expected_on", code="in_the_past")


def _last_day(topic: Topic, due_at: datetime) -> date:
    """The last day on which a decision is in time."""
    return last_day(due_at, ZoneInfo(topic.definition.time_zone))


def _day(topic: Topic, instant: datetime) -> date:
    return instant.astimezone(ZoneInfo(topic.definition.time_zone)).date()
