"""When people are reminded that a collection closes: once a round, by day, and early enough."""

from datetime import datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from services.outreach.model.notice import PublicTopic

_LONG = timedelta(days=7)
_SHORT = timedelta(days=2)
_BEFORE_LONG = timedelta(days=3)
_BEFORE_SHORT = timedelta(days=1)
_LOOK_AGAIN = timedelta(days=1)
_MORNING, _EVENING = time(8), time(20)
"""Nobody's telephone rings at night, in the topic's time zone."""

Verdict = datetime | Literal["due", "over"]


def verdict(topic: PublicTopic | None, *, round_: int, at: datetime) -> Verdict:
    """Whether to remind of a round's closing now, not at all (any more), or when to look again.

    Three days before the closing of a collection of a week and more, one day before that of a
    shorter one; of less than two days nobody is reminded.
    """
    if topic is None or topic.round != round_ or not topic.is_collecting(at):
        return "over"
    lead = _lead(topic)
    if lead is None:
        return "over"
    due = topic.timetable.closes_at - lead
    if at < due:
        # The closing can be moved: what is far off is looked at every day.
        return min(due, at + _LOOK_AGAIN)
    return _by_day(at, ZoneInfo(topic.time_zone))


def _lead(topic: PublicTopic) -> timedelta | None:
    opens_at, closes_at = topic.timetable.opens_at, topic.timetable.closes_at
    length = closes_at - opens_at if opens_at else _LONG
    if length < _SHORT:
        return None
    return _BEFORE_LONG if length >= _LONG else _BEFORE_SHORT


def is_daytime(at: datetime, time_zone: str) -> bool:
    """Whether it is between eight and twenty o'clock."""
    return _MORNING <= at.astimezone(ZoneInfo(time_zone)).time() < _EVENING


def _by_day(at: datetime, zone: ZoneInfo) -> Verdict:
    local = at.astimezone(zone)
    if is_daytime(at, zone.key):
        return "due"
    day = local.date() + timedelta(days=local.time() >= _EVENING)
    return datetime.combine(day, _MORNING, tzinfo=zone)
