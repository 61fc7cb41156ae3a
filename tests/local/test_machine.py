import json
from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from local import machine
from local.stack import LocalStack
from tests.local import functions

_NUMBER = iter(range(1000))


def start(stack: LocalStack, do: str, **more: Any) -> str:
    sfn = stack.client("stepfunctions")
    arn = sfn.list_state_machines()["stateMachines"][0]["stateMachineArn"]
    text = json.dumps({"do": do, **more})
    name = f"x{next(_NUMBER)}"
    return str(sfn.start_execution(stateMachineArn=arn, name=name, input=text)["executionArn"])


def status(stack: LocalStack, arn: str) -> str:
    described = stack.client("stepfunctions").describe_execution(executionArn=arn)
    return str(described["status"])


def told(stack: LocalStack, arn: str) -> dict[str, Any]:
    return next(found for found in stack.executions() if found["arn"] == arn)


def types(stack: LocalStack, arn: str) -> list[str]:
    history = stack.client("stepfunctions").get_execution_history(executionArn=arn)
    return [event["type"] for event in history["events"]]


def test_a_token_wait_ends_when_it_is_rung(stack: LocalStack) -> None:
    arn = start(stack, "Ring")
    stack.settle()
    assert status(stack, arn) == "RUNNING"
    assert told(stack, arn)["state"] == "Ring"
    token = functions.CALLS["task"][0]["token"]
    stack.client("stepfunctions").send_task_success(taskToken=token, output="{}")
    stack.settle()
    assert status(stack, arn) == "SUCCEEDED"


def test_a_token_rung_before_its_function_has_answered_counts(stack: LocalStack) -> None:
    def ring(event: Any) -> None:
        stack.client("stepfunctions").send_task_success(taskToken=event["token"], output="{}")

    functions.ANSWERS["task"] = ring
    arn = start(stack, "Ring")
    stack.settle()
    assert status(stack, arn) == "SUCCEEDED"


def test_a_token_wait_times_out_on_the_local_clock_and_is_caught(stack: LocalStack) -> None:
    arn = start(stack, "Ring")
    stack.advance(timedelta(minutes=59))
    assert status(stack, arn) == "RUNNING"
    stack.advance(timedelta(minutes=1))
    assert status(stack, arn) == "SUCCEEDED"
    assert told(stack, arn)["state"] == "TimedOut"
    assert "TaskTimedOut" in types(stack, arn)


def test_a_token_rung_twice_or_after_its_time_is_refused(stack: LocalStack) -> None:
    sfn = stack.client("stepfunctions")
    for _ in range(2):
        start(stack, "Ring")
    stack.settle()
    rung, late = (call["token"] for call in functions.CALLS["task"])
    sfn.send_task_success(taskToken=rung, output="{}")
    stack.advance(timedelta(hours=2))
    for token in (rung, late):
        with pytest.raises(sfn.exceptions.TaskTimedOut):
            sfn.send_task_success(taskToken=token, output="{}")
    with pytest.raises(sfn.exceptions.InvalidToken):
        sfn.send_task_success(taskToken="never given", output="{}")


def test_retries_wait_for_their_intervals_on_the_local_clock(stack: LocalStack) -> None:
    def busy_twice(event: Any) -> dict[str, bool]:
        if len(functions.CALLS["task"]) < 3:
            raise functions.TransientError("busy")
        return {"done": True}

    functions.ANSWERS["task"] = busy_twice
    before = stack.clock.now()
    arn = start(stack, "Retry")
    stack.settle()
    assert status(stack, arn) == "SUCCEEDED"
    assert stack.clock.now() - before == timedelta(seconds=100 + 200)


def test_a_wait_state_waits_on_the_local_clock(stack: LocalStack) -> None:
    arn = start(stack, "Wait")
    stack.advance(timedelta(days=1) - timedelta(seconds=1))
    assert status(stack, arn) == "RUNNING"
    stack.advance(timedelta(seconds=1))
    assert status(stack, arn) == "SUCCEEDED"
    history = stack.client("stepfunctions").get_execution_history(executionArn=arn)["events"]
    assert history[-1]["timestamp"] - history[0]["timestamp"] == timedelta(days=1)


def test_a_failed_execution_is_told_on_the_default_bus(stack: LocalStack) -> None:
    def fail(event: Any) -> None:
        raise ValueError("for good")

    functions.ANSWERS["task"] = fail
    arn = start(stack, "Retry")
    stack.settle()
    assert status(stack, arn) == "FAILED"
    (event,) = functions.CALLS["ended"]
    assert event["detail-type"] == "Step Functions Execution Status Change"
    assert event["detail"]["executionArn"] == arn
    assert (event["detail"]["status"], event["detail"]["error"]) == ("FAILED", "ValueError")


def test_aborting_ends_a_waiting_execution_and_is_told(stack: LocalStack) -> None:
    arn = start(stack, "Ring")
    stack.settle()
    stack.client("stepfunctions").stop_execution(executionArn=arn)
    stack.settle()
    assert status(stack, arn) == "ABORTED"
    assert [event["detail"]["status"] for event in functions.CALLS["ended"]] == ["ABORTED"]


def test_states_all_does_not_catch_a_result_that_is_too_long(stack: LocalStack) -> None:
    functions.ANSWERS["task"] = lambda event: "x" * machine.PAYLOAD_LIMIT_BYTES
    arn = start(stack, "All")
    stack.settle()
    assert status(stack, arn) == "FAILED"
    assert told(stack, arn)["error"] == "States.DataLimitExceeded"


def test_states_all_catches_other_errors(stack: LocalStack) -> None:
    def fail(event: Any) -> None:
        raise ValueError

    functions.ANSWERS["task"] = fail
    arn = start(stack, "All")
    stack.settle()
    assert status(stack, arn) == "SUCCEEDED"


def test_an_input_that_is_too_long_is_refused(stack: LocalStack) -> None:
    with pytest.raises(ClientError, match="InvalidExecutionInput"):
        start(stack, "Ring", text="x" * machine.PAYLOAD_LIMIT_BYTES)


def test_an_execution_fails_at_the_end_of_its_history(
    stack: LocalStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(machine, "HISTORY_LIMIT_EVENTS", 500)
    arn = start(stack, "Loop")
    stack.settle()
    assert status(stack, arn) == "FAILED"
    assert told(stack, arn)["history_events"] == 500
    assert machine.HISTORY_LIMIT_EVENTS == 500


def test_the_branches_of_a_map_run_and_are_gathered(stack: LocalStack) -> None:
    functions.ANSWERS["task"] = lambda event: event["n"] * 2
    arn = start(stack, "Grow", items=[{"n": n} for n in range(5)])
    stack.settle()
    assert status(stack, arn) == "SUCCEEDED"
    output = stack.client("stepfunctions").describe_execution(executionArn=arn)["output"]
    assert [item["result"]["Payload"] for item in json.loads(output)] == [0, 2, 4, 6, 8]


def test_the_items_of_a_distributed_map_have_histories_of_their_own(stack: LocalStack) -> None:
    functions.ANSWERS["task"] = lambda event: event["n"] * 2
    arn = start(stack, "Spread", items=[{"n": n} for n in range(5)])
    stack.settle()
    assert status(stack, arn) == "SUCCEEDED"
    output = stack.client("stepfunctions").describe_execution(executionArn=arn)["output"]
    assert [item["result"]["Payload"] for item in json.loads(output)] == [0, 2, 4, 6, 8]
    assert "MapRunSucceeded" in types(stack, arn)
    assert "TaskScheduled" not in types(stack, arn)


def test_an_item_that_fails_fails_its_distributed_map(stack: LocalStack) -> None:
    def fail(event: Any) -> int:
        if event["n"] == 3:
            raise ValueError("for good")
        return 0

    functions.ANSWERS["task"] = fail
    arn = start(stack, "Spread", items=[{"n": n} for n in range(5)])
    stack.settle()
    assert "MapRunFailed" in types(stack, arn)
    assert told(stack, arn)["state"] == "TimedOut"


def test_a_distributed_map_that_tolerates_failures_goes_on_without_what_failed(
    stack: LocalStack,
) -> None:
    def fail(event: Any) -> int:
        if event["n"] in (1, 3):
            raise ValueError("for good")
        return 0

    functions.ANSWERS["task"] = fail
    arn = start(stack, "Tolerate", items=[{"n": n} for n in range(5)])
    stack.settle()
    assert len(functions.CALLS["task"]) == 5
    assert status(stack, arn) == "SUCCEEDED"
    functions.ANSWERS["task"] = lambda event: 1 / 0
    arn = start(stack, "Tolerate", items=[{"n": n} for n in range(5)])
    stack.settle()
    assert status(stack, arn) == "FAILED"


def test_settling_waits_for_a_running_execution(stack: LocalStack) -> None:
    arns = [start(stack, "Retry") for _ in range(20)]
    stack.settle()
    assert {status(stack, arn) for arn in arns} == {"SUCCEEDED"}


def test_a_history_is_read_in_pages_from_either_end(stack: LocalStack) -> None:
    arn = start(stack, "Ring")
    stack.settle()
    sfn = stack.client("stepfunctions")
    whole = sfn.get_execution_history(executionArn=arn)["events"]
    assert len(whole) > 3
    first = sfn.get_execution_history(executionArn=arn, reverseOrder=True, maxResults=3)
    rest = sfn.get_execution_history(
        executionArn=arn, reverseOrder=True, maxResults=100, nextToken=first["nextToken"]
    )
    assert len(first["events"]) == 3
    assert "nextToken" not in rest
    assert [*first["events"], *rest["events"]] == whole[::-1]
    sfn.stop_execution(executionArn=arn)
