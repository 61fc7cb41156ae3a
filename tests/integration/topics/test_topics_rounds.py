"""Further rounds and reopening: linked both ways, and what is not public yet stays among staff."""

from typing import Any

import pytest

from services.shared import clock
from services.topics.handlers import manage, read, serve, store
from services.topics.use_cases import workflow
from services.topics.use_cases.bell import wants_execution
from services.topics.use_cases.operate import report_failure
from tests.support.calls import Answer, http, invoke
from tests.support.topics import APPROVER, OFFICER, act, decide, taken_to, task

pytestmark = pytest.mark.usefixtures("account")
NEW_TIMETABLE = {"publish_at": "2027-02-01", "closes_at": "2027-02-28"}
APPROVING = {"groups": APPROVER, "subject": "approver-1"}


@pytest.fixture
def archived(clock: Any, monkeypatch: pytest.MonkeyPatch) -> str:
    """Id of a topic whose first round is archived."""
    gate = {"outstanding": 0, "received": 0, "by_theme": [], "pending": 0}
    monkeypatch.setattr(manage, "invoke", lambda _name, _payload: gate)
    return taken_to("archived", clock)


def get(topic_id: str, *, part: str = "", **options: Any) -> Answer:
    route = "GET /v1/topics/{topic}" + part
    return http(read.handler, route, path={"topic": topic_id}, **options)


def further(topic_id: str, **fields: Any) -> Answer:
    return act(topic_id, "open-further-round", reason="new facts", **fields)


def opened(topic_id: str) -> str:
    assert further(topic_id, timetable=NEW_TIMETABLE).status == 202
    assert act(topic_id, "approve", **APPROVING).status == 202
    return topic_id


def test_a_further_round_begins_afresh_and_knows_the_one_before(archived: str) -> None:
    answer = further(archived, timetable=NEW_TIMETABLE, questions=[])
    assert answer.status == 202
    assert (answer.json["round"], answer.json["stage"]) == (2, "submitted")
    assert (answer.json["record_root"], answer.json["handed_over"]) == (None, None)
    assert answer.json["questions"] == []
    assert answer.json["timetable"]["closes_at"] == "2027-02-28T21:00:00Z"
    assert answer.json["previous_round"] == {"round": 1, "record_root": "ab" * 32}


def test_the_earlier_round_stays_readable_and_knows_the_next(archived: str) -> None:
    opened(archived)
    first = get(archived, query={"round": "1"}).json
    assert (first["stage"], first["next_round"], first["record_root"]) == ("archived", 2, "ab" * 32)
    assert get(archived).json["round"] == get(archived, query={"round": "2"}).json["round"] == 2
    assert get(archived, part="/decision", query={"round": "1"}).json["version"] == 1
    assert get(archived, part="/decision").status == 404


@pytest.mark.parametrize(("round_", "status"), [("3", 404), ("0", 400), ("x", 400), ("9" * 9, 400)])
def test_a_round_that_never_was_is_not_there(archived: str, round_: str, status: int) -> None:
    assert get(archived, query={"round": round_}).status == status


def test_until_it_is_approved_the_public_sees_the_round_before(archived: str, token: Any) -> None:
    further(archived, timetable=NEW_TIMETABLE, questions=[])
    returned = act(archived, "return", reason="SECRET doubts", **APPROVING)
    assert (returned.json["stage"], returned.json["round"]) == ("draft", 2)
    for seen in (get(archived).json, http(read.handler, "GET /v1/topics").json["items"][0]):
        assert (seen["round"], seen["stage"]) == (1, "archived")
    assert get(archived, query={"round": "2"}).status == 404
    public = get(archived, part="/timeline")
    assert {entry["round"] for entry in public.json["items"]} == {1}
    assert "SECRET" not in public.text
    assert get(archived, headers=token("officer-1", *OFFICER)).json["stage"] == "draft"


def test_the_round_before_does_not_tell_the_public_of_one_that_is_not_approved(
    archived: str, token: Any
) -> None:
    further(archived, timetable=NEW_TIMETABLE)
    listed = http(read.handler, "GET /v1/topics").json["items"][0]
    payload = {"topic_id": archived, "round": 1, "parts": ["topic"]}
    served = invoke(serve.handler, payload)["topic"]
    first = get(archived, query={"round": "1"})
    for seen in (get(archived).json, first.json, listed, served):
        assert (seen["round"], seen["next_round"]) == (1, None)
    staff = get(archived, query={"round": "1"}, headers=token("officer-1", *OFFICER))
    assert staff.json["next_round"] == 2
    act(archived, "approve", **APPROVING)
    known = {"if-none-match": first.headers["etag"]}
    told = get(archived, query={"round": "1"}, headers=known)
    assert (told.status, told.json["next_round"]) == (200, 2)


def test_acts_are_of_the_present_round_alone(archived: str) -> None:
    assert get(archived).json["allowed_transitions"] == ["open-further-round", "reopen"]
    opened(archived)
    assert get(archived, query={"round": "1"}).json["allowed_transitions"] == []


def test_once_it_is_public_the_timeline_tells_of_both_rounds_but_no_secrets(
    archived: str, clock: Any
) -> None:
    further(archived, timetable=NEW_TIMETABLE)
    act(archived, "return", reason="SECRET doubts", **APPROVING)
    act(archived, "submit")
    clock.advance(minutes=1)
    act(archived, "approve", **APPROVING)
    public = get(archived, part="/timeline")
    events = [(entry["round"], entry["event"]) for entry in public.json["items"]]
    assert (1, "RoundArchived") in events
    assert events[-4:] == [
        (2, "FurtherRoundOpened"),
        (2, "TopicReturned"),
        (2, "TopicSubmitted"),
        (2, "TopicApproved"),
    ]
    assert "SECRET" not in public.text


def test_without_a_timetable_of_its_own_a_further_round_would_be_past(archived: str) -> None:
    answer = further(archived)
    assert answer.status == 422
    assert answer.json["errors"][0] == {
        "field": "/timetable/closes_at",
        "code": "in_the_past",
        "message": answer.json["errors"][0]["message"],
    }
    assert get(archived).json["next_round"] is None


def test_all_faults_of_a_further_round_are_told_at_once(archived: str) -> None:
    bad = {"publish_at": "2027-02-01", "closes_at": "2027-02-03"}
    answer = further(archived, timetable=bad, questions=[{"id": "q", "kind": "single"}])
    assert {error["field"] for error in answer.json["errors"]} >= {
        "/questions/0/text",
        "/timetable/closes_at",
    }
    no_reason = act(archived, "open-further-round", timetable=NEW_TIMETABLE)
    assert no_reason.json["errors"][0]["code"] == "reason_needed"
    stray = act(archived, "reopen", reason="r", timetable=NEW_TIMETABLE)
    assert stray.json["errors"][0] == {
        "field": "/timetable",
        "code": "unknown_field",
        "message": "Unknown field.",
    }


def test_two_officers_open_one_further_round(archived: str) -> None:
    assert further(archived, timetable=NEW_TIMETABLE).status == 202
    second = further(archived, timetable=NEW_TIMETABLE)
    assert (second.status, second.json["stage"]) == (409, "submitted")


def test_another_service_is_told_of_the_round_that_it_asks_for(archived: str) -> None:
    further(archived, timetable=NEW_TIMETABLE)
    parts = ("topic", "timeline", "decision")

    def ask(round_: int) -> Any:
        payload = {"topic_id": archived, "round": round_, "parts": parts}
        return invoke(serve.handler, payload)

    assert ask(1)["decision"]["version"] == 1
    assert ask(1)["topic"]["stage"] == "archived"
    assert ask(2) == dict.fromkeys(parts)


def test_a_reopened_round_is_decided_anew_in_its_next_execution(archived: str) -> None:
    answer = act(archived, "reopen", reason="a court has ruled")
    assert (answer.status, answer.json["stage"], answer.json["round"]) == (202, "deciding", 1)
    assert answer.json["record_root"] is None
    assert [e["event"] for e in get(archived, part="/timeline").json["items"]][-1] == (
        "TopicReopened"
    )
    entered = task(archived, "enter", execution=2)
    assert (entered["superseded"], entered["occasion"], entered["sealed"]) == (
        False,
        "edition-2",
        False,
    )
    assert task(archived, "enter", execution=1)["superseded"]


def test_what_was_announced_stands_by_its_analysis(archived: str) -> None:
    answer = act(archived, "reopen", reason="a court has ruled").json
    assert "start-analysis" not in answer["allowed_transitions"]
    assert act(archived, "start-analysis").status == 409


def test_a_reopened_round_starts_its_execution_though_the_one_before_ended_badly(
    archived: str,
) -> None:
    report_failure(f"{archived}-r1-1", status="ABORTED", at=clock.now(), store=store())
    former = store().get(archived)
    assert former
    assert former.attention_needed
    assert not act(archived, "reopen", reason="a court has ruled").json["attention_needed"]
    reopened = store().get(archived)
    assert reopened
    assert wants_execution(former, reopened, store=store())


def test_a_task_of_a_round_that_is_over_has_the_machine_look_again(archived: str) -> None:
    opened(archived)
    with pytest.raises(workflow.RowChanged):
        task(archived, "archived", record_root="ab" * 32)
    assert task(archived, "enter")["superseded"]


def test_a_timetable_without_instants_lacks_them(archived: str) -> None:
    errors = further(archived, timetable={}).json["errors"]
    fields = {error["field"]: error["code"] for error in errors}
    assert fields == {"/timetable/publish_at": "missing", "/timetable/closes_at": "missing"}


def test_what_was_announced_stays_public_until_something_else_is(archived: str, token: Any) -> None:
    act(archived, "reopen", reason="a court has ruled")
    assert decide(archived).headers["etag"] == '"2"'
    assert get(archived, part="/decision").json["version"] == 1
    staff = get(archived, part="/decision", headers=token("officer-1", *OFFICER))
    assert staff.json["version"] == 2
    act(archived, "announce")
    task(archived, "announced")
    assert get(archived, part="/decision").json["version"] == 2


@pytest.mark.parametrize("action", ["open-further-round", "reopen"])
def test_only_an_officer_of_the_agency_takes_an_archived_topic_up(
    archived: str, action: str
) -> None:
    fields = {"reason": "r"}
    assert act(archived, action, **APPROVING, **fields).status == 403
    foreign = ("officer", "agency.transport")
    assert act(archived, action, groups=foreign, **fields).status == 404


def test_who_announces_is_told_what_is_public_and_not_what_is_prepared(archived: str) -> None:
    act(archived, "reopen", reason="a court has ruled")
    decide(archived)
    payload = {"topic_id": archived, "round": 1, "parts": ("decision", "announcement")}
    told = invoke(serve.handler, payload)
    assert (told["decision"]["version"], told["announcement"]["version"]) == (2, 1)
