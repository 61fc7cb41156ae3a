import json

import pytest

from local.clock import LocalClock
from local.lambdas import PAYLOAD_LIMIT_BYTES, Function, Functions
from local.stack import FunctionFailed, LocalStack
from tests.local import functions


def fail(_event: object) -> object:
    raise functions.TransientError("busy")


def test_an_exception_comes_back_as_an_error_document(stack: LocalStack) -> None:
    functions.ANSWERS["task"] = fail
    reply = stack.client("lambda").invoke(FunctionName="little-task", Payload=b"{}")
    document = json.loads(reply["Payload"].read())
    assert reply["FunctionError"] == "Unhandled"
    assert document["errorType"] == "TransientError"
    assert document["errorMessage"] == "busy"
    assert any("def fail" in line or "raise" in line for line in document["stackTrace"])


def test_event_and_answer_pass_through_json(stack: LocalStack) -> None:
    functions.ANSWERS["task"] = lambda event: {"pair": (1, 2)}
    assert stack.invoke("task", {"pair": (3, 4)}) == {"pair": [1, 2]}
    assert functions.CALLS["task"] == [{"pair": [3, 4]}]


def test_an_answer_that_is_no_json_is_a_marshal_error(stack: LocalStack) -> None:
    functions.ANSWERS["task"] = lambda event: {1, 2}
    with pytest.raises(FunctionFailed, match=r"Runtime\.MarshalError"):
        stack.invoke("task", {})


def test_more_than_six_megabytes_neither_go_in_nor_come_out(stack: LocalStack) -> None:
    long = "x" * PAYLOAD_LIMIT_BYTES
    functions.ANSWERS["task"] = lambda event: long
    with pytest.raises(FunctionFailed, match=r"Function\.ResponseSizeTooLarge"):
        stack.invoke("task", {})
    client = stack.client("lambda")
    with pytest.raises(client.exceptions.RequestTooLargeException):
        client.invoke(FunctionName="little-task", Payload=json.dumps({"text": long}).encode())


def test_the_variables_of_all_functions_are_one_environment(stack: LocalStack) -> None:
    assert stack.invoke("variable", {"name": "GREETING"}) == "hello"
    assert stack.invoke("variable", {"name": "PUBLIC_BASE_URL"}) == stack.url


def test_handlers_live_on_the_local_clock(stack: LocalStack) -> None:
    now = stack.clock.now()
    said = stack.invoke("now", {})
    assert said == now.replace(microsecond=now.microsecond // 1000 * 1000).isoformat()


def test_an_asynchronous_invocation_is_tried_three_times(stack: LocalStack) -> None:
    functions.ANSWERS["task"] = fail
    stack.client("lambda").invoke(
        FunctionName="little-task", Payload=b'{"n": 1}', InvocationType="Event"
    )
    stack.settle()
    assert functions.CALLS["task"] == [{"n": 1}] * 3


def test_a_function_calls_another_service_while_it_runs(stack: LocalStack) -> None:
    item = {"pk": {"S": "from"}, "sk": {"S": "handler"}}
    stack.invoke("writes", {"table": "little", "item": item})
    assert stack.client("dynamodb").get_item(TableName="little", Key=item)["Item"] == item


def test_unknown_handlers_fail_as_invocations_do() -> None:
    known = Functions(LocalClock(speed=0))
    known.add(
        Function(
            name="f",
            arn="arn:f",
            handler="nowhere.handler",
            timeout_seconds=1,
            memory_mb=128,
            environment={},
        )
    )
    answer = known.call("f", {})
    assert answer.failed
    assert answer.value()["errorType"] == "ModuleNotFoundError"
