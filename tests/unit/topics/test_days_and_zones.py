"""A date means its day in the topic's own zone, also where midnight is missing or comes twice."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

import pytest

from services.shared.errors import Invalid
from services.topics.model.days import with_instants
from services.topics.model.rules import checked
from tests.support.topics import definition

AT = datetime(2026, 12, 1, 9, tzinfo=UTC)
MOMENT = timedelta(microseconds=1)


def instant(day: str, zone: str, field: str) -> datetime:
    """What a bare date in a field of the timetable is read as."""
    document = with_instants({"time_zone": zone, "timetable": {field: day}})
    return datetime.fromisoformat(document["timetable"][field])


def end(day: str, zone: str) -> datetime:
    return instant(day, zone, "closes_at")


def beginning(day: str, zone: str) -> datetime:
    return instant(day, zone, "opens_at")


@pytest.mark.parametrize(
    ("zone", "day", "expected"),
    [
        # no change of clocks, and offsets that are no whole hours
        ("Asia/Bahrain", "2026-12-31", "2026-12-31T21:00Z"),
        ("Asia/Kathmandu", "2026-12-31", "2026-12-31T18:15Z"),
        ("Pacific/Chatham", "2026-06-30", "2026-06-30T11:15Z"),
        ("Pacific/Kiritimati", "2026-12-31", "2026-12-31T10:00Z"),
        ("Etc/GMT+12", "2026-12-31", "2027-01-01T12:00Z"),
        # clocks go forward at the midnight that ends the day: it is over when they do
        ("America/Sao_Paulo", "2018-11-03", "2018-11-04T03:00Z"),
        ("Africa/Cairo", "2026-04-23", "2026-04-23T22:00Z"),
        ("Asia/Beirut", "2026-03-28", "2026-03-28T22:00Z"),
        ("America/Havana", "2026-03-07", "2026-03-08T05:00Z"),
        ("Asia/Tehran", "2022-03-21", "2022-03-21T20:30Z"),
        # clocks go back from midnight to 23:00: the day has 25 hours, and ends after the last
        ("America/Sao_Paulo", "2018-02-17", "2018-02-18T03:00Z"),
        ("Africa/Cairo", "2026-10-29", "2026-10-29T22:00Z"),
        ("Asia/Beirut", "2026-10-24", "2026-10-24T22:00Z"),
        ("Asia/Tehran", "2022-09-21", "2022-09-21T20:30Z"),
        # clocks go back from 1:00 to midnight: it is the next day that has two midnights
        ("America/Havana", "2026-10-31", "2026-11-01T04:00Z"),
        # clocks go back a minute after midnight, and it is the day before again
        ("America/St_Johns", "2010-11-06", "2010-11-07T03:30Z"),
        ("America/Goose_Bay", "2010-11-06", "2010-11-07T04:00Z"),
        # three hours back, two hours after midnight
        ("Antarctica/Casey", "2010-03-04", "2010-03-04T16:00Z"),
        # clocks change elsewhere in the day, also by half an hour
        ("Australia/Lord_Howe", "2026-04-05", "2026-04-05T13:30Z"),
        ("Australia/Lord_Howe", "2026-10-04", "2026-10-04T13:00Z"),
        ("Europe/London", "2026-10-25", "2026-10-26T00:00Z"),
        # the day before the one that Samoa left out, the one itself, and the one after
        ("Pacific/Apia", "2011-12-29", "2011-12-30T10:00Z"),
        ("Pacific/Apia", "2011-12-30", "2011-12-30T10:00Z"),
        ("Pacific/Apia", "2011-12-31", "2011-12-31T10:00Z"),
        # a leap day, and the last day of a year
        ("Asia/Bahrain", "2028-02-29", "2028-02-29T21:00Z"),
    ],
)
def test_a_closing_date_means_the_end_of_that_day(zone: str, day: str, expected: str) -> None:
    assert end(day, zone) == datetime.fromisoformat(expected)


@pytest.mark.parametrize(
    ("zone", "day", "expected"),
    [
        ("Asia/Bahrain", "2026-12-31", "2026-12-30T21:00Z"),
        # there is no midnight: the day begins at 1:00
        ("America/Sao_Paulo", "2018-11-04", "2018-11-04T03:00Z"),
        ("Africa/Cairo", "2026-04-24", "2026-04-23T22:00Z"),
        # there are two: the day begins at the first
        ("America/Havana", "2026-11-01", "2026-11-01T04:00Z"),
        # there are two, with an hour of the day before between them: at the second
        ("America/St_Johns", "2010-11-07", "2010-11-07T03:30Z"),
        ("Pacific/Apia", "2011-12-31", "2011-12-30T10:00Z"),
    ],
)
def test_an_opening_date_means_the_beginning_of_that_day(
    zone: str, day: str, expected: str
) -> None:
    assert beginning(day, zone) == datetime.fromisoformat(expected)


def changes(zone: ZoneInfo) -> list[date]:
    """Days from 2000 to 2037 around which a zone's clocks change."""
    noons = [datetime(2000, 1, 1, 12, tzinfo=zone) + timedelta(days=n) for n in range(38 * 365)]
    offsets = [noon.utcoffset() for noon in noons]
    pairs = zip(noons, offsets, offsets[1:], strict=False)
    return [noon.date() for noon, now, then in pairs if now != then]


@pytest.mark.parametrize("zone", sorted(zone for zone in available_timezones() if "/" in zone))
def test_no_moment_of_a_day_comes_after_its_end(zone: str) -> None:
    own = ZoneInfo(zone)
    for change in changes(own):
        for day in (change - timedelta(days=1), change, change + timedelta(days=1)):
            ends_at = end(day.isoformat(), zone)
            assert (ends_at - MOMENT).astimezone(own).date() <= day, (day, "too late")
            for minutes in (0, 1, 30, 59, 60, 90, 150, 180, 240):
                later = ends_at + timedelta(minutes=minutes)
                assert later.astimezone(own).date() > day, (day, minutes)
            assert beginning((day + timedelta(days=1)).isoformat(), zone) == ends_at


@pytest.mark.parametrize(
    "zone",
    [
        "Mars/Olympus",
        "asia/bahrain",
        "+03:00",
        "",
        " Asia/Bahrain",
        "Asia",
        "Asia/",
        "../../etc/localtime",
        "/etc/localtime",
        "Asia/Bahrain\x00",
        "leapseconds",
        "zone.tab",
        "x" * 5000,
    ],
)
@pytest.mark.parametrize("closes_at", ["2026-12-31", "2026-12-31T21:00:00Z"])
def test_an_unknown_zone_is_the_one_fault(zone: str, closes_at: str) -> None:
    document = definition(AT, time_zone=zone)
    document["timetable"]["closes_at"] = closes_at
    assert faults(document) == [("/time_zone", "unknown_time_zone")]


@pytest.mark.parametrize("zone", [3, ["Asia/Bahrain"], {"name": "Asia/Bahrain"}, True])
def test_a_zone_that_is_no_text_is_the_one_fault(zone: Any) -> None:
    document = definition(AT, time_zone=zone)
    document["timetable"]["closes_at"] = "2026-12-31"
    assert faults(document) == [("/time_zone", "wrong_type")]


def faults(document: dict[str, Any]) -> list[tuple[str, str]]:
    with pytest.raises(Invalid) as refused:
        checked(document, at=AT)
    return [(fault.field, fault.code) for fault in refused.value.faults]
