"""A closing told as a date ends that day where the topic is, to the millisecond."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from services.comments.handlers import count, set_window, submit
from services.topics.handlers import manage
from tests.conftest import FixedClock
from tests.faults.kit import forget
from tests.support.calls import http, invoke
from tests.support.topics import act, define, task

pytestmark = pytest.mark.usefixtures("account")
MOMENT = timedelta(milliseconds=1)
CONSENT = {"publish": True, "privacy_notice": "2026-11"}
NEIGHBOURS = {"comments-set-window": set_window.handler, "comments-count": count.handler}


@pytest.fixture(autouse=True)
def neighbours(monkeypatch: pytest.MonkeyPatch) -> None:
    """The comments service, whose containers are new."""

    def call(name: str, payload: dict[str, Any]) -> Any:
        return invoke(NEIGHBOURS[name], payload)

    monkeypatch.setattr(manage, "invoke", call)
    for service in ("topics", "comments"):
        forget(service)


def status(topic_id: str) -> int:
    """What a comment that comes now is answered with."""
    body = {"kind": "comment", "text": "Keep it", "consent": CONSENT}
    route, path = "POST /v1/topics/{topic}/comments", {"topic": topic_id}
    return http(submit.handler, route, path=path, body=body).status


def approved(at: datetime, zone: str, timetable: dict[str, str]) -> str:
    """Id of a topic in a zone that is approved and waits for its publication."""
    topic_id = str(define(at, time_zone=zone, timetable=timetable)["topic_id"])
    assert act(topic_id, "submit").status == 202
    assert act(topic_id, "approve", groups=("approver",), subject="approver-1").status == 202
    return topic_id


@pytest.mark.parametrize(
    ("zone", "day", "ends_at"),
    [
        ("Pacific/Kiritimati", "2027-01-31", "2027-01-31T10:00:00Z"),
        ("Pacific/Pago_Pago", "2027-01-31", "2027-02-01T11:00:00Z"),
        # clocks go forward at the midnight that ends the day, and back from it to 23:00
        ("Africa/Cairo", "2027-04-29", "2027-04-29T22:00:00Z"),
        ("Africa/Cairo", "2027-10-28", "2027-10-28T22:00:00Z"),
        # back from 1:00 to midnight, which comes twice
        ("America/Havana", "2027-11-06", "2027-11-07T04:00:00Z"),
    ],
)
def test_a_closing_date_takes_comments_to_the_last_millisecond_of_that_day_there(
    clock: FixedClock, zone: str, day: str, ends_at: str
) -> None:
    end = datetime.fromisoformat(ends_at)
    clock.instant = end - timedelta(days=40)
    opening = (end - timedelta(days=29)).isoformat()
    timetable = {"publish_at": opening, "opens_at": opening, "closes_at": day}
    topic_id = approved(clock(), zone, timetable)
    clock.instant = end - timedelta(days=29)
    invoke(set_window.handler, task(topic_id, "publish")["window"])
    for offset, expected in ((-MOMENT, 202), (0 * MOMENT, 409), (MOMENT, 409)):
        clock.instant = end + offset
        assert status(topic_id) == expected, offset


@pytest.mark.parametrize(
    ("zone", "day", "begins_at"),
    [
        ("Africa/Cairo", "2027-04-30", "2027-04-29T22:00:00Z"),
        ("America/Havana", "2027-11-07", "2027-11-07T04:00:00Z"),
    ],
)
def test_an_opening_date_takes_comments_from_the_first_millisecond_of_that_day_there(
    clock: FixedClock, zone: str, day: str, begins_at: str
) -> None:
    begin = datetime.fromisoformat(begins_at)
    clock.instant = begin - timedelta(days=20)
    closing = (begin + timedelta(days=28)).isoformat()
    timetable = {"publish_at": day, "opens_at": day, "closes_at": closing}
    topic_id = approved(clock(), zone, timetable)
    clock.instant = begin
    invoke(set_window.handler, task(topic_id, "publish")["window"])
    for offset, expected in ((-MOMENT, 409), (0 * MOMENT, 202), (MOMENT, 202)):
        clock.instant = begin + offset
        assert status(topic_id) == expected, offset
