"""The state machine on the synthesized template: the path, its waits, catches and timeouts."""

import json
from datetime import timedelta
from typing import Any

import pytest

from local.stack import LocalStack
from services.outreach.handlers import deliver
from services.topics.handlers import workflow
from tests.workflow.journey import Journey

HISTORY_LIMIT = 25_000
PAYLOAD_LIMIT = 256 * 1024


def test_the_standard_path_visits_every_section_and_ends(journey: Journey) -> None:
    journey.announced()
    assert journey.stage == "announced"
    journey.move("close")
    assert journey.stage == "archived"
    assert [entry["status"] for entry in journey.executions()] == ["SUCCEEDED"]
    order = [
        "AwaitApproval",
        "AwaitPublication",
        "Publish",
        "OpenWindow",
        "PublishOverChannels",
        "RecordPublication",
        "AwaitClosing",
        "CloseCollection",
        "CountPending",
        "StartAnalysis",
        "ExportComments",
        "PlanAnalysis",
        "ReadShards",
        "FindThemes",
        "ApplyThemes",
        "FinishAnalysis",
        "RecordAnalysis",
        "AwaitDecision",
        "CheckDispositions",
        "Announced",
        "AnnounceOverChannels",
        "RecordAnnouncement",
        "AwaitClose",
        "GatherRecord",
        "Seal",
        "RecordArchived",
        "Done",
    ]
    visited = list(dict.fromkeys(state for state in journey.states() if state in order))
    assert visited == order


def test_history_and_payloads_stay_far_below_the_limits(journey: Journey) -> None:
    journey.announced().move("close")
    history = journey.history()
    largest = max(len(json.dumps(event, default=str)) for event in history)
    assert len(history) < HISTORY_LIMIT * 0.1
    assert largest < PAYLOAD_LIMIT * 0.06


def test_the_timeline_tells_the_whole_cycle(journey: Journey) -> None:
    journey.announced().move("close")
    assert journey.timeline() == [
        "TopicDefined",
        "TopicSubmitted",
        "TopicApproved",
        "PublicationBroughtForward",
        "TopicPublished",
        "CollectionOpened",
        "CollectionShortened",
        "CollectionClosed",
        "AnalysisStarted",
        "AnalysisCompleted",
        "DecisionRecorded",
        "AnnouncementRequested",
        "DecisionAnnounced",
        "AnnouncementDelivered",
        "TopicClosed",
        "RoundArchived",
    ]


def test_no_text_of_a_participant_travels_through_the_execution(journey: Journey) -> None:
    journey.reviewing("SENTINEL نص المشارك")
    assert "SENTINEL" not in json.dumps(journey.history(), default=str)


def test_a_returned_topic_is_resubmitted_in_the_same_execution(journey: Journey) -> None:
    journey.defined().move("submit")
    journey.move("return", who=journey.approver, reason="no target group")
    assert journey.stage == "draft"
    journey.move("submit")
    journey.move("approve", who=journey.approver)
    assert journey.stage == "scheduled"
    assert [entry["status"] for entry in journey.executions()] == ["RUNNING"]


def test_the_publication_instant_publishes_with_nobody_at_work(journey: Journey) -> None:
    journey.scheduled()
    journey.pass_time(minutes=59)
    assert journey.stage == "scheduled"
    journey.comment("too early", expect=409)
    journey.pass_time(minutes=1)
    assert journey.stage == "collecting"
    journey.comment("in time")


def test_the_closing_instant_closes_with_nobody_at_work(journey: Journey) -> None:
    journey.collecting()
    journey.stack.clock.move_to(journey.closes_at() - timedelta(milliseconds=1))
    journey.comment("in time")
    journey.stack.clock.move_to(journey.closes_at())
    journey.comment("too late", expect=409)
    assert journey.stage == "collecting"
    journey.pass_time(minutes=1, seconds=1)
    assert (journey.stage, journey.counts()["received"]) == ("deciding", 1)


def test_an_extension_takes_the_place_of_the_old_closing(journey: Journey) -> None:
    journey.collecting()
    later = (journey.closes_at() + timedelta(days=5)).isoformat()
    journey.pass_time(days=27)
    journey.move("extend", reason="inquiries", closes_at=later)
    journey.pass_time(days=3)
    assert journey.stage == "collecting"
    journey.comment("in the added time")
    journey.pass_time(days=4)
    assert journey.stage == "deciding"


def test_one_failing_channel_never_stops_the_others(
    journey: Journey, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = deliver.handler

    def broken(event: dict[str, Any], context: Any) -> Any:
        if event["channel"] == "atom" and "error" not in event:
            raise RuntimeError("the feed is on fire")
        return real(event, context)

    monkeypatch.setattr(deliver, "handler", broken)
    journey.collecting()
    assert journey.stage == "collecting"
    assert "RecordFailurePublished" in journey.states()
    assert journey.timeline()[-1] == "CollectionOpened"


def test_what_the_moderators_hold_is_waited_for(journey: Journey) -> None:
    journey.reviewing("You are all idiots and bastards")
    assert (journey.stage, journey.counts()["held"]) == ("reviewing", 1)
    cases = journey.moderator.get(f"/v1/moderation/cases?topic={journey.topic_id}").json["items"]
    case = f"/v1/moderation/cases/{cases[0]['case_id']}"
    journey.moderator.post(f"{case}/claim", {}, expect=200)
    decision = {"decision": "reject", "reason_code": "abusive"}
    journey.moderator.post(f"{case}/decision", decision, expect=200)
    journey.pass_time(minutes=10)
    assert (journey.stage, journey.counts()["rejected"]) == ("deciding", 1)


def test_what_is_still_held_at_the_bound_is_handed_over_visibly(journey: Journey) -> None:
    journey.reviewing("You are all idiots and bastards")
    journey.pass_time(days=8)
    assert journey.stage == "deciding"
    assert journey.officer.get(journey.path).json["handed_over"] == 1
    assert journey.states().count("AwaitReview") < 45


def test_an_officer_need_not_wait_for_the_bound(journey: Journey) -> None:
    journey.reviewing("You are all idiots and bastards")
    journey.move("start-analysis")
    assert journey.stage == "deciding"
    assert journey.officer.get(journey.path).json["handed_over"] == 1


def test_the_round_closes_by_itself_after_the_plans_time(journey: Journey) -> None:
    journey.announced()
    journey.pass_time(days=29)
    assert journey.stage == "announced"
    journey.pass_time(days=2)
    assert journey.stage == "archived"


@pytest.mark.parametrize("stage", ["defined", "submitted", "returned", "scheduled"])
def test_what_was_never_published_is_withdrawn_without_a_record(
    journey: Journey, stage: str
) -> None:
    if stage in {"submitted", "returned"}:
        journey.defined().move("submit")
    if stage == "returned":
        journey.move("return", who=journey.approver, reason="no target group")
    if stage in {"defined", "scheduled"}:
        getattr(journey, stage)()
    who = journey.approver if stage == "scheduled" else journey.officer
    journey.move("withdraw", who=who, reason="overtaken by events")
    assert journey.stage == "withdrawn"
    journey.approver.get(f"{journey.path}/record", expect=404)
    assert all(entry["status"] == "SUCCEEDED" for entry in journey.executions())


def test_officers_have_a_round_analysed_anew_while_they_decide(journey: Journey) -> None:
    journey.reviewing("Open the clinics in the evening", "Evening hours", "We need a bench there")
    path = f"{journey.path}/analysis"
    assert journey.stage == "deciding"
    before = journey.officer.get(path).json
    title = {"ar": "مواقف", "en": "Parking"}
    theme_id = before["themes"][0]["theme_id"]
    rename = {"op": "rename", "theme_id": theme_id, "title": title, "reason": "clearer"}
    journey.officer.send("PATCH", f"{path}/themes", body={"items": [rename]}, expect=200)
    seed = {"theme": "seats", "ar": ["مقاعد"], "en": ["bench"]}
    journey.officer.put(f"{path}/brief", {"seed_terms": [seed]})
    journey.move("start-analysis")
    assert journey.stage == "deciding"
    after = journey.officer.get(path).json
    assert after["run_id"] != before["run_id"]
    seeds = {theme["seed"]: theme for theme in after["themes"]}
    assert seeds.keys() == {"evening_hours", "seats"}
    assert seeds["evening_hours"]["title"] == title
    assert journey.officer.get(f"{path}/progress").json["stage"] == "finished"
    journey.move("start-analysis")
    assert journey.officer.get(path).json["run_id"] == after["run_id"]


@pytest.mark.parametrize("stage", ["collecting", "reviewing", "deciding"])
def test_what_was_published_is_withdrawn_aloud_and_archived(journey: Journey, stage: str) -> None:
    if stage == "reviewing":
        journey.reviewing("You are all idiots and bastards")
    else:
        getattr(journey, stage)()
    assert journey.stage == stage
    journey.move("withdraw", who=journey.officer, reason="law changed", expect=403)
    journey.move("withdraw", who=journey.approver, reason="law changed")
    assert journey.stage == "withdrawn"
    if stage == "collecting":
        journey.comment("on its way")
    journey.pass_time(minutes=3)
    assert "AnnounceWithdrawal" in journey.states()
    assert journey.executions()[-1]["status"] == "SUCCEEDED"
    record = journey.citizen.get(f"{journey.path}/record").json
    assert record["record_root"] == journey.citizen.get(journey.path).json["record_root"]
    counts = journey.citizen.get(f"{journey.path}/record?path=comments/counts.json").json
    assert counts["received"] == journey.counts()["received"]
    journey.comment("too late", expect=409)


def test_a_transient_failure_is_repeated_until_it_passes(
    journey: Journey, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = _failing(monkeypatch, times=3)
    journey.collecting()
    assert (journey.stage, len(calls)) == ("collecting", 3)


def test_what_keeps_failing_fails_the_execution_and_leaves_the_row(
    journey: Journey, monkeypatch: pytest.MonkeyPatch
) -> None:
    journey.scheduled()
    _failing(monkeypatch, times=10_000)
    journey.pass_time(hours=2)
    assert journey.executions()[-1]["status"] == "FAILED"
    monkeypatch.undo()
    assert journey.stage == "scheduled"
    assert journey.attention_needed


def test_an_operator_resumes_a_failed_execution_where_it_stood(
    journey: Journey, monkeypatch: pytest.MonkeyPatch
) -> None:
    journey.scheduled()
    path = f"/v1/ops/executions/{journey.topic_id}/resume"
    assert journey.operator.post(path, {}, expect=409).json["stage"] == "scheduled"
    _failing(monkeypatch, times=10_000)
    journey.pass_time(hours=2)
    monkeypatch.undo()
    listed = journey.operator.get("/v1/ops/executions?status=attention_needed").json["items"]
    assert journey.topic_id in [entry["topic_id"] for entry in listed]
    journey.operator.post(path, {}, expect=202)
    journey.stack.settle()
    assert (journey.stage, journey.attention_needed) == ("collecting", False)
    assert [entry["status"] for entry in journey.executions()] == ["FAILED", "RUNNING"]
    assert journey.timeline()[-4:] == [
        "WorkflowFailed",
        "WorkflowResumed",
        "TopicPublished",
        "CollectionOpened",
    ]


def test_a_ring_that_nobody_hears_does_no_harm(journey: Journey, stack: LocalStack) -> None:
    journey.scheduled()
    row = {"Records": []}
    assert stack.invoke("topics-bell", row) == {"batchItemFailures": []}
    journey.move("publish-now")
    assert journey.stage == "collecting"


def _failing(monkeypatch: pytest.MonkeyPatch, *, times: int) -> list[str]:
    """Have `publish` fail some times as a throttled table would have it; the calls that failed."""
    calls: list[str] = []
    real = workflow.handler

    def failing(event: dict[str, Any], context: Any) -> Any:
        if event["action"] == "publish" and len(calls) < times:
            calls.append(event["action"])
            raise TransientError("throttled")
        return real(event, context)

    monkeypatch.setattr(workflow, "handler", failing)
    return calls


class TransientError(Exception):
    """Has the name by which the machine knows what to repeat."""
