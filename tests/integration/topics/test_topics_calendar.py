"""The forward calendar: what a calendar program reads, checked by reading it again."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from icalendar import Calendar, Event

from services.topics.handlers import calendar, manage
from services.topics.use_cases import calendar as use_cases_calendar
from tests.support.calls import Answer, http
from tests.support.topics import APPROVER, OFFICER, act, define, scheduled, taken_to, task

KINDS = ["publication", "collection", "closing", "decision"]
pytestmark = pytest.mark.usefixtures("account")


def get(topic_id: str = "", *, headers: dict[str, str] | None = None, **query: str) -> Answer:
    route = "GET /v1/topics/{topic}/calendar.ics" if topic_id else "GET /v1/calendar.ics"
    path = {"topic": topic_id} if topic_id else None
    return http(calendar.handler, route, path=path, query=query or None, headers=headers)


def parsed(topic_id: str = "", **options: Any) -> Calendar:
    answer = get(topic_id, **options)
    assert answer.status == 200, answer.text
    return Calendar.from_ical(answer.text)


def events(topic_id: str = "", **options: Any) -> dict[str, Event]:
    """Events by kind, of a calendar of one topic."""
    found = {str(e.categories[1]): e for e in parsed(topic_id, **options).events}
    assert list(found) == KINDS
    return found


def withdraw(topic_id: str) -> None:
    answer = act(topic_id, "withdraw", groups=APPROVER, subject="approver-1", reason="law")
    assert answer.status == 202, answer.text


def test_a_scheduled_topics_instants_are_its_events(clock: Any) -> None:
    found = events(scheduled(clock()))
    opens = datetime(2026, 12, 1, 10, tzinfo=UTC)
    closes = opens + timedelta(days=28)
    due = closes + timedelta(days=84)
    assert found["publication"].start == opens
    assert "DTEND" not in found["publication"]
    assert (found["collection"].start, found["collection"].end) == (opens, closes)
    assert (found["closing"].start, found["closing"].end) == (closes - timedelta(hours=1), closes)
    assert (found["decision"].start, found["decision"].end) == (due - timedelta(hours=1), due)
    for event in found.values():
        assert event.start.utcoffset() == timedelta()
        assert event.status == "CONFIRMED"


def test_the_end_of_a_day_is_shown_on_that_day(clock: Any) -> None:
    timetable = {"publish_at": "2026-12-02", "closes_at": "2026-12-31"}
    closing = events(scheduled(clock(), timetable=timetable), language="en")["closing"]
    assert closing.end == datetime(2026, 12, 31, 21, tzinfo=UTC)
    assert closing.start == datetime(2026, 12, 31, 20, tzinfo=UTC)
    assert "Until 2026-12-31 24:00, Asia/Bahrain time" in closing.description


def test_a_calendar_has_what_the_standard_demands(clock: Any) -> None:
    topic_id = scheduled(clock())
    for text in (get(topic_id).text, get().text):
        assert text.startswith("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:")
        assert text.endswith("END:VCALENDAR\r\n")
        assert "REFRESH-INTERVAL;VALUE=DURATION:PT1H\r\n" in text
        assert "METHOD" not in text
        found = Calendar.from_ical(text)
        assert not found.errors
        for event in found.events:
            assert not event.errors
            assert {"UID", "DTSTAMP", "DTSTART", "SEQUENCE", "LAST-MODIFIED", "URL"} <= set(event)
            assert event["DTSTAMP"].dt == event["LAST-MODIFIED"].dt == clock()
            assert event["URL"] == f"http://localhost/v1/topics/{topic_id}"


def test_no_line_is_longer_than_75_octets_and_none_cuts_a_letter(clock: Any) -> None:
    topic_id = scheduled(clock(), title={"ar": "م" * 200, "en": "m" * 200})
    lines = get(topic_id).text.encode().split(b"\r\n")
    assert any(line.startswith(b" ") for line in lines)
    for line in lines:
        assert len(line) <= 75
        line.decode()
    assert "م" * 200 in events(topic_id)["closing"].description
    assert "\n" not in get(topic_id).text.replace("\r\n", "")


def test_texts_come_through_as_they_were_written(clock: Any) -> None:
    title = {"ar": "العيادات؛ المراكز، والمواعيد: \\هنا\\", "en": 'Clinics; centres, "hours": \\n'}
    summary = {"ar": "سطر\nوآخر\u2028وثالث\x0bورابع", "en": "BEGIN:VEVENT\r\nEND:VCALENDAR"}
    topic_id = scheduled(clock(), title=title, summary=summary)
    for language in ("ar", "en"):
        found = events(topic_id, language=language)
        assert str(found["closing"]["SUMMARY"]).endswith(title[language])
        assert title["ar"] in found["closing"].description
        assert "سطر وآخر وثالث ورابع" in found["closing"].description
        assert "BEGIN:VEVENT END:VCALENDAR" in found["closing"].description


def test_titles_are_in_the_callers_language_and_descriptions_in_both(clock: Any) -> None:
    topic_id = scheduled(clock())
    for language, word, other in (("ar", "آخر موعد", "Last chance"), ("en", "Last chance", "آخر")):
        answer = get(topic_id, headers={"accept-language": f"{language}-BH"})
        assert answer.headers["content-language"] == language
        closing = events(topic_id, headers={"accept-language": language})["closing"]
        assert closing["SUMMARY"].params["LANGUAGE"] == language
        assert word in closing.summary
        assert closing.description.index(word) < closing.description.index(other)
        assert f"http://localhost/v1/topics/{topic_id}" in closing.description
    assert "آخر موعد" in events(topic_id, language="ar")["closing"].summary


def test_a_long_summary_is_cut(clock: Any) -> None:
    topic_id = scheduled(clock(), summary={"ar": "نص " * 5000, "en": "text " * 4000})
    assert len(get(topic_id).text.encode()) < 16_000


def test_an_event_stays_the_same_one_when_its_time_changes(clock: Any) -> None:
    topic_id = taken_to("collecting", clock)
    before = events(topic_id)
    clock.advance(hours=1)
    act(topic_id, "extend", reason="many inquiries", closes_at="2027-01-05T00:00:00Z")
    after = events(topic_id)
    for kind in KINDS:
        assert before[kind]["UID"] == after[kind]["UID"]
        assert before[kind]["SEQUENCE"] < after[kind]["SEQUENCE"]
        assert after[kind]["LAST-MODIFIED"].dt == clock()
    assert after["collection"].end == datetime(2027, 1, 5, tzinfo=UTC)
    assert len({event["UID"] for event in after.values()}) == len(KINDS)
    assert all(str(e["UID"]).startswith(f"{topic_id}-r1-") for e in after.values())


def test_a_topic_withdrawn_before_publication_is_cancelled_altogether(clock: Any) -> None:
    topic_id = scheduled(clock())
    withdraw(topic_id)
    for found in (events(topic_id, language="en"), events(language="en")):
        assert {event.status for event in found.values()} == {"CANCELLED"}
        assert found["closing"].summary.startswith("Consultation withdrawn – ")


def test_of_a_topic_withdrawn_while_collecting_the_rest_is_cancelled(clock: Any) -> None:
    topic_id = taken_to("collecting", clock)
    clock.advance(hours=1)
    withdraw(topic_id)
    found = events(topic_id)
    assert found.pop("publication").status == "CONFIRMED"
    assert {event.status for event in found.values()} == {"CANCELLED"}


def test_a_withdrawn_topic_leaves_the_calendar_after_ninety_days(clock: Any) -> None:
    topic_id = scheduled(clock())
    withdraw(topic_id)
    clock.advance(days=89)
    assert len(parsed().events) == 4
    clock.advance(days=1)
    assert parsed().events == []
    assert len(parsed(topic_id).events) == 4


def test_an_announced_decision_replaces_its_due_date(
    clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    nothing = {"outstanding": 0, "received": 0, "by_theme": []}
    topic_id = taken_to("deciding", clock)
    due = events(topic_id)["decision"]["UID"]
    monkeypatch.setattr(manage, "invoke", lambda _name, _payload: nothing)
    text = {"ar": "قرار", "en": "A decision"}
    decision = {"summary": text, "rationale": text, "clauses": [{"id": "c1", "text": text}]}
    http(
        manage.handler,
        "PUT /v1/topics/{topic}/decision",
        path={"topic": topic_id},
        body=decision,
        groups=OFFICER,
    )
    assert act(topic_id, "announce").status == 202
    task(topic_id, "announced")
    found = events(topic_id, language="en")["decision"]
    assert found["UID"] == due
    assert found.summary.startswith("Decision announced: ")
    assert (found.start, "DTEND" in found) == (clock(), False)


def test_what_is_not_public_is_in_no_calendar(clock: Any) -> None:
    draft = define(clock())["topic_id"]
    assert parsed().events == []
    unknown, hidden = get("a" * 26), get(draft)
    assert (unknown.status, hidden.status) == (404, 404)
    assert unknown.json["detail"] == hidden.json["detail"]
    act(draft, "submit")
    withdraw_draft = act(draft, "withdraw", reason="not needed")
    assert withdraw_draft.status == 202
    assert get(draft).status == 404
    assert parsed().events == []


def test_a_calendar_without_topics_is_valid_and_does_not_change(clock: Any) -> None:
    found = parsed()
    assert not found.errors
    assert [component.name for component in found.subcomponents] == ["VTIMEZONE"]
    first = get().text
    clock.advance(days=1)
    assert get().text == first


def test_the_calendar_can_be_narrowed_to_agencies(clock: Any) -> None:
    scheduled(clock())
    assert len(parsed(agency="health").events) == 4
    assert parsed(agency="transport,housing").events == []
    named = parsed(agency="health", language="en")
    assert named["NAME"] == "Tashawur: calendar of public consultations – Ministry of Health"
    assert str(named["SOURCE"]).endswith("/v1/calendar.ics?language=en&agency=health")


def test_the_calendar_has_every_public_topic_up_to_its_bound(
    clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(use_cases_calendar, "_READ_AT_ONCE", 2)
    monkeypatch.setattr(use_cases_calendar, "MOST_TOPICS", 3)
    timetables = [
        {"publish_at": "2026-12-02", "closes_at": f"2026-12-{day}"} for day in (20, 30, 25, 22)
    ]
    for timetable in timetables:
        scheduled(clock(), timetable=timetable)
        clock.advance(seconds=1)
        define(clock())
        clock.advance(seconds=1)
    closings = [e.end.day for e in parsed().events if str(e.categories[1]) == "closing"]
    assert closings == [30, 25, 22]


def test_a_program_that_has_the_calendar_is_told_so(clock: Any) -> None:
    topic_id = scheduled(clock())
    for address in ("", topic_id):
        first = get(address)
        assert first.headers["content-type"] == "text/calendar; charset=utf-8"
        assert first.headers["cache-control"] == "public, max-age=60"
        assert first.headers["vary"] == "Accept-Language"
        etag = first.headers["etag"]
        for known in (etag, f"W/{etag}", f'"other", {etag}', "*"):
            again = get(address, headers={"if-none-match": known})
            assert (again.status, again.text, again.headers["etag"]) == (304, "", etag)
        clock.advance(minutes=1)
        assert get(address, headers={"if-none-match": etag}).status == 304
    withdraw(topic_id)
    assert get(headers={"if-none-match": etag}).status == 200


def test_what_the_calendar_does_not_know_is_refused_at_once(clock: Any) -> None:
    answer = get(agency="tea", language="fr", stage="draft")
    fields = {fault["field"] for fault in answer.json["errors"]}
    assert (answer.status, fields) == (400, {"/agency", "/language", "/stage"})
    assert get(agency="").status == 400
    assert get(language="ar,en").status == 400
    assert get(scheduled(clock()), agency="health").status == 400
