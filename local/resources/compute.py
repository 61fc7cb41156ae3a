"""Functions, their event sources, state machines, and the roles that they carry."""

import json
import re
from typing import Any

from local.emulator import ACCOUNT, REGION, client
from local.lambdas import DeploymentError, Function
from local.pollers.mapping import Mapping
from local.pollers.queues import QueuePoller
from local.pollers.streams import StreamPoller
from local.resources.deployment import Creator, Deployment, Resource
from local.template import Physical

_EMPTY_ZIP = b"PK\x05\x06" + bytes(18)
_DEFINITION_PLACEHOLDER = re.compile(r"\$\{([A-Za-z0-9_]+)\}")


def _role(_deployment: Deployment, resource: Resource) -> Physical:
    name = resource.name("RoleName")
    # moto wants a function's role to exist; what it allows is never looked at.
    made = client("iam").create_role(
        RoleName=name,
        AssumeRolePolicyDocument=json.dumps(resource.properties["AssumeRolePolicyDocument"]),
    )["Role"]
    return Physical(ref=name, attributes={"Arn": made["Arn"], "RoleId": made["RoleId"]})


def _function(deployment: Deployment, resource: Resource) -> Physical:
    given = resource.properties
    function = Function(
        name=resource.name("FunctionName"),
        arn=f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{resource.name('FunctionName')}",
        handler=given["Handler"],
        timeout_seconds=int(given.get("Timeout", 3)),
        memory_mb=int(given.get("MemorySize", 128)),
        environment=given.get("Environment", {}).get("Variables", {}),
    )
    deployment.functions.add(function)
    # moto must know the name; the code is the checkout's.
    client("lambda").create_function(
        FunctionName=function.name,
        Runtime=given.get("Runtime", "python3.13"),
        Role=given["Role"],
        Handler=function.handler,
        Code={"ZipFile": _EMPTY_ZIP},
    )
    return Physical(ref=function.name, attributes={"Arn": function.arn})


def _event_source(deployment: Deployment, resource: Resource) -> Physical:
    mapping = Mapping.of(resource.logical_id, resource.properties)
    service = mapping.source_arn.split(":")[2]
    if service == "sqs":
        queue = QueuePoller(mapping, deployment.clock, deployment.functions)
        deployment.pollers.append(queue)
        deployment.watchers.setdefault(mapping.source_arn, []).append(queue.wake.set)
    elif service == "dynamodb":
        stream = StreamPoller(mapping, deployment.clock, deployment.functions)
        deployment.pollers.append(stream)
        deployment.watchers.setdefault(stream.table_name, []).append(stream.written)
    else:
        raise DeploymentError(f"{resource.logical_id}: no poller for {mapping.source_arn}")
    return Physical(ref=resource.logical_id, attributes={"Id": resource.logical_id})


def _state_machine(deployment: Deployment, resource: Resource) -> Physical:
    given = resource.properties
    name = resource.name("StateMachineName")
    arn = client("stepfunctions").create_state_machine(
        name=name,
        definition=_definition(deployment, given),
        roleArn=given["RoleArn"],
        type=given.get("StateMachineType", "STANDARD"),
    )["stateMachineArn"]
    return Physical(ref=arn, attributes={"Arn": arn, "Name": name})


def _definition(deployment: Deployment, given: dict[str, Any]) -> str:
    if "DefinitionString" in given:
        text = str(given["DefinitionString"])
    else:
        text = deployment.assets[given["DefinitionS3Location"]["Key"]].read_text()
    values = given.get("DefinitionSubstitutions", {})

    def value(match: re.Match[str]) -> str:
        return str(values.get(match[1], match[0]))

    return _DEFINITION_PLACEHOLDER.sub(value, text)


CREATORS: dict[str, Creator] = {
    "AWS::IAM::Role": _role,
    "AWS::Lambda::EventSourceMapping": _event_source,
    "AWS::Lambda::Function": _function,
    "AWS::StepFunctions::StateMachine": _state_machine,
}
