"""Secrets are rotated on the local clock, by the functions that the template names."""

import json
import urllib.request
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from local.assembly import Assembly
from local.lambdas import DeploymentError
from local.stack import LocalStack
from local.synth import assembly
from tests.local import functions, little

STEPS = ["createSecret", "setSecret", "testSecret", "finishSecret"]
RESOURCES: dict[str, Any] = {
    "Role": little.SERVICES["Resources"]["Role"],
    "Task": little.SERVICES["Resources"]["Task"],
    "Secret": {
        "Type": "AWS::SecretsManager::Secret",
        "Properties": {
            "GenerateSecretString": {
                "SecretStringTemplate": '{"kept": 1}',
                "GenerateStringKey": "made",
                "PasswordLength": 40,
            }
        },
    },
    "Schedule": {
        "Type": "AWS::SecretsManager::RotationSchedule",
        "Properties": {
            "SecretId": {"Ref": "Secret"},
            "RotationLambdaARN": {"Fn::GetAtt": ["Task", "Arn"]},
            "RotateImmediatelyOnUpdate": False,
            "RotationRules": {"AutomaticallyAfterDays": 30},
        },
    },
}


def standing(resources: dict[str, Any]) -> LocalStack:
    outputs = {"Secret": {"Value": {"Ref": "Secret"}}}
    body = {"Resources": resources, "Outputs": outputs}
    return LocalStack(Assembly(templates={"Stack": body}, assets={}), speed=0)


@pytest.fixture
def stack() -> Iterator[LocalStack]:
    functions.CALLS.clear()
    functions.ANSWERS.clear()
    with standing(RESOURCES) as running:
        yield running
    functions.ANSWERS.clear()


def test_a_generated_secret_stands_in_its_template(stack: LocalStack) -> None:
    arn = stack.outputs["Stack"]["Secret"]
    text = stack.client("secretsmanager").get_secret_value(SecretId=arn)["SecretString"]
    document = json.loads(text)
    assert document["kept"] == 1
    assert len(document["made"]) == 40


def test_the_function_takes_the_four_steps_each_time_the_days_have_passed(
    stack: LocalStack,
) -> None:
    stack.advance(timedelta(days=29))
    assert "task" not in functions.CALLS
    stack.advance(timedelta(days=1))
    first = functions.CALLS["task"]
    assert [call["Step"] for call in first] == STEPS
    assert {call["SecretId"] for call in first} == {stack.outputs["Stack"]["Secret"]}
    (version,) = {call["ClientRequestToken"] for call in first}
    stack.advance(timedelta(days=30))
    assert [call["Step"] for call in functions.CALLS["task"]] == STEPS * 2
    assert functions.CALLS["task"][4]["ClientRequestToken"] != version


def test_a_step_that_fails_ends_the_rotation(stack: LocalStack) -> None:
    def refuse(event: Any) -> None:
        if event["Step"] == "testSecret":
            raise functions.TransientError

    functions.ANSWERS["task"] = refuse
    stack.advance(timedelta(days=30))
    assert [call["Step"] for call in functions.CALLS["task"]] == STEPS[:3]


def test_a_rotation_at_once_is_refused() -> None:
    schedule = {**RESOURCES["Schedule"]["Properties"]}
    del schedule["RotateImmediatelyOnUpdate"]  # it is the default
    changed = {**RESOURCES["Schedule"], "Properties": schedule}
    with pytest.raises(DeploymentError, match="Schedule"):
        standing({**RESOURCES, "Schedule": changed}).start()


def published(stack: LocalStack) -> list[dict[str, Any]]:
    with urllib.request.urlopen(f"{stack.url}/.well-known/tashawur-keys.json") as answer:
        assert answer.headers["Cache-Control"] == "public, max-age=3600"
        keys: list[dict[str, Any]] = json.loads(answer.read())["keys"]
        return [key for key in keys if key["use"] == "receipt"]


def test_the_programmes_receipt_keys_rotate_once_a_year() -> None:
    with LocalStack(assembly(), speed=0) as stack:
        (first,) = published(stack)
        stack.advance(timedelta(days=366))
        old, new = published(stack)
        assert old["key_id"] == first["key_id"] != new["key_id"]
        assert old["valid_until"] == new["valid_from"]
        assert new["valid_until"] is None
