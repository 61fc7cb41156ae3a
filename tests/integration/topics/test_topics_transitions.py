"""Every act in every stage: who may, what follows, what is refused and how."""

from datetime import timedelta
from typing import Any

import pytest

from services.topics.handlers import manage, read
from services.topics.store import TopicStore
from tests.support.calls import http
from tests.support.topics import APPROVER, OFFICER, act, decide, scheduled, taken_to, task

pytestmark = pytest.mark.usefixtures("account")

STAGES = (
    "draft",
    "submitted",
    "scheduled",
    "collecting",
    "reviewing",
    "analysing",
    "deciding",
    "announcing",
    "announced",
    "closed",
    "archived",
)
OWN, SUPERVISOR, NOBODY = "officer", "approver", None
# By the procedure: act, stages in which it is possible, who does it, stage after, event.
PROCEDURE: dict[str, tuple[dict[str, str], str | None, str]] = {
    "submit": ({"draft": OWN}, "submitted", "TopicSubmitted"),
    "approve": ({"submitted": SUPERVISOR}, "scheduled", "TopicApproved"),
    "return": ({"submitted": SUPERVISOR}, "draft", "TopicReturned"),
    "publish-now": ({"scheduled": OWN}, "scheduled", "PublicationBroughtForward"),
    "extend": ({"collecting": OWN}, "collecting", "CollectionExtended"),
    "end-collection": ({"collecting": OWN}, "collecting", "CollectionShortened"),
    "start-analysis": ({"reviewing": OWN, "deciding": OWN}, "analysing", "AnalysisStarted"),
    "submit-decision": ({"deciding": OWN}, "deciding", "DecisionSubmitted"),
    "announce": ({"deciding": OWN}, "announcing", "AnnouncementRequested"),
    "close": ({"announced": OWN}, "closed", "TopicClosed"),
    "open-further-round": ({"archived": OWN}, "submitted", "FurtherRoundOpened"),
    "reopen": ({"archived": OWN}, "deciding", "TopicReopened"),
    "withdraw": (
        {"draft": OWN, "submitted": OWN} | dict.fromkeys(STAGES[2:8], SUPERVISOR),
        "withdrawn",
        "TopicWithdrawn",
    ),
}
FIELDS: dict[str, dict[str, Any]] = {
    "extend": {"closes_at": "2027-01-02T00:00:00Z"},
    "open-further-round": {"timetable": {"publish_at": "2027-02-01", "closes_at": "2027-02-28"}},
}
CALLERS = {
    "officer": {"groups": OFFICER, "subject": "officer-1"},
    "approver": {"groups": APPROVER, "subject": "approver-1"},
}


@pytest.fixture(autouse=True)
def _others_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    """The gate is open and the moderators' queue empty."""
    answer = {"outstanding": 0, "received": 0, "by_theme": [], "pending": 0}
    monkeypatch.setattr(manage, "invoke", lambda _name, _payload: answer)


def ask(topic_id: str, action: str, role: str) -> Any:
    fields = {"reason": "because", **FIELDS.get(action, {})}
    return act(topic_id, action, **CALLERS[role], **fields)


def get(topic_id: str, token: Any, *, part: str = "") -> Any:
    route = "GET /v1/topics/{topic}" + part
    headers = token("officer-1", *OFFICER)
    return http(read.handler, route, path={"topic": topic_id}, headers=headers).json


def prepared(stage: str, action: str, clock: Any) -> str:
    topic_id = taken_to(stage, clock)
    if stage == "deciding":
        decide(topic_id)
    if action == "end-collection":
        clock.advance(days=15)
    return topic_id


@pytest.mark.parametrize("action", PROCEDURE)
@pytest.mark.parametrize("stage", STAGES)
def test_an_act_is_done_where_the_procedure_has_it_and_refused_elsewhere(
    stage: str, action: str, clock: Any, token: Any
) -> None:
    stages, after, event = PROCEDURE[action]
    topic_id = prepared(stage, action, clock)
    role = stages.get(stage)
    if role is None:
        for caller in CALLERS:
            refused = ask(topic_id, action, caller)
            assert (refused.status, refused.json["stage"]) == (409, stage)
            assert action not in refused.json["allowed"]
        return
    other = SUPERVISOR if role == OWN else OWN
    assert ask(topic_id, action, other).status == 403
    done = ask(topic_id, action, role)
    assert (done.status, done.json["stage"]) == (202, after)
    last = get(topic_id, token, part="/timeline")["items"][-1]
    assert (last["event"], last["actor"]["role"]) == (event, role)


@pytest.mark.parametrize("stage", STAGES)
def test_a_topic_tells_which_acts_its_stage_allows(stage: str, clock: Any, token: Any) -> None:
    topic_id = taken_to(stage, clock)
    shown = get(topic_id, token)["allowed_transitions"]
    assert set(shown) == {action for action, entry in PROCEDURE.items() if stage in entry[0]}


@pytest.mark.parametrize("stage", STAGES[:8])
def test_nothing_is_done_twice_in_a_withdrawn_topic(stage: str, clock: Any) -> None:
    topic_id = taken_to(stage, clock)
    role = PROCEDURE["withdraw"][0][stage]
    assert ask(topic_id, "withdraw", role).status == 202
    for action in PROCEDURE:
        assert ask(topic_id, action, OWN).status == 409


def test_of_two_acts_at_once_one_wins_and_the_other_is_told_where_the_topic_stands(
    clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    topic_id = taken_to("submitted", clock)
    real, quicker = TopicStore.save, iter(["withdraw"])

    def slow(self: TopicStore, change: Any, *further: Any) -> None:
        for action in quicker:
            assert ask(topic_id, action, OWN).status == 202
        real(self, change, *further)

    monkeypatch.setattr(TopicStore, "save", slow)
    late = ask(topic_id, "approve", SUPERVISOR)
    assert (late.status, late.json["stage"], late.json["allowed"]) == (409, "withdrawn", [])
    assert late.json["detail"] == "Somebody else was quicker; the topic is now in stage withdrawn."


@pytest.mark.parametrize("action", ["submit", "approve", "announce", "close", "withdraw"])
def test_the_same_act_twice_is_told_that_it_is_done(action: str, clock: Any) -> None:
    stages, after, _event = PROCEDURE[action]
    stage, role = next(iter(stages.items()))
    topic_id = prepared(stage, action, clock)
    assert ask(topic_id, action, role).status == 202
    again = ask(topic_id, action, role)
    assert (again.status, again.json["stage"]) == (409, after)


def test_however_long_the_time_for_inquiries_the_extension_ends_with_the_plan(clock: Any) -> None:
    length = {"field": "inquiry_period", "value": "P999999999D", "reason": "r"}
    topic_id = scheduled(clock(), plan_departures=[length])
    clock.advance(hours=1)
    task(topic_id, "publish")
    clock.advance(days=28, minutes=-30)
    task(topic_id, "settle_inquiries", unanswered=1)
    assert task(topic_id, "publish")["window"]["closes_at"] == "2027-01-12T10:00:00.000Z"


@pytest.mark.parametrize("minutes", [10, 120], ids=["asked twice", "asked after its time"])
def test_publishing_at_once_never_puts_the_opening_off(minutes: int, clock: Any) -> None:
    topic_id = scheduled(clock())
    before = clock() + timedelta(hours=1)
    if minutes < 60:
        assert act(topic_id, "publish-now").status == 202
        before = clock()
    clock.advance(minutes=minutes)
    timetable = act(topic_id, "publish-now").json["timetable"]
    assert {timetable["publish_at"], timetable["opens_at"]} == {f"{before:%Y-%m-%dT%H:%M:%SZ}"}
