"""When people are reminded that a collection closes: as the topic's plan says, and by day."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from services.outreach.model.notice import PublicTopic

_LOOK_AGAIN = timedelta(days=1)
_MORNING, _EVENING = time(8), time(20)
"""Nobody's telephone rings at night, in the topic's time zone."""
_LAST_CALL = time(19)
"""The sweep of every hour still comes by day."""


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What to do about a round that collects.

    Attributes
    ----------
    due : timedelta or None
        The reminder that is due, by how long before closing it is; once a round each.
    look_at : datetime or None
        When to look again; ``None`` once there is nothing more to remind of.
    """

    due: timedelta | None = None
    look_at: datetime | None = None


_OVER = Verdict()


def verdict(topic: PublicTopic | None, *, round_: int, at: datetime) -> Verdict:
    """Which of a round's reminders is due, and when to look again.

    Of several whose time has passed the last one is due: two at once would say the same. One that
    would come before there is anything to take part in does not come; one that would wait for a
    morning after the closing comes the evening before.
    """
    if topic is None or topic.round != round_ or not topic.is_collecting(at):
        return _OVER
    opens_at, closes_at = topic.timetable.opens_at, topic.timetable.closes_at
    leads = [each for each in topic.reminders if opens_at is None or closes_at - each > opens_at]
    zone = ZoneInfo(topic.time_zone)
    moments = {each: _in_time(closes_at - each, closes_at, zone) for each in leads}
    passed = [each for each, moment in moments.items() if moment <= at]
    morning = _next_morning(at, zone) if passed else None
    if morning:
        return Verdict(look_at=morning)
    coming = [moment for moment in moments.values() if moment > at]
    # The closing can be moved: what is far off is looked at every day.
    look_at = min([*coming, at + _LOOK_AGAIN]) if coming else None
    return Verdict(due=min(passed, default=None), look_at=look_at)


def is_daytime(at: datetime, time_zone: str) -> bool:
    """Whether it is between eight and twenty o'clock."""
    return _MORNING <= at.astimezone(ZoneInfo(time_zone)).time() < _EVENING


def _in_time(moment: datetime, closes_at: datetime, zone: ZoneInfo) -> datetime:
    """The moment, or the evening before it if the morning after it is too late."""
    morning = _next_morning(moment, zone)
    if morning is None or morning < closes_at:
        return moment
    return datetime.combine(morning.date() - timedelta(days=1), _LAST_CALL, tzinfo=zone)


def _next_morning(at: datetime, zone: ZoneInfo) -> datetime | None:
    """When the day begins; ``None`` if it is day."""
    if is_daytime(at, zone.key):
        return None
    local = at.astimezone(zone)
    day = local.date() + timedelta(days=local.time() >= _EVENING)
    return datetime.combine(day, _MORNING, tzinfo=zone)
