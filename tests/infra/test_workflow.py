"""The state machine as it is deployed: it names what exists and waits for nothing for ever."""

import re
from typing import Any

import pytest

from infra.constructs.names import pascal
from tests.infra.architecture import definition, documented, placeholders, states
from tests.infra.assembly import Assembly

RETRIED = {
    "Lambda.AWSLambdaException",
    "Lambda.ClientExecutionTimeoutException",
    "Lambda.SdkClientException",
    "Lambda.ServiceException",
    "Lambda.TooManyRequestsException",
    "Lambda.Unknown",
    "Runtime.ExitError",
    "Sandbox.Timedout",
    "TransientError",
}
TASKS = [(name, state) for name, state in states(definition()) if state["Type"] == "Task"]
_FUNCTIONS = {f"{pascal(name)}Arn": name for name in documented()}


def test_the_definition_names_only_functions_that_exist() -> None:
    assert placeholders() <= set(_FUNCTIONS)


def test_every_placeholder_is_replaced_by_its_function(dev: Assembly) -> None:
    (machine,) = dev.of_type("AWS::StepFunctions::StateMachine").values()
    assert machine["DefinitionSubstitutions"] == {
        placeholder: {"Fn::GetAtt": [dev.function_id(_FUNCTIONS[placeholder]), "Arn"]}
        for placeholder in placeholders()
    }


def test_the_machine_may_invoke_what_it_names_and_nothing_else(dev: Assembly) -> None:
    (machine,) = dev.of_type("AWS::StepFunctions::StateMachine").values()
    role = machine["RoleArn"]["Fn::GetAtt"][0]
    invoked = {g.resource for g in dev.role_grants(role) if g.action == "lambda:InvokeFunction"}
    named = {_FUNCTIONS[placeholder] for placeholder in placeholders()}
    assert invoked == {f"${{{dev.function_id(name)}.Arn}}" for name in named}
    services = {grant.action.partition(":")[0] for grant in dev.role_grants(role)}
    assert services == {"kms", "lambda", "logs", "s3", "states", "xray"}


def test_the_machines_maps_may_start_its_own_executions_and_read_their_lists(dev: Assembly) -> None:
    (machine,) = dev.of_type("AWS::StepFunctions::StateMachine").values()
    grants = list(dev.role_grants(machine["RoleArn"]["Fn::GetAtt"][0]))
    of_maps = {
        (g.action, re.sub(r"^.*?:(stateMachine|execution):", r"\1:", g.resource))
        for g in grants
        if g.action.startswith("states:")
    }
    assert of_maps == {
        ("states:StartExecution", "stateMachine:tashawur-dev-consultation"),
        ("states:DescribeExecution", "execution:tashawur-dev-consultation:*"),
        ("states:StopExecution", "execution:tashawur-dev-consultation:*"),
    }
    read = [g.resource for g in grants if g.action.startswith("s3:")]
    assert [resource.partition("/")[2] for resource in read] == ["work/analysis/*/items.json"]
    keys = {grant.action for grant in grants if grant.action.startswith("kms:")}
    assert keys == {"kms:Decrypt"}


def test_the_machine_is_standard_traced_and_logs_every_step_without_data(dev: Assembly) -> None:
    (machine,) = dev.of_type("AWS::StepFunctions::StateMachine").values()
    assert machine["StateMachineName"] == "tashawur-dev-consultation"
    assert machine["StateMachineType"] == "STANDARD"
    assert machine["TracingConfiguration"] == {"Enabled": True}
    assert machine["LoggingConfiguration"]["Level"] == "ALL"
    assert machine["LoggingConfiguration"]["IncludeExecutionData"] is False


def test_the_topics_service_knows_the_machine_by_its_name(dev: Assembly) -> None:
    variables = dev.functions()["topics-bell"]["Environment"]["Variables"]
    arn = dev.text(variables["STATE_MACHINE_ARN"])
    assert arn.endswith(":stateMachine:tashawur-dev-consultation")


@pytest.mark.parametrize(("name", "state"), TASKS, ids=[name for name, _ in TASKS])
def test_every_task_ends_in_time_and_is_tried_again(name: str, state: dict[str, Any]) -> None:
    assert state.get("TimeoutSeconds", 0) > 0 or state.get("TimeoutSecondsPath"), name
    retried = {error for rule in state["Retry"] for error in rule["ErrorEquals"]}
    assert retried >= RETRIED, name
    assert all("JitterStrategy" in rule for rule in state["Retry"]), name


def test_every_state_has_a_name_of_its_own() -> None:
    names = [name for name, _state in states(definition())]
    assert len(names) == len(set(names))


@pytest.mark.parametrize(("name", "state"), TASKS, ids=[name for name, _ in TASKS])
def test_every_wait_for_a_token_has_a_timeout_that_leads_on(
    name: str, state: dict[str, Any]
) -> None:
    if state["Resource"].endswith(".waitForTaskToken"):
        caught = [catch["ErrorEquals"] for catch in state["Catch"]]
        assert any("States.Timeout" in errors for errors in caught), name
