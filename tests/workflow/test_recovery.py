"""What goes wrong with an execution: it is noticed, it can be read why, it can be mended."""

from datetime import timedelta
from typing import Any

import pytest

from local.stack import LocalStack
from services.topics.use_cases import bell
from services.topics.use_cases import workflow as use_case
from tests.workflow.journey import Journey

EXECUTIONS = "/v1/ops/executions"


def kill(journey: Journey) -> None:
    """Stop the topic's execution by hand, as an operator can in the console."""
    journey.stack.client("stepfunctions").stop_execution(
        executionArn=journey.executions()[-1]["arn"], error="Stopped", cause="by hand"
    )
    journey.stack.settle()


def read(journey: Journey, *, cursor: str = "") -> Any:
    """How the topic's execution stands, as an operator is told."""
    query = f"?cursor={cursor}" if cursor else ""
    return journey.operator.get(f"{EXECUTIONS}/{journey.topic_id}{query}").json


def lose(journey: Journey, monkeypatch: pytest.MonkeyPatch) -> None:
    """Submit the topic while no execution can be started."""
    monkeypatch.setattr(bell, "start_execution", lambda _topic, machine_arn: None)
    journey.defined().move("submit")
    monkeypatch.undo()


def test_a_killed_execution_needs_attention_and_goes_on_where_it_stood(journey: Journey) -> None:
    journey.collecting()
    kill(journey)
    assert journey.attention_needed
    listed = journey.operator.get(f"{EXECUTIONS}?status=attention_needed").json["items"]
    assert journey.topic_id in [entry["topic_id"] for entry in listed]
    told = read(journey)
    assert (told["status"], told["attempts"]) == ("attention_needed", 1)
    assert told["waiting"]["for"] == "operator"
    assert told["last_error"]["name"] == "ABORTED"
    assert told["history"][0]["text"] == "Execution number 1 was stopped by hand."
    journey.operator.post(f"{EXECUTIONS}/{journey.topic_id}/resume", {}, expect=202)
    journey.stack.settle()
    assert (journey.stage, journey.attention_needed) == ("collecting", False)
    told = read(journey)
    assert (told["status"], told["attempts"]) == ("running", 2)
    assert [entry["status"] for entry in told["executions"]] == ["RUNNING", "ABORTED"]
    assert told["last_error"]["execution"] == f"{journey.topic_id}-r1-1"
    journey.pass_time(days=7)
    journey.comment("خدمة المراكز الصحية جيدة")
    journey.stack.settle()
    journey.move("end-collection", reason="the test is short")
    journey.pass_time(minutes=3)
    assert journey.stage == "deciding"
    assert journey.timeline().count("TopicPublished") == 1
    assert journey.timeline().count("CollectionOpened") == 1
    assert [entry["status"] for entry in journey.executions()] == ["ABORTED", "RUNNING"]


def test_an_execution_that_never_began_is_found_and_reported_once(
    journey: Journey, monkeypatch: pytest.MonkeyPatch
) -> None:
    lose(journey, monkeypatch)
    assert (journey.executions(), journey.attention_needed) == ([], False)
    journey.pass_time(minutes=20)
    assert (journey.executions(), journey.attention_needed) == ([], True)
    told = read(journey)
    assert (told["last_error"]["name"], told["waiting"]["for"]) == ("LOST", "operator")
    assert (told["executions"], told["history"]) == ([], [])
    journey.pass_time(minutes=30)
    events = journey.officer.get(f"{journey.path}/timeline").json["items"]
    failures = [entry["data"] for entry in events if entry["event"] == "WorkflowFailed"]
    assert failures == [{"execution": 1, "status": "LOST"}]
    journey.operator.post(f"{EXECUTIONS}/{journey.topic_id}/resume", {}, expect=202)
    journey.stack.settle()
    journey.move("approve", who=journey.approver)
    journey.move("publish-now")
    assert journey.stage == "collecting"
    assert [entry["name"][-5:] for entry in journey.executions()] == ["-r1-2"]


def test_a_sweep_leaves_alone_what_runs_has_ended_or_has_only_just_begun(
    journey: Journey, stack: LocalStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    running, over = Journey(stack).collecting(), Journey(stack).defined()
    over.move("submit")
    over.move("withdraw", reason="overtaken by events")
    draft = Journey(stack).defined()
    lose(journey, monkeypatch)
    stack.advance(timedelta(minutes=5))
    _sweep(stack)
    assert [each.attention_needed for each in (running, over, draft, journey)] == [False] * 4
    stack.advance(timedelta(minutes=5))
    _sweep(stack)
    assert [each.attention_needed for each in (running, over, draft, journey)] == [
        False,
        False,
        False,
        True,
    ]


def test_the_history_is_told_in_words_with_what_is_waited_for(journey: Journey) -> None:
    journey.collecting()
    told = read(journey)
    assert told["waiting"]["for"] == "closing"
    assert told["waiting"]["until"] == told["next_instant"]
    local = (journey.closes_at() + timedelta(hours=3, seconds=60)).strftime("%Y-%m-%d %H:%M")
    text = f"Collection is open; waiting for it to close at {local} (Asia/Bahrain)."
    assert told["waiting"]["text"] == text
    sentences = [entry["text"] for entry in reversed(told["history"])]
    assert sentences[:3] == [
        "Execution number 1 began.",
        "Waiting for the supervising authority to approve.",
        "Approved; waiting for the instant of publication.",
    ]
    assert sentences[-2:] == ["Collection opened.", "Collection is open; waiting for it to close."]
    assert told["history"][0]["at"] == told["waiting"]["since"]
    assert told["last_error"] is None
    assert told["execution_arn"] == journey.executions()[-1]["arn"]
    assert told["execution_arn"] in told["console_url"]
    journey.officer.get(f"{EXECUTIONS}/{journey.topic_id}", expect=403)


def test_a_failed_step_is_told_with_its_place_in_the_code(
    journey: Journey, monkeypatch: pytest.MonkeyPatch
) -> None:
    journey.scheduled()

    def refuse(*_arguments: Any, **_options: Any) -> None:
        raise ValueError("amal@example.org wrote: call me on 36000001")

    with monkeypatch.context() as patched:
        patched.setattr(use_case, "enter", refuse)
        journey.move("publish-now")
        journey.pass_time(hours=1)
    told = read(journey)
    assert told["last_error"]["name"] == "ValueError"
    assert told["last_error"]["cause"].startswith("services/topics/handlers/workflow.py:")
    assert told["last_error"]["state"] == "EnterAt"
    assert told["last_error"]["function"] == "tashawur-local-topics-workflow"
    assert "Step EnterAt failed (ValueError)." in [entry["text"] for entry in told["history"]]
    assert "amal" not in str(told)
    assert "36000001" not in str(told)
    arabic = journey.operator.send(
        "GET",
        f"{EXECUTIONS}/{journey.topic_id}",
        expect=200,
        headers={"Accept-Language": "ar"},
    )
    assert arabic.json["waiting"]["text"] == "توقف سير العمل؛ في انتظار مشغّل يستأنفه."


def test_a_long_history_is_told_page_by_page_over_all_executions(journey: Journey) -> None:
    journey.scheduled()
    kill(journey)
    journey.operator.post(f"{EXECUTIONS}/{journey.topic_id}/resume", {}, expect=202)
    journey.stack.settle()
    told = read(journey)
    pages = [told]
    while pages[-1]["next_cursor"]:
        pages.append(read(journey, cursor=pages[-1]["next_cursor"]))
    seen = [entry for page in pages for entry in page["history"]]
    assert [entry["execution"] for entry in seen] == [2] * 2 + [1] * 5
    assert [entry["at"] for entry in seen] == sorted((e["at"] for e in seen), reverse=True)
    assert pages[-1]["waiting"] == told["waiting"]
    forged = f"{EXECUTIONS}/{journey.topic_id}?cursor=AAAA"
    assert journey.operator.get(forged, expect=400).json["type"] == "/problems/malformed"


def _sweep(stack: LocalStack) -> Any:
    message = {"messageId": "1", "eventSource": "aws:sqs", "body": "{}"}
    assert stack.invoke("topics-sweep", {"Records": [message]}) == {"batchItemFailures": []}
