"""Every fault of a definition is told at once, and none stands in the way of another."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from services.shared.errors import Invalid, TooLarge
from services.topics.model.rules import checked
from tests.support.topics import definition

AT = datetime(2026, 12, 1, 9, tzinfo=UTC)


def faults(document: dict[str, Any]) -> set[tuple[str, str]]:
    try:
        checked(document, at=AT)
    except Invalid as refusal:
        return {(fault.field, fault.code) for fault in refusal.faults}
    return set()


def timetable(**instants: str) -> dict[str, str]:
    return {
        "publish_at": "2026-12-10T06:00:00Z",
        "opens_at": "2026-12-10T06:00:00Z",
        "closes_at": "2027-01-10T06:00:00Z",
    } | instants


def test_a_sound_definition_gets_what_it_leaves_open_from_its_plan() -> None:
    document = definition(AT)
    for name in ("channels", "participation", "publication_mode"):
        document.pop(name, None)
    found = checked(document, at=AT)
    assert found.channels == ("web", "atom", "email", "sms", "webhook")
    assert (found.participation, found.publication_mode) == ("open", "pre")
    due = found.timetable.decision_due_at
    assert due is not None
    assert due - found.timetable.closes_at == timedelta(days=84)


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"plan": "quick"}, ("/plan", "unknown_plan")),
        ({"title": {"ar": "عنوان"}}, ("/title/en", "missing_language")),
        ({"title": {"ar": "عنوان", "en": "   "}}, ("/title/en", "too_short")),
        ({"favourite": 1}, ("/favourite", "unknown_field")),
        ({"participation": "invited"}, ("/participation", "not_allowed")),
        ({"participation": ["open"]}, ("/participation", "not_allowed")),
        ({"publication_mode": ["pre"]}, ("/publication_mode", "not_allowed")),
        ({"publication_mode": {}}, ("/publication_mode", "not_allowed")),
        ({"time_zone": "Asia/Nowhere"}, ("/time_zone", "unknown_time_zone")),
        ({"time_zone": "../../etc/passwd"}, ("/time_zone", "unknown_time_zone")),
        ({"expected_participants": "20000"}, ("/expected_participants", "wrong_type")),
        ({"expected_participants": True}, ("/expected_participants", "wrong_type")),
        ({"title": {"ar": "عنوان\x00", "en": "A title"}}, ("/title/ar", "not_storable")),
        (
            {"contact": {"name": {"ar": "أ", "en": "a"}, "email": "a\x00@example.org"}},
            ("/contact/email", "not_storable"),
        ),
        (
            {"documents": [{"title": {"ar": "أ", "en": "a"}, "url": "https://example.org/\x00"}]},
            ("/documents/0/url", "not_storable"),
        ),
        ({"seed_terms": [{"theme": "t", "en": ["\x00"]}]}, ("/seed_terms/0/en/0", "not_storable")),
        ({"title": {"ar": "عنوان", "en": "half \ud800"}}, ("/title/en", "not_storable")),
        ({"timetable": timetable(closes_at="9999-12-31")}, ("/timetable/closes_at", "bad_instant")),
        (
            {"timetable": timetable(closes_at="9999-12-31T23:59:59-10:00")},
            ("/timetable/closes_at", "bad_instant"),
        ),
        (
            {"timetable": timetable() | {"closes_at": 4102444800}},
            ("/timetable/closes_at", "bad_instant"),
        ),
        # The decision would be due in a year that no row could be read with again.
        ({"timetable": timetable(closes_at="2200-12-01")}, ("/timetable/closes_at", "bad_instant")),
        ({"channels": ["pigeon"]}, ("/channels/0", "not_allowed")),
        ({"channels": []}, ("/channels", "too_short")),
        ({"topic_type": "rumour"}, ("/topic_type", "not_allowed")),
        ({"expected_participants": 0}, ("/expected_participants", "too_small")),
        (
            {"timetable": timetable(closes_at="2026-12-05T06:00:00Z")},
            ("/timetable/closes_at", "before_opening"),
        ),
        (
            {"timetable": timetable(opens_at="2026-12-09T06:00:00Z")},
            ("/timetable/opens_at", "before_publication"),
        ),
        (
            {"timetable": timetable(decision_due_at="2027-01-01T06:00:00Z")},
            ("/timetable/decision_due_at", "before_closing"),
        ),
        (
            {"timetable": timetable(closes_at="2026-12-20T06:00:00Z")},
            ("/timetable/closes_at", "below_minimum"),
        ),
        (
            {"timetable": timetable(closes_at="soon")},
            ("/timetable/closes_at", "bad_instant"),
        ),
        (
            {"timetable": timetable(closes_at="2027-01-10T06:00:00")},
            ("/timetable/closes_at", "bad_instant"),
        ),
        (
            {"documents": [{"title": {"ar": "أ", "en": "a"}, "url": "javascript:alert(1)"}]},
            ("/documents/0/url", "bad_format"),
        ),
        (
            {"questions": [{"id": "q", "kind": "single", "text": {"ar": "أ", "en": "a"}}]},
            ("/questions/0/options", "options_needed"),
        ),
        (
            {"questions": [{"id": "q", "kind": "scale", "text": {"ar": "أ", "en": "a"}}]},
            ("/questions/0/scale", "scale_needed"),
        ),
        (
            {"questions": [{"id": "q", "kind": "open", "text": {"ar": "أ", "en": "a"}}] * 2},
            ("/questions", "duplicate_id"),
        ),
    ],
)
def test_each_fault_is_found_where_it_is(changes: dict[str, Any], fault: tuple[str, str]) -> None:
    assert faults(definition(AT, **changes)) == {fault}


def test_all_faults_come_together() -> None:
    broken = definition(
        AT,
        plan="quick",
        title={"en": "no Arabic"},
        timetable=timetable(closes_at="2026-12-05T06:00:00Z"),
        favourite=1,
    )
    assert faults(broken) == {
        ("/plan", "unknown_plan"),
        ("/title/ar", "missing_language"),
        ("/timetable/closes_at", "before_opening"),
        ("/favourite", "unknown_field"),
    }


def test_all_faults_of_a_timetable_come_together_and_none_of_what_was_not_given() -> None:
    reversed_order = {
        "publish_at": "2026-12-20T06:00:00Z",
        "opens_at": "2026-12-19T06:00:00Z",
        "closes_at": "2026-12-18T06:00:00Z",
        "decision_due_at": "2026-12-17T06:00:00Z",
        "celebrates_at": "2026-12-16T06:00:00Z",
    }
    assert faults(definition(AT, timetable=reversed_order)) == {
        ("/timetable/opens_at", "before_publication"),
        ("/timetable/closes_at", "before_opening"),
        ("/timetable/decision_due_at", "before_closing"),
        ("/timetable/celebrates_at", "unknown_field"),
    }
    unreadable = {"publish_at": "nope", "closes_at": "2027-01-10T06:00:00Z"}
    assert faults(definition(AT, timetable=unreadable)) == {
        ("/timetable/publish_at", "bad_instant")
    }


def test_a_time_too_far_away_is_a_fault_of_what_was_given_alone() -> None:
    document = definition(AT) | {
        "timetable": {"publish_at": "2200-10-01", "closes_at": "2200-12-01"},
    }
    assert faults(document) == {
        ("/timetable/publish_at", "bad_instant"),
        ("/timetable/closes_at", "bad_instant"),
    }


def longer(value: str) -> dict[str, str]:
    return {"field": "report_due", "value": value, "reason": "a court's opinion is needed"}


CLOSING = {"closes_at": "2027-01-10T06:00:00Z"}
LATE = ("/timetable/decision_due_at", "departure_needed")
TOO_LATE = ("/timetable/decision_due_at", "above_maximum")
TOO_LONG = ("/plan_departures/0/value", "above_maximum")


@pytest.mark.parametrize(
    ("due", "departures", "expected"),
    [
        # 84 days after the closing, 10 January 09:00 in Bahrain, is 4 April.
        ("2027-04-04T06:00:00Z", [], set()),
        ("2027-04-04", [], set()),
        ("2027-04-05", [], {LATE}),
        ("2027-04-04T21:00:01Z", [], {LATE}),
        ("2027-05-01", [longer("P120D")], set()),
        ("2027-05-11", [longer("P120D")], {LATE}),
        # The plan lets it go to 168 days, 27 June, with a reason.
        ("2027-06-27", [longer("P168D")], set()),
        ("2027-06-27", [], {LATE}),
        ("2027-06-28", [longer("P168D")], {TOO_LATE}),
        (
            "2027-06-28",
            [longer("P169D")],
            {TOO_LATE, ("/plan_departures/0/value", "above_maximum")},
        ),
        ("2199-12-31", [], {TOO_LATE}),
        ("9999-12-31", [], {("/timetable/decision_due_at", "bad_instant")}),
        # A departure to less holds as well.
        ("2027-02-20", [longer("P30D")], {LATE}),
    ],
)
def test_a_decision_is_due_no_later_than_the_plan_or_a_departure_with_its_reason(
    due: str, departures: list[dict[str, str]], expected: set[tuple[str, str]]
) -> None:
    document = definition(AT, timetable=timetable(decision_due_at=due, **CLOSING))
    assert faults(document | {"plan_departures": departures}) == expected


def test_a_deadline_beyond_the_plan_is_told_with_all_other_faults() -> None:
    broken = definition(
        AT,
        title={"en": "no Arabic"},
        timetable=timetable(opens_at="2026-12-09T06:00:00Z", decision_due_at="2100-01-01"),
        favourite=1,
    )
    assert faults(broken) == {
        ("/title/ar", "missing_language"),
        ("/timetable/opens_at", "before_publication"),
        TOO_LATE,
        ("/favourite", "unknown_field"),
    }


def test_a_days_end_is_that_of_the_topics_own_zone_and_a_wrong_zone_is_told_alone() -> None:
    there = {"time_zone": "Pacific/Auckland"}
    for zone, due, expected in (
        # 10 January 06:00 UTC is 19:00 there.
        (there, "2027-04-04", set()),
        (there, "2027-04-04T12:00:01Z", {LATE}),
        ({"time_zone": "Asia/Nowhere"}, "2027-04-04", {("/time_zone", "unknown_time_zone")}),
    ):
        document = definition(AT, timetable=timetable(decision_due_at=due, **CLOSING), **zone)
        assert faults(document) == expected


def test_two_options_of_one_id_could_not_be_told_apart() -> None:
    option = {"id": "a", "text": {"ar": "أ", "en": "a"}}
    question = {"id": "q", "kind": "single", "text": option["text"], "options": [option, option]}
    document = definition(AT, questions=[question])
    assert faults(document) == {("/questions/0/options", "duplicate_id")}


def test_the_plans_minimum_is_told_although_a_text_is_missing() -> None:
    document = definition(AT, timetable=timetable(closes_at="2026-12-20T06:00:00Z"))
    del document["objective"]
    assert faults(document) == {
        ("/objective", "missing"),
        ("/timetable/closes_at", "below_minimum"),
    }


def test_a_recorded_departure_shortens_the_minimum_but_not_below_the_law() -> None:
    departure = {"field": "minimum_collection", "value": "P10D", "reason": "summer holidays"}
    ten_days = timetable(closes_at="2026-12-20T06:00:00Z")
    assert checked(definition(AT, timetable=ten_days, plan_departures=[departure]), at=AT)
    two_days = timetable(closes_at="2026-12-12T06:00:00Z")
    shorter = departure | {"value": "P1D"}
    broken = definition(AT, timetable=two_days, plan_departures=[shorter])
    assert faults(broken) == {
        ("/plan_departures/0/value", "below_legal_minimum"),
        ("/timetable/closes_at", "below_minimum"),
    }


@pytest.mark.parametrize(
    ("aspect", "value", "fault"),
    [
        ("extension", "P60D", ("/plan_departures/0/value", "above_maximum")),
        ("inquiry_period", "PT1H", ("/plan_departures/0/value", "below_legal_minimum")),
        ("participation", "registered", ("/plan_departures/0/field", "not_in_plan")),
        ("publication_mode", "pre", ("/plan_departures/0/value", "not_in_plan")),
        ("publication_mode", "P3D", ("/plan_departures/0/value", "not_in_plan")),
        ("extension", "post", ("/plan_departures/0/value", "not_in_plan")),
        ("extension", "soon", ("/plan_departures/0/value", "bad_format")),
        ("extension", ["P20D"], ("/plan_departures/0/value", "bad_format")),
        ("reminders", "P3D", ("/plan_departures/0/value", "bad_format")),
        ("reminders", ["P3D", "soon"], ("/plan_departures/0/value", "bad_format")),
        ("reminders", ["P0D"], ("/plan_departures/0/value", "bad_format")),
        ("reminders", ["PT23H", "P1D"], ("/plan_departures/0/value", "below_legal_minimum")),
        ("reminders", ["P1D", "P15D"], ("/plan_departures/0/value", "above_maximum")),
        ("extension", "-P1D", ("/plan_departures/0/value", "bad_format")),
        ("approval", "P1D", ("/plan_departures/0/field", "not_allowed")),
    ],
)
def test_a_departure_goes_as_far_as_the_plan_lets_it(
    aspect: str, value: Any, fault: tuple[str, str]
) -> None:
    departure = {"field": aspect, "value": value, "reason": "because"}
    assert faults(definition(AT, plan_departures=[departure])) == {fault}


def test_another_mode_than_the_plans_is_a_departure_with_its_reason() -> None:
    silent = definition(AT, publication_mode="post")
    assert faults(silent) == {("/publication_mode", "departure_needed")}
    departure = {"field": "publication_mode", "value": "post", "reason": "a live debate"}
    told = definition(AT, publication_mode="post", plan_departures=[departure])
    assert checked(told, at=AT).publication_mode == "post"


@pytest.mark.parametrize(
    "name", ["plan", "participation", "publication_mode", "channels", "timetable", "time_zone"]
)
@pytest.mark.parametrize("value", [["post"], {"mode": "post"}, [["post"], {}], 7])
def test_a_choice_of_another_kind_is_a_fault_and_no_failure(name: str, value: Any) -> None:
    assert any(field.startswith(f"/{name}") for field, _ in faults(definition(AT, **{name: value})))


def test_an_aspect_is_departed_from_once() -> None:
    departure = {"field": "extension", "value": "P20D", "reason": "summer"}
    twice = definition(AT, plan_departures=[departure, departure | {"value": "P21D"}])
    assert faults(twice) == {("/plan_departures", "duplicate_id")}


@pytest.mark.parametrize(
    ("zone", "closes_at"),
    [
        ("Asia/Bahrain", datetime(2027, 1, 31, 21, tzinfo=UTC)),
        ("Pacific/Kiritimati", datetime(2027, 1, 31, 10, tzinfo=UTC)),
        ("Pacific/Pago_Pago", datetime(2027, 2, 1, 11, tzinfo=UTC)),
        ("Europe/London", datetime(2027, 2, 1, 0, tzinfo=UTC)),
    ],
)
def test_a_closing_date_means_the_end_of_that_day_in_the_topics_zone(
    zone: str, closes_at: datetime
) -> None:
    dates = {"publish_at": "2027-01-01", "closes_at": "2027-01-31"}
    found = checked(definition(AT, time_zone=zone, timetable=dates), at=AT)
    assert found.timetable.closes_at == closes_at
    assert found.timetable.opens_at == found.timetable.publish_at


@pytest.mark.parametrize(("questions", "fits"), [(2, True), (6, False)])
def test_what_no_row_could_hold_is_refused(questions: int, *, fits: bool) -> None:
    # A further round's questions come by themselves: the two bodies are within their limit.
    long = {"ar": "ن" * 20_000, "en": "a" * 20_000}
    texts = dict.fromkeys(("summary", "objective"), long)
    asked = [{"id": f"q{number}", "kind": "open", "text": long} for number in range(questions)]
    document = definition(AT, questions=asked, **texts)
    if fits:
        assert len(checked(document, at=AT).questions) == questions
    else:
        with pytest.raises(TooLarge):
            checked(document, at=AT)
