"""The list of topics: filters, search, pages, and what nobody but staff may see of it."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from services.shared import identity
from services.shared.events import Actor
from services.topics import events
from services.topics.handlers import read, store
from services.topics.model.rules import checked
from services.topics.model.topic import Topic
from services.topics.store import Change
from services.topics.use_cases import read as use_cases_read
from tests.support.calls import Answer, http
from tests.support.topics import APPROVER, act, define, definition, scheduled, taken_to

Bearer = Callable[..., dict[str, str]]
pytestmark = pytest.mark.usefixtures("account")


@pytest.fixture
def bearer(monkeypatch: pytest.MonkeyPatch) -> Bearer:
    """Headers of an account in groups; the services verify the token for real."""
    key = ec.generate_private_key(ec.SECP256R1())

    class Keys:
        def get_signing_key(self, _key_id: str) -> Any:
            return type("Key", (), {"key": key.public_key(), "algorithm_name": "ES256"})

    monkeypatch.setattr(identity, "_jwks", lambda _url: Keys())

    def sign(*groups: str) -> dict[str, str]:
        claims = {
            "sub": "someone",
            "iss": "http://localhost/_local/oidc",
            "aud": "tashawur-local",
            "exp": datetime.now(UTC) + timedelta(hours=1),
            "groups": list(groups),
        }
        return {"authorization": f"Bearer {jwt.encode(claims, key, algorithm='ES256')}"}

    return sign


def listed(*, headers: dict[str, str] | None = None, **query: str) -> Answer:
    return http(read.handler, "GET /v1/topics", query=query or None, headers=headers)


def ids(**query: str) -> list[str]:
    answer = listed(**query)
    assert answer.status == 200, answer.text
    return [item["topic_id"] for item in answer.json["items"]]


def pages(**options: Any) -> list[list[str]]:
    """Ids of all pages, one after the other."""
    found, query = [], dict(options.pop("query", {}))
    while True:
        answer = listed(**options, **query)
        assert answer.status == 200, answer.text
        found.append([item["topic_id"] for item in answer.json["items"]])
        if answer.json["next_cursor"] is None:
            return found
        query["cursor"] = answer.json["next_cursor"]


def stand(
    at: datetime, *names: str, is_public: bool = True, stage: str = "scheduled", **fields: Any
) -> None:
    """Write topics a second apart, named in order, as if they had come to a stage."""
    for number, name in enumerate(names):
        created_at = at + timedelta(seconds=number)
        document = checked(definition(created_at, **fields), at=created_at)
        topic = Topic.model_validate(
            {
                "topic_id": name,
                "version": 1,
                "round": 1,
                "stage": stage,
                "execution": 1,
                "definition": document,
                "created_at": created_at,
                "created_by": "officer-1",
                "public_since": created_at if is_public else None,
                "plan_version": 1,
                "planned_closing": document.timetable.closes_at,
            }
        )
        event = events.TopicDefined(agency=document.agency, plan=document.plan)
        actor = Actor(role="officer", id="officer-1")
        store().create(Change(topic=topic, event=event, actor=actor, at=created_at))


def test_without_topics_the_list_is_empty_and_ends() -> None:
    assert listed().json == {"items": [], "next_cursor": None}


def test_a_scheduled_topic_is_listed_with_objective_effects_and_timetable(clock: Any) -> None:
    scheduled(clock())
    (item,) = listed(stage="scheduled").json["items"]
    for name in ("objective", "effects"):
        assert item[name]["ar"]
        assert item[name]["en"]
    instants = item["timetable"]
    assert instants["publish_at"] <= instants["opens_at"] < instants["closes_at"]
    assert instants["closes_at"] < instants["decision_due_at"]


def test_several_stages_agencies_and_types_may_be_asked_for(clock: Any) -> None:
    at = clock()
    stand(at, "a", stage="scheduled", topic_type="policy")
    stand(at + timedelta(minutes=1), "b", stage="collecting", agency="transport")
    stand(at + timedelta(minutes=2), "c", stage="archived", topic_type="project")
    assert ids(stage="scheduled,collecting") == ["b", "a"]
    assert ids(stage=" collecting , archived ") == ["c", "b"]
    assert ids(agency="transport,health") == ["c", "b", "a"]
    assert ids(agency="transport") == ["b"]
    assert ids(type="policy,project") == ["c", "a"]
    assert ids(type="project", agency="transport") == []
    assert ids(type="project", stage="archived", agency="health", q="المراكز") == ["c"]


def test_every_word_must_be_found_in_title_summary_or_objective(clock: Any) -> None:
    texts = {
        "title": {"ar": "النقل المدرسي", "en": "School buses"},
        "summary": {"ar": "الحافلات", "en": "Safety"},
        "objective": {"ar": "تقليل الحوادث", "en": "Fewer accidents"},
    }
    stand(clock(), "buses", **texts)
    stand(clock() + timedelta(minutes=1), "other")
    for query in ("نقل", "حافلات حوادث", "school accid", "safety المدرسي", "الحَوادِث"):
        assert ids(q=query) == ["buses"], query
    assert ids(q="school camels") == []
    assert ids(q=" ") == ["other", "buses"]


def test_a_topic_is_found_by_the_words_it_has_now(clock: Any) -> None:
    topic_id = scheduled(clock(), title={"ar": "الجسور", "en": "Bridges"})
    assert ids(q="bridges") == [topic_id]
    act(topic_id, "withdraw", groups=APPROVER, subject="approver-1", reason="law")
    assert ids(q="الجسور", stage="withdrawn") == [topic_id]


def test_pages_are_stable_while_topics_are_added(
    clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(use_cases_read, "PAGE_SIZE", 3)
    names = [f"t{number}" for number in range(7)]
    stand(clock(), *names)
    first = listed().json
    stand(clock() + timedelta(hours=1), "newer")
    second = listed(cursor=first["next_cursor"]).json
    third = listed(cursor=second["next_cursor"]).json
    shown = [item["topic_id"] for page in (first, second, third) for item in page["items"]]
    assert shown == names[::-1]
    assert third["next_cursor"] is None


def test_a_page_has_a_hundred_topics_at_most(clock: Any) -> None:
    stand(clock(), *(f"t{number:03d}" for number in range(101)))
    assert [len(page) for page in pages()] == [100, 1]


def test_a_page_that_ends_the_list_says_so(clock: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(use_cases_read, "PAGE_SIZE", 2)
    stand(clock(), "a", "b")
    assert pages() == [["b", "a"]]


def test_a_search_that_finds_late_goes_on_from_page_to_page(
    clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(use_cases_read, "READ_AT_ONCE", 2)
    monkeypatch.setattr(use_cases_read, "MOST_READS", 2)
    stand(clock(), "sought", title={"ar": "الجسور", "en": "Bridges"})
    stand(clock() + timedelta(minutes=1), *(f"t{number}" for number in range(9)))
    assert pages(query={"q": "bridges"}) == [[], [], ["sought"]]
    assert [name for page in pages() for name in page] == [
        *(f"t{number}" for number in range(8, -1, -1)),
        "sought",
    ]


def test_a_cursor_belongs_to_its_filters(clock: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(use_cases_read, "PAGE_SIZE", 1)
    stand(clock(), "a", "b", "c")
    cursor = listed(stage="scheduled", q="المراكز").json["next_cursor"]
    assert ids(stage="scheduled,scheduled", q="مراكز", cursor=cursor) == ["b"]
    for other in ({}, {"stage": "scheduled"}, {"stage": "scheduled", "q": "centres"}):
        refused = listed(**other, cursor=cursor)
        assert (refused.status, refused.json["type"]) == (400, "/problems/malformed")


def test_every_unknown_value_is_told_in_the_callers_language() -> None:
    query = {"stage": "asleep", "agency": "tea", "type": "party", "q": "x" * 201, "page": "2"}
    for language, word in (("ar", "المقبول"), ("en", "expected")):
        answer = listed(headers={"accept-language": language}, **query)
        assert answer.status == 400
        faults = {fault["field"]: fault["message"] for fault in answer.json["errors"]}
        assert set(faults) == {"/stage", "/agency", "/type", "/q", "/page"}
        assert word in faults["/stage"]
        assert "transport" in faults["/agency"]
        assert "legislation" in faults["/type"]


def test_drafts_are_in_no_list_of_the_public_nor_of_another_agency(
    clock: Any, bearer: Bearer
) -> None:
    define(clock())
    public = scheduled(clock())
    others = bearer("officer", "agency.transport")
    citizen = bearer("participant")
    for headers in (None, others, citizen, bearer("officer"), bearer("agency.health")):
        for query in ({}, {"stage": "draft,scheduled"}, {"q": "health"}, {"agency": "health"}):
            shown = [item["topic_id"] for item in listed(headers=headers, **query).json["items"]]
            assert shown == [public], (headers, query)
    assert listed(stage="draft").json["items"] == []


def test_officers_find_their_drafts_and_approvers_those_of_all(clock: Any, bearer: Bearer) -> None:
    draft = define(clock())["topic_id"]
    for groups in (("officer", "agency.health"), ("approver",), ("auditor", "agency.health")):
        answer = listed(headers=bearer(*groups), stage="draft", q="المراكز")
        assert [item["topic_id"] for item in answer.json["items"]] == [draft], groups
        assert "public" not in answer.headers["cache-control"]
    assert "public" in listed().headers["cache-control"]


def test_a_cursor_beyond_a_draft_says_nothing_of_it(
    clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(use_cases_read, "READ_AT_ONCE", 2)
    monkeypatch.setattr(use_cases_read, "MOST_READS", 1)
    stand(clock(), "public")
    stand(clock() + timedelta(minutes=1), "draft1", "draft2", is_public=False, stage="draft")
    assert pages() == [[], ["public"]]


def test_what_came_far_is_still_found(clock: Any) -> None:
    topic_id = taken_to("deciding", clock)
    assert ids(stage="deciding", q="المراكز الصحية", type="service") == [topic_id]


def test_staff_narrow_their_drafts_down_like_everything_else(clock: Any, bearer: Bearer) -> None:
    stand(clock(), "a", is_public=False, stage="draft", topic_type="policy")
    stand(clock() + timedelta(minutes=1), "b", is_public=False, stage="submitted")
    officer = bearer("officer", "agency.health")
    for query, names in (
        ({}, ["b", "a"]),
        ({"stage": "draft"}, ["a"]),
        ({"type": "policy"}, ["a"]),
        ({"agency": "transport"}, []),
        ({"q": "المراكز الصحية"}, ["b", "a"]),
        ({"q": "camels"}, []),
    ):
        items = listed(headers=officer, **query).json["items"]
        assert [item["topic_id"] for item in items] == names, query
