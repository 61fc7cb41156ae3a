"""The exception of an approver: a decision may be announced though comments have no answer."""

import json
from typing import Any

import pytest

from services.shared import exports, ids
from services.topics.handlers import export, manage, read, serve, workflow
from services.topics.store import TopicStore
from tests.support.calls import Answer, http, invoke
from tests.support.topics import APPROVER, OFFICER, act, decide, taken_to, task

pytestmark = pytest.mark.usefixtures("account")
REASON = {"ar": "لا مترجم لها بعد", "en": "There is no translator for them yet"}
OTHER = {"ar": "لأمر آخر", "en": "For another reason"}


class Gate:
    """What analysis-gate would answer of a round with so many comments unanswered."""

    def __init__(self) -> None:
        self.left = self.misled = 0

    def __call__(self, name: str, payload: dict[str, Any]) -> dict[str, Any]:
        if name != "analysis-gate":
            return {"pending": 0}
        if payload.get("kept"):
            return {"excepted": self.left}
        asked = {"topic_id": payload["topic_id"], "parts": ["decision"]}
        decision = invoke(serve.handler, asked)["decision"]
        given = decision["exception"] if decision else None
        holds = self.left and (given is None or self.left > given["outstanding"] or self.misled)
        return {
            "outstanding": self.left if holds else 0,
            "excepted": 0 if holds else self.left,
            "misled": self.misled,
            "received": 9,
            "by_theme": [],
            "unknown_clauses": [{"clause_id": "c9", "rules": 1}] if self.misled else [],
        }


@pytest.fixture(autouse=True)
def gate(monkeypatch: pytest.MonkeyPatch) -> Gate:
    """All is answered until a test says otherwise; moderators have decided all."""
    found = Gate()
    monkeypatch.setattr(manage, "invoke", found)
    monkeypatch.setattr(workflow, "invoke", found, raising=False)
    return found


@pytest.fixture
def topic_id(clock: Any, gate: Gate) -> str:
    """A topic with a decision, and three comments without an answer."""
    found = taken_to("deciding", clock)
    decide(found)
    gate.left = 3
    return found


def make(
    topic_id: str,
    *,
    reason: Any = REASON,
    decision_version: Any = 1,
    outstanding: Any = 3,
    groups: tuple[str, ...] = APPROVER,
    subject: str = "approver-1",
    **fields: Any,
) -> Answer:
    return http(
        manage.handler,
        "PUT /v1/topics/{topic}/decision/exception",
        path={"topic": topic_id},
        body={
            "reason": reason,
            "decision_version": decision_version,
            "outstanding": outstanding,
            **fields,
        },
        groups=groups,
        subject=subject,
    )


def take_back(
    topic_id: str, *, groups: tuple[str, ...] = APPROVER, subject: str = "approver-1"
) -> Answer:
    return http(
        manage.handler,
        "DELETE /v1/topics/{topic}/decision/exception",
        path={"topic": topic_id},
        groups=groups,
        subject=subject,
    )


def shown(topic_id: str, **options: Any) -> Any:
    route = "GET /v1/topics/{topic}/decision"
    return http(read.handler, route, path={"topic": topic_id}, **options).json["exception"]


def told(topic_id: str, event: str = "AnswersExcepted") -> list[dict[str, Any]]:
    route = "GET /v1/topics/{topic}/timeline"
    items = http(read.handler, route, path={"topic": topic_id}).json["items"]
    return [entry for entry in items if entry["event"] == event]


def archived(topic_id: str) -> None:
    assert act(topic_id, "announce").status == 202
    task(topic_id, "announced")
    act(topic_id, "close")
    task(topic_id, "archived", record_root="ab" * 32)


def test_the_announcement_is_refused_until_an_approver_excepts_what_has_no_answer(
    topic_id: str,
) -> None:
    refused = act(topic_id, "announce")
    assert (refused.status, refused.json["outstanding"]) == (409, 3)
    made = make(topic_id)
    assert (made.status, made.json["reason"], made.json["outstanding"]) == (200, REASON, 3)
    assert act(topic_id, "announce").json["stage"] == "announcing"


def test_everybody_reads_the_reason_in_the_timeline_at_once_and_in_the_decision_once_announced(
    topic_id: str, token: Any
) -> None:
    made = make(topic_id).json
    [entry] = told(topic_id)
    assert entry["data"] == {"decision_version": 1, "outstanding": 3, "reason": REASON}
    assert (entry["actor"], "3" in entry["title"]["en"]) == ({"role": "approver"}, True)
    assert shown(topic_id, headers=token("officer-1", *OFFICER)) == made
    act(topic_id, "announce")
    task(topic_id, "announced")
    assert shown(topic_id) == made
    asked = {"topic_id": topic_id, "parts": ["announcement"]}
    assert invoke(serve.handler, asked)["announcement"]["exception"] == made


def test_the_record_has_the_exception_with_the_decision(topic_id: str) -> None:
    made = make(topic_id).json
    archived(topic_id)
    answer = invoke(export.handler, {"topic_id": topic_id, "round": 1})
    [file] = [each for each in answer["files"] if each["key"].endswith("/decision.json")]
    recorded = json.loads(exports.read(file["bucket"], file["key"]))
    assert recorded["exception"] == made


def test_the_same_exception_again_is_recorded_once_and_for_more_comments_anew(
    topic_id: str, gate: Gate
) -> None:
    first = make(topic_id)
    gate.left = 2
    assert make(topic_id).json == first.json
    gate.left = 0
    assert make(topic_id).json == first.json
    gate.left = 4
    assert act(topic_id, "announce").status == 409
    assert make(topic_id, outstanding=4).json["outstanding"] == 4
    assert make(topic_id, reason=OTHER, outstanding=4).json["reason"] == OTHER
    assert [entry["data"]["outstanding"] for entry in told(topic_id)] == [3, 4, 4]


def test_an_exception_that_is_not_needed_any_more_is_not_announced(
    topic_id: str, gate: Gate
) -> None:
    make(topic_id)
    gate.left = 0
    archived(topic_id)
    assert shown(topic_id) is None
    asked = {"topic_id": topic_id, "parts": ["announcement"]}
    assert invoke(serve.handler, asked)["announcement"]["exception"] is None


def test_what_was_answered_while_the_gate_closed_leaves_no_exception(
    topic_id: str, gate: Gate
) -> None:
    make(topic_id)
    act(topic_id, "announce")
    gate.left = 0
    task(topic_id, "announced")
    assert shown(topic_id) is None


def test_another_version_of_the_decision_takes_the_exception_back(
    topic_id: str, token: Any
) -> None:
    make(topic_id)
    decide(topic_id)
    assert shown(topic_id, headers=token("officer-1", *OFFICER)) is None
    assert act(topic_id, "announce").status == 409
    assert make(topic_id, decision_version=2).status == 200
    assert [entry["data"]["decision_version"] for entry in told(topic_id)] == [1, 2]


def test_another_analysis_takes_the_exception_back(topic_id: str) -> None:
    make(topic_id)
    act(topic_id, "start-analysis")
    task(topic_id, "analysed")
    assert act(topic_id, "announce").status == 409


def test_a_reopened_round_needs_an_exception_anew_and_the_announced_one_stays_public(
    topic_id: str, gate: Gate
) -> None:
    made = make(topic_id).json
    archived(topic_id)
    act(topic_id, "reopen", reason="a court has ruled")
    assert act(topic_id, "announce").status == 409
    assert shown(topic_id) == made
    gate.left = 0
    act(topic_id, "announce")
    task(topic_id, "announced")
    assert shown(topic_id) is None  # the same version, now with every comment answered


def test_what_the_gate_held_needs_an_exception_for_more(topic_id: str, gate: Gate) -> None:
    make(topic_id)
    act(topic_id, "announce")
    task(topic_id, "hold_announcement", outstanding=4)
    gate.left = 4
    assert act(topic_id, "announce").status == 409
    assert make(topic_id, outstanding=4).json["outstanding"] == 4
    assert act(topic_id, "announce").status == 202


def test_where_every_comment_has_its_answer_there_is_nothing_to_except(
    topic_id: str, gate: Gate
) -> None:
    gate.left = 0
    refused = make(topic_id)
    assert (refused.status, "nothing to except" in refused.json["detail"]) == (409, True)


def test_an_answer_that_cites_a_clause_which_is_gone_is_corrected_not_excepted(
    topic_id: str, gate: Gate
) -> None:
    gate.misled = 1
    refused = make(topic_id)
    assert (refused.status, told(topic_id)) == (409, [])
    assert refused.json["unknown_clauses"] == [{"clause_id": "c9", "rules": 1}]


@pytest.mark.parametrize("stage", ["collecting", "reviewing", "announced", "archived"])
def test_comments_are_excepted_while_it_is_decided(stage: str, clock: Any) -> None:
    refused = make(taken_to(stage, clock))
    assert (refused.status, refused.json["stage"]) == (409, stage)
    assert stage in refused.json["detail"]


def test_without_a_decision_there_is_nothing_that_an_exception_is_for(clock: Any) -> None:
    refused = make(taken_to("deciding", clock))
    assert (refused.status, refused.json["detail"]) == (409, "No decision has been recorded yet.")


def test_neither_who_recorded_the_decision_nor_who_submitted_it_makes_an_exception(
    topic_id: str,
) -> None:
    act(topic_id, "submit-decision", subject="officer-2")
    for subject in ("officer-1", "officer-2"):
        assert make(topic_id, subject=subject).status == 403
    assert told(topic_id) == []


@pytest.mark.parametrize(
    ("groups", "status"),
    [
        (OFFICER, 403),
        (("auditor",), 403),
        (("approver", "agency.transport"), 404),
        (("approver", "agency.health"), 200),
    ],
)
def test_only_approvers_of_the_topic_make_exceptions(
    topic_id: str, groups: tuple[str, ...], status: int
) -> None:
    assert make(topic_id, groups=groups, subject="somebody").status == status


def test_of_an_unknown_topic_nothing_is_excepted(topic_id: str) -> None:
    assert make(ids.random_id()).status == 404


def test_all_that_is_wrong_with_an_exception_is_told_at_once(topic_id: str) -> None:
    wrong = {"reason": {"ar": " "}, "decision_version": 0, "outstanding": "3", "recorded_at": None}
    refused = make(topic_id, **wrong)
    fields = {error["field"] for error in refused.json["errors"]}
    texts, rest = {"/reason/ar", "/reason/en"}, {f"/{name}" for name in wrong if name != "reason"}
    assert (refused.status, fields) == (422, texts | rest)


@pytest.mark.parametrize("missing", ["decision_version", "outstanding"])
def test_an_approver_says_which_decision_was_read_and_how_many_are_agreed_to(
    topic_id: str, missing: str
) -> None:
    refused = http(
        manage.handler,
        "PUT /v1/topics/{topic}/decision/exception",
        path={"topic": topic_id},
        body={"reason": REASON, "decision_version": 1, "outstanding": 3} | {missing: None},
        groups=APPROVER,
        subject="approver-1",
    )
    assert [error["field"] for error in refused.json["errors"]] == [f"/{missing}"]


def test_nobody_excepts_comments_for_a_decision_that_they_have_not_read(topic_id: str) -> None:
    decide(topic_id)
    refused = make(topic_id, decision_version=1)
    assert (refused.status, refused.json["decision_version"]) == (409, 2)
    assert "changed" in refused.json["detail"]
    assert told(topic_id) == []


def test_nobody_excepts_more_comments_than_they_agree_to(topic_id: str, gate: Gate) -> None:
    gate.left = 50_000
    refused = make(topic_id, outstanding=3)
    assert (refused.status, told(topic_id)) == (409, [])
    assert (refused.json["outstanding"], refused.json["agreed"]) == (50_000, 3)
    assert make(topic_id, outstanding=60_000).json["outstanding"] == 50_000


def test_whoever_agrees_to_fewer_has_an_exception_for_no_more(topic_id: str, gate: Gate) -> None:
    make(topic_id)
    gate.left = 2
    assert make(topic_id, outstanding=2).json["outstanding"] == 2


def test_an_exception_that_is_taken_back_holds_no_more(topic_id: str, token: Any) -> None:
    make(topic_id)
    for _ in range(2):
        assert take_back(topic_id, subject="approver-2").status == 204
    [entry] = told(topic_id, "ExceptionTakenBack")
    assert (entry["data"], entry["actor"]) == ({"decision_version": 1}, {"role": "approver"})
    assert shown(topic_id, headers=token("officer-1", *OFFICER)) is None
    assert act(topic_id, "announce").status == 409
    assert make(topic_id).status == 200


def test_nothing_is_taken_back_once_the_announcement_is_asked_for(topic_id: str) -> None:
    make(topic_id)
    act(topic_id, "announce")
    refused = take_back(topic_id)
    assert (refused.status, refused.json["stage"]) == (409, "announcing")


@pytest.mark.parametrize(
    ("groups", "status"),
    [(OFFICER, 403), (("approver", "agency.transport"), 404), (APPROVER, 204)],
)
def test_only_approvers_of_the_topic_take_exceptions_back(
    topic_id: str, groups: tuple[str, ...], status: int
) -> None:
    make(topic_id)
    assert take_back(topic_id, groups=groups, subject="somebody").status == status


def test_an_exception_is_not_taken_back_from_under_somebody_who_was_quicker(
    topic_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    make(topic_id)
    real, quicker = TopicStore.save, iter(["announce"])

    def slow(self: TopicStore, change: Any, *further: Any) -> None:
        for action in quicker:
            assert act(topic_id, action).status == 202
        real(self, change, *further)

    monkeypatch.setattr(TopicStore, "save", slow)
    refused = take_back(topic_id)
    assert (refused.status, refused.json["stage"]) == (409, "announcing")
    assert told(topic_id, "ExceptionTakenBack") == []


def test_of_two_approvers_at_once_one_wins(
    topic_id: str, token: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, quicker = TopicStore.save, iter([OTHER])

    def slow(self: TopicStore, change: Any, *further: Any) -> None:
        for reason in quicker:
            assert make(topic_id, reason=reason, subject="approver-2").status == 200
        real(self, change, *further)

    monkeypatch.setattr(TopicStore, "save", slow)
    assert make(topic_id).status == 409
    assert shown(topic_id, headers=token("officer-1", *OFFICER))["reason"] == OTHER
    assert len(told(topic_id)) == 1
