"""What goes wrong with an execution: it is noticed, it can be read why, it can be mended."""

from datetime import timedelta
from typing import Any

import pytest

from local.stack import LocalStack
from services.topics.use_cases import bell
from tests.workflow.journey import Journey

EXECUTIONS = "/v1/ops/executions"


def kill(journey: Journey) -> None:
    """Stop the topic's execution by hand, as an operator can in the console."""
    journey.stack.client("stepfunctions").stop_execution(
        executionArn=journey.executions()[-1]["arn"], error="Stopped", cause="by hand"
    )
    journey.stack.settle()


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
    journey.operator.post(f"{EXECUTIONS}/{journey.topic_id}/resume", {}, expect=202)
    journey.stack.settle()
    assert (journey.stage, journey.attention_needed) == ("collecting", False)
    journey.pass_time(hours=1, minutes=1)
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


def _sweep(stack: LocalStack) -> Any:
    message = {"messageId": "1", "eventSource": "aws:sqs", "body": "{}"}
    assert stack.invoke("topics-sweep", {"Records": [message]}) == {"batchItemFailures": []}
