"""The forward calendar over HTTP, as the workflow and its people move topics on."""

from typing import Any
from urllib.parse import quote

from icalendar import Calendar, Event

from tests.workflow.journey import Journey


def events(journey: Journey, path: str) -> dict[str, Event]:
    """Events of the journey's topic in a calendar, by kind."""
    answer = journey.citizen.get(path)
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    return {
        str(event.categories[1]): event
        for event in Calendar.from_ical(answer.text).events
        if str(event["UID"]).startswith(journey.topic_id)
    }


def ids(answer: Any) -> list[str]:
    return [item["topic_id"] for item in answer.json["items"]]


def test_subscribers_follow_a_topic_from_approval_to_its_closing(journey: Journey) -> None:
    journey.defined()
    assert events(journey, "/v1/calendar.ics") == {}
    journey.citizen.get(f"{journey.path}/calendar.ics", expect=404)
    journey.move("submit")
    journey.move("approve", who=journey.approver)
    planned = events(journey, "/v1/calendar.ics?agency=health")
    assert set(planned) == {"publication", "collection", "closing", "decision"}
    assert planned["closing"].end == journey.closes_at().replace(microsecond=0)
    journey.move("publish-now")
    journey.pass_time(days=7)
    journey.move("end-collection", reason="enough said")
    shortened = events(journey, f"{journey.path}/calendar.ics")
    assert shortened["closing"]["UID"] == planned["closing"]["UID"]
    assert shortened["closing"]["SEQUENCE"] > planned["closing"]["SEQUENCE"]
    assert shortened["collection"].end == journey.closes_at().replace(microsecond=0)


def test_a_withdrawn_topics_events_are_cancelled_for_subscribers(journey: Journey) -> None:
    journey.scheduled()
    journey.move("withdraw", who=journey.approver, reason="overtaken by a law")
    assert {e.status for e in events(journey, "/v1/calendar.ics").values()} == {"CANCELLED"}


def test_the_list_is_searched_by_repeated_stages_and_arabic_words(journey: Journey) -> None:
    journey.scheduled(title={"ar": "الحدائق العامّة", "en": "Public gardens"})
    query = f"q={quote('حدائق عامه')}&stage=scheduled&stage=collecting&type=service"
    assert ids(journey.citizen.get(f"/v1/topics?{query}")) == [journey.topic_id]
    journey.citizen.get("/v1/topics?stage=scheduled&stage=asleep", expect=400)


def test_officers_find_their_drafts_and_nobody_else_does(journey: Journey) -> None:
    journey.defined(title={"ar": "مسودة الشواطئ", "en": "Draft beaches"})
    path = f"/v1/topics?stage=draft&q={quote('شواطئ')}"
    assert ids(journey.officer.get(path)) == ids(journey.approver.get(path)) == [journey.topic_id]
    assert ids(journey.citizen.get(path)) == []
