"""What a definition asks for is shown to front ends and binds what people send, round by round."""

from typing import Any

import pytest

from services.comments.handlers import set_window, submit
from services.topics.handlers import manage, read, serve
from tests.support.calls import Answer, http, invoke
from tests.support.topics import APPROVER, act, define, definition, scheduled, taken_to, task

pytestmark = pytest.mark.usefixtures("account")
CONSENT = {"publish": True, "privacy_notice": "2026-11"}
AREAS = {"area": [{"id": "BH-15", "label": {"ar": "محافظة المحرق", "en": "Muharraq Governorate"}}]}
GENDERS = {"gender": [{"id": "female", "label": {"ar": "أنثى", "en": "Female"}}]}
SIGNED = {"field": "author_names", "value": "required", "reason": "رسائل موقعة"}
NAMELESS = {"field": "author_names", "value": "none", "reason": "A vulnerable group"}
FURTHER = {"publish_at": "2027-02-01", "closes_at": "2027-02-28"}


def collecting(moving: Any, **changes: Any) -> str:
    """Id of a topic whose window is as its publication has it."""
    topic_id = scheduled(moving(), **changes)
    moving.advance(hours=1)
    published(topic_id)
    return topic_id


def published(topic_id: str, *, round_: int = 1) -> None:
    told = task(topic_id, "publish", round=round_)
    invoke(set_window.handler, {"topic_id": topic_id, "round": round_, **told["window"]})


def comment(topic_id: str, *, language: str = "en", **members: Any) -> Answer:
    body = {"kind": "comment", "text": "نعم للعيادات المسائية", "consent": CONSENT, **members}
    route, path = "POST /v1/topics/{topic}/comments", {"topic": topic_id}
    headers = {"accept-language": language}
    return http(submit.handler, route, path=path, body=body, headers=headers)


def shown(topic_id: str) -> Any:
    return http(read.handler, "GET /v1/topics/{topic}", path={"topic": topic_id}).json


def codes(answer: Answer) -> dict[str, str]:
    assert answer.status == 422
    return {fault["field"]: fault["code"] for fault in answer.json["errors"]}


def test_a_front_end_can_draw_the_form_from_the_topic(clock: Any) -> None:
    topic_id = scheduled(clock(), demographics=AREAS, plan_departures=[SIGNED])
    (listed,) = http(read.handler, "GET /v1/topics").json["items"]
    payload = {"topic_id": topic_id, "round": 1, "parts": ["topic"]}
    for topic in (shown(topic_id), listed, invoke(serve.handler, payload)["topic"]):
        assert topic["demographics"] == AREAS
        assert topic["author_names"] == "required"


def test_what_is_offered_is_taken_and_what_is_not_is_told_in_the_callers_language(
    clock: Any,
) -> None:
    topic_id = collecting(clock, demographics=AREAS, plan_departures=[SIGNED], questions=[])
    told = {"area": "BH-15", "gender": "f"}
    assert comment(topic_id, author_name="مريم", demographics=told).status == 202
    faulty = {"demographics": {"area": "mars"}, "text": ""}
    for language, letters in (("ar", "\u0600-\u06ff"), ("en", "A-z")):
        answer = comment(topic_id, language=language, **faulty)
        assert codes(answer) == {
            "/text": "text_required",
            "/author_name": "name_required",
            "/demographics/area": "not_offered",
        }
        first, last = letters.split("-")
        assert all(first <= fault["message"][0] <= last for fault in answer.json["errors"])
        assert "mars" not in answer.text


@pytest.mark.parametrize("kind", ["comment", "inquiry"])
def test_where_names_are_not_shown_none_is_taken(clock: Any, kind: str) -> None:
    topic_id = collecting(clock, plan_departures=[NAMELESS], questions=[])
    assert codes(comment(topic_id, kind=kind, author_name="Sara")) == {
        "/author_name": "names_not_shown"
    }
    assert comment(topic_id, kind=kind).status == 202


def test_a_draft_may_ask_for_something_else(clock: Any) -> None:
    topic_id = define(clock(), demographics=AREAS)["topic_id"]
    answer = http(
        manage.handler,
        "PUT /v1/topics/{topic}",
        path={"topic": topic_id},
        body=definition(clock(), demographics=GENDERS, plan_departures=[NAMELESS]),
        headers={"if-match": '"1"'},
        groups=("officer", "agency.health"),
    )
    assert (answer.status, answer.json["demographics"]) == (200, GENDERS)
    assert answer.json["author_names"] == "none"


def test_an_extension_keeps_what_is_asked_for(clock: Any) -> None:
    topic_id = collecting(clock, demographics=AREAS, plan_departures=[SIGNED], questions=[])
    later = shown(topic_id)["timetable"]["closes_at"].replace("2026-12-29", "2027-01-03")
    assert act(topic_id, "extend", closes_at=later, reason="holidays").status == 202
    clock.advance(minutes=1)
    faults = codes(comment(topic_id, demographics={"area": "mars"}))
    assert set(faults) == {"/author_name", "/demographics/area"}


@pytest.fixture
def archived(clock: Any, monkeypatch: pytest.MonkeyPatch) -> str:
    """Id of a topic whose first round, with the example's lists, is archived."""
    gate = {"outstanding": 0, "received": 0, "by_theme": [], "pending": 0}
    with monkeypatch.context() as patched:
        patched.setattr(manage, "invoke", lambda _name, _payload: gate)
        return taken_to("archived", clock)


@pytest.mark.parametrize(
    ("asked", "offered"), [({"demographics": GENDERS}, GENDERS), ({"demographics": {}}, {})]
)
def test_a_further_round_may_offer_other_lists(
    archived: str, asked: dict[str, Any], offered: dict[str, Any]
) -> None:
    former = shown(archived)["demographics"]
    answer = act(archived, "open-further-round", reason="new facts", timetable=FURTHER, **asked)
    assert (answer.status, answer.json["demographics"]) == (202, offered)
    assert act(archived, "approve", groups=APPROVER, subject="approver-1").status == 202
    assert shown(archived)["demographics"] == offered
    query = {"round": "1"}
    first = http(read.handler, "GET /v1/topics/{topic}", path={"topic": archived}, query=query)
    assert first.json["demographics"] == former != offered


def test_a_further_round_that_says_nothing_of_lists_keeps_them(archived: str) -> None:
    former = shown(archived)["demographics"]
    answer = act(archived, "open-further-round", reason="new facts", timetable=FURTHER)
    assert answer.json["demographics"] == former != {}


def test_faults_of_a_further_rounds_lists_come_with_those_of_its_timetable(archived: str) -> None:
    bad = {"timetable": FURTHER | {"closes_at": "2027-02-03"}, "demographics": {"area": []}}
    answer = act(archived, "open-further-round", reason="new facts", **bad)
    assert codes(answer) == {
        "/demographics/area": "too_short",
        "/timetable/closes_at": "below_minimum",
    }
    stray = act(archived, "reopen", reason="new facts", demographics=AREAS)
    assert codes(stray) == {"/demographics": "unknown_field"}


def test_the_window_of_a_further_round_has_its_lists(archived: str, clock: Any) -> None:
    asked = {"timetable": FURTHER, "demographics": AREAS, "questions": []}
    assert act(archived, "open-further-round", reason="new facts", **asked).status == 202
    assert act(archived, "approve", groups=APPROVER, subject="approver-1").status == 202
    clock.advance(days=40)
    published(archived, round_=2)
    assert codes(comment(archived, demographics={"area": "capital"})) == {
        "/demographics/area": "not_offered"
    }
    assert comment(archived, demographics={"area": "BH-15", "gender": "anything"}).status == 202


def test_a_further_round_measures_no_group_by_values_that_it_offers_no_more(
    archived: str, clock: Any
) -> None:
    before = shown(archived)["target_groups"]
    assert all("demographic" in group for group in before)
    asked = {"timetable": FURTHER, "demographics": GENDERS, "questions": []}
    assert act(archived, "open-further-round", reason="new facts", **asked).status == 202
    assert act(archived, "approve", groups=APPROVER, subject="approver-1").status == 202
    kept = [group["id"] for group in shown(archived)["target_groups"] if "demographic" in group]
    assert kept == ["women"]
    clock.advance(days=40)
    groups = task(archived, "publish", round=2)["window"]["target_groups"]
    assert {group["id"]: group["asked_as"] for group in groups} == {
        "youth": None,
        "women": "gender",
        "people_with_disabilities": None,
    }


def test_the_plans_tell_how_names_are_dealt_with() -> None:
    plans = http(read.handler, "GET /v1/plans").json["items"]
    assert {plan["author_names"] for plan in plans} == {"optional"}
    assert {tuple(plan["departures"]["author_names"]["one_of"]) for plan in plans} == {
        ("required", "none")
    }
    assert {plan["version"] for plan in plans} == {4}
