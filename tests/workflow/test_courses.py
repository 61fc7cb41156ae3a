"""Every plan's course over a rough road, held to a golden history; together they visit all states.

A golden history that is missing is recorded: delete one to record it anew, and read the change.
Executions live on under the machine that they were started by: before a change of it is deployed,
copy the newest folder of histories to the next number, so that the functions stay held to what the
machines before it say.
"""

from datetime import timedelta
from typing import Any

import pytest
from pydantic import BaseModel

from services.analysis.handlers import export as analysis_export
from services.analysis.handlers import gate, run
from services.archive.handlers import seal
from services.comments.handlers import count
from services.comments.handlers import export as comments_export
from services.comments.model.window import WindowOrder
from services.moderation.handlers import export as moderation_export
from services.outreach.handlers import deliver
from services.outreach.handlers import export as outreach_export
from services.shared import clock
from services.topics.handlers import export as topics_export
from services.topics.handlers import workflow
from services.topics.model.plan import plans
from tests.infra.architecture import definition, in_executions_of_their_own, states
from tests.workflow import courses
from tests.workflow.journey import Journey
from tests.workflow.rough import make_rough

PLANS = tuple(plans())
MODELS: dict[str, type[BaseModel]] = {
    "topics-workflow": workflow.Task,
    "topics-export": topics_export.Round,
    "comments-set-window": WindowOrder,
    "comments-count": count.CountRequest,
    "comments-export": comments_export.ExportRequest,
    "moderation-export": moderation_export.Round,
    "analysis-run": run.Task,
    "analysis-gate": gate.Look,
    "analysis-export": analysis_export.Gathered,
    "outreach-deliver": deliver.Task,
    "outreach-export": outreach_export.Round,
    "archive-seal": seal.Parts,
}
"""What each function takes from the machine."""
WITHOUT_APPROVAL = {"AwaitApproval"}
WITHOUT_INQUIRIES = {"CountInquiries", "SettleInquiries", "MoveWindow"}
OF_NOTICES = ("Published", "Announced", "Withdrawn")
WITHOUT_MAIL = {f"{of}{notice}" for of in ("DeliverParts", "SumUp") for notice in OF_NOTICES}
# What a plan cannot reach, and why is in its file: no approval, no inquiry period, no mail.
UNREACHED: dict[str, set[str]] = {
    "urgent": WITHOUT_APPROVAL,
    "pulse": WITHOUT_APPROVAL | WITHOUT_INQUIRIES | WITHOUT_MAIL,
}
# Of the machine as such, whatever the plan; visited once.
ONCE = {"Continue", "UnknownStage"}


def defined(journey: Journey, plan: str, *, days_ahead: int) -> None:
    """A topic of a plan, published so many days from now and open for 35 days."""
    publish_at = journey.now() + timedelta(days=days_ahead)
    journey.defined(
        plan=plan,
        channels=[each for each in ("web", "atom", "email") if each in plans()[plan].channels],
        participation=plans()[plan].participation[0],
        publication_mode=plans()[plan].publication_mode,
        timetable={
            "publish_at": clock.to_text(publish_at),
            "closes_at": clock.to_text(publish_at + timedelta(days=35)),
        },
    )


def submitted(journey: Journey, *, days: int) -> None:
    journey.move("submit", reason="it cannot wait")
    if journey.stage == "submitted":
        journey.pass_time(days=days)
        journey.move("approve", who=journey.approver)
    assert journey.stage == "scheduled"


def decided(journey: Journey, plan: str) -> None:
    journey.pass_time(days=31)
    journey.decide()
    journey.dispose()
    if journey.officer.get(journey.path).json["decision_deadline"]["is_late"]:
        reason = {"ar": "طال النظر", "en": "It took long to consider"}
        journey.officer.put(f"{journey.path}/decision/delay", {"reason": reason})
    if plans()[plan].decision_approval:
        journey.move("submit-decision")
        journey.move("return", who=journey.approver, reason="clause 1 is vague")
        journey.move("submit-decision")
        journey.move("approve", who=journey.approver, decision_version=1)
    journey.move("announce")
    assert journey.stage == "deciding", "an answer is missing at the gate"
    journey.move("announce")
    assert journey.stage == "announced"


def matches_golden(name: str, journey: Journey) -> None:
    course = courses.course_of(journey.history())
    golden = courses.recorded(name)
    if golden is None:
        courses.record(name, course)
        pytest.fail(f"histories/{name}.json was missing and has been recorded: read and keep it")
    assert course["path"] == golden["path"]
    assert course["calls"] == golden["calls"]
    assert course["errors"] == golden["errors"]
    assert course["edges"] == golden["edges"]


@pytest.mark.parametrize("plan", PLANS)
def test_a_consultation_gets_through_every_trouble(
    journey: Journey, plan: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_rough(monkeypatch)
    defined(journey, plan, days_ahead=40)
    submitted(journey, days=32)
    journey.pass_time(days=40)
    assert journey.stage == "collecting"
    journey.participate("You are all idiots and bastards")
    journey.participate("متى تفتح المراكز؟", kind="inquiry")
    journey.pass_time(days=60)
    assert journey.stage == "deciding"
    assert journey.officer.get(journey.path).json["handed_over"] == 1
    decided(journey, plan)
    journey.pass_time(days=31)
    assert journey.stage == "archived"
    assert [entry["status"] for entry in journey.executions()] == ["SUCCEEDED"]
    extended = "CollectionExtended" in journey.timeline()
    assert extended == bool(plans()[plan].inquiry_period)
    matches_golden(f"{plan}-course", journey)


@pytest.mark.parametrize("plan", PLANS)
def test_a_withdrawal_gets_through_every_trouble(
    journey: Journey, plan: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_rough(monkeypatch)
    defined(journey, plan, days_ahead=1)
    submitted(journey, days=0)
    journey.pass_time(days=2)
    journey.participate("A comment")
    journey.move("withdraw", who=journey.approver, reason="the law has changed")
    journey.pass_time(minutes=10)
    assert [entry["status"] for entry in journey.executions()] == ["SUCCEEDED"]
    assert journey.officer.get(journey.path).json["record_root"]
    matches_golden(f"{plan}-withdrawal", journey)


def test_a_round_that_outlives_its_execution_goes_on_in_the_next(
    journey: Journey, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_rough(monkeypatch)
    defined(journey, "standard", days_ahead=310)
    submitted(journey, days=0)
    journey.pass_time(days=305)
    assert [entry["status"] for entry in journey.executions()] == ["SUCCEEDED", "RUNNING"]
    assert journey.timeline()[-1] == "WorkflowContinued"
    matches_golden("standard-continuation", journey.of_execution(1))
    journey.pass_time(days=6)
    assert (journey.stage, journey.timeline().count("TopicPublished")) == ("collecting", 1)


def test_a_stage_that_the_machine_does_not_know_fails_it_and_the_topic_needs_attention(
    journey: Journey, monkeypatch: pytest.MonkeyPatch
) -> None:
    journey.scheduled()
    real = workflow.handler

    def newer(event: dict[str, Any], context: Any) -> Any:
        answer = real(event, context)
        return answer | {"stage": "paused"} if event["action"] == "enter" else answer

    monkeypatch.setattr(workflow, "handler", newer)
    journey.pass_time(hours=2)
    assert journey.executions()[-1]["status"] == "FAILED"
    assert journey.attention_needed
    matches_golden("standard-unknown", journey)


@pytest.mark.parametrize("plan", PLANS)
def test_every_plan_visits_every_state_that_it_can_reach(plan: str) -> None:
    every = {name for name, _state in states(definition())} - in_executions_of_their_own()
    own = {name: c for name, c in courses.all_recorded().items() if name.startswith(f"{plan}-")}
    visited = {state for course in own.values() for state in [*course["path"], *courses.LOOP]}
    reachable = every - UNREACHED.get(plan, set()) - (set() if plan == "standard" else ONCE)
    assert reachable - visited == set()
    assert visited <= every


def test_every_branch_and_catch_is_taken_by_some_course() -> None:
    taken = {tuple(edge) for course in courses.all_recorded().values() for edge in course["edges"]}
    assert set(_edges()) - taken == set()


def test_every_task_is_tried_again_and_every_wait_has_timed_out_in_some_course() -> None:
    errors: dict[str, set[str]] = {}
    for course in courses.all_recorded().values():
        for state, found in course["errors"].items():
            errors.setdefault(state, set()).update(found)
    for name, state in states(definition()):
        if state["Type"] != "Task" or name in in_executions_of_their_own():
            continue
        caught = {error for catch in state.get("Catch", ()) for error in catch["ErrorEquals"]}
        expected = {"TransientError"} | (caught & {"RowChanged", "States.Timeout"})
        assert expected <= errors.get(name, set()), name


def test_whatever_a_machine_ever_said_its_functions_understand() -> None:
    for state, call in courses.calls_ever_recorded():
        fields = MODELS[call["function"]].model_fields
        needed = {name for name, field in fields.items() if field.is_required()}
        assert needed <= set(call["given"]) <= set(fields), state


def _edges() -> Any:
    """Every pair of states of which one can lead to the other."""
    for name, state in states(definition()):
        if name.startswith(courses.SIDE_BY_SIDE):
            continue  # a catch of theirs leads to a state that is visited for no other reason
        targets = [rule["Next"] for rule in (*state.get("Choices", ()), *state.get("Catch", ()))]
        targets += [state[member] for member in ("Next", "Default") if member in state]
        yield from ((name, target) for target in targets)
