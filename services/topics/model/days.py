"""Dates without a time of day in a timetable: a day's beginning or end in the topic's zone."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

DEFAULT_TIME_ZONE = "Asia/Bahrain"
_ENDS_OF_DAY = {"closes_at", "decision_due_at"}


def with_instants(document: Any) -> Any:
    """Read a timetable's bare dates as the day's beginning in the zone; closing and due as its end.

    What is no definition at all is given back as it is, for the validation to report.
    """
    if not isinstance(document, dict) or not isinstance(document.get("timetable"), dict):
        return document
    zone = zone_of(document)
    timetable = dict(document["timetable"])
    for field in ("publish_at", "opens_at", "closes_at", "decision_due_at"):
        timetable[field] = _day(timetable.get(field), zone, end=field in _ENDS_OF_DAY)
    return {**document, "timetable": {k: v for k, v in timetable.items() if v is not None}}


def zone_of(document: Mapping[str, Any]) -> ZoneInfo:
    """Zone of a definition; UTC in place of an unknown one, so that its dates are not at fault."""
    try:
        return ZoneInfo(str(document.get("time_zone") or DEFAULT_TIME_ZONE))
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo("UTC")


def last_day(end: datetime, zone: ZoneInfo) -> date:
    """Day in a zone to which the last moment before an instant belongs."""
    return (end - timedelta(microseconds=1)).astimezone(zone).date()


def _day(value: Any, zone: ZoneInfo, *, end: bool) -> Any:
    if not isinstance(value, str) or len(value) != len("2026-11-24"):
        return value
    try:
        day = date.fromisoformat(value)
        return _beginning(day + timedelta(days=1) if end else day, zone).isoformat()
    except (ValueError, OverflowError):
        return value  # for the validation to report


def _beginning(day: date, zone: ZoneInfo) -> datetime:
    """Instant (UTC) at which a day begins and the one before is over for good.

    Where clocks are put back over midnight, it comes twice: the day begins at the later one if a
    moment of the day before precedes it (America/St_Johns until 2011), else at the earlier one
    (America/Havana). Where midnight is left out, it is read by the offset before the change, which
    is the instant of the change.
    """
    midnights = [datetime.combine(day, time(fold=fold), tzinfo=zone) for fold in (0, 1)]
    instants = [midnight.astimezone(UTC) for midnight in midnights]
    moment = timedelta(microseconds=1)
    return max(at for at in instants if (at - moment).astimezone(zone).date() < day)
