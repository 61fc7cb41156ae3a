"""Queues, topics, buses and rules, e-mail identities."""

import json

from local.emulator import ACCOUNT, REGION, client
from local.lambdas import DeploymentError
from local.resources.deployment import Creator, Deployment, Resource
from local.schedules import Schedule, seconds_of
from local.template import Physical

_QUEUE_ATTRIBUTES = (
    "ContentBasedDeduplication",
    "DelaySeconds",
    "FifoQueue",
    "MaximumMessageSize",
    "MessageRetentionPeriod",
    "ReceiveMessageWaitTimeSeconds",
    "VisibilityTimeout",
)


def _queue(_deployment: Deployment, resource: Resource) -> Physical:
    given = resource.properties
    name = resource.name("QueueName")
    attributes = {key: _text(given[key]) for key in _QUEUE_ATTRIBUTES if key in given}
    if "RedrivePolicy" in given:
        attributes["RedrivePolicy"] = json.dumps(given["RedrivePolicy"])
    made = client("sqs").create_queue(QueueName=name, Attributes=attributes)
    arn = f"arn:aws:sqs:{REGION}:{ACCOUNT}:{name}"
    url = made["QueueUrl"]
    return Physical(ref=url, attributes={"Arn": arn, "QueueName": name, "QueueUrl": url})


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _topic(_deployment: Deployment, resource: Resource) -> Physical:
    name = resource.name("TopicName")
    arn = client("sns").create_topic(Name=name)["TopicArn"]
    return Physical(ref=arn, attributes={"TopicArn": arn, "TopicName": name})


def _bus(_deployment: Deployment, resource: Resource) -> Physical:
    name = resource.name("Name")
    arn = client("events").create_event_bus(Name=name)["EventBusArn"]
    return Physical(ref=name, attributes={"Arn": arn, "Name": name})


def _rule(deployment: Deployment, resource: Resource) -> Physical:
    given = resource.properties
    if "ScheduleExpression" in given:
        return _schedule(deployment, resource)
    name = resource.name("Name")
    bus = given.get("EventBusName", "default")
    events = client("events")
    arn = events.put_rule(
        Name=name,
        EventBusName=bus,
        EventPattern=json.dumps(given["EventPattern"]),
        State=given.get("State", "ENABLED"),
    )["RuleArn"]
    for target in given.get("Targets", []):
        _must_deliver(resource, target["Arn"])
    if targets := given.get("Targets"):
        wanted = ("Id", "Arn", "InputTransformer", "SqsParameters")
        kept = [{key: target[key] for key in wanted if key in target} for target in targets]
        events.put_targets(Rule=name, EventBusName=bus, Targets=kept)
    return Physical(ref=name, attributes={"Arn": arn})


def _schedule(deployment: Deployment, resource: Resource) -> Physical:
    given = resource.properties
    name = resource.name("Name")
    arn = f"arn:aws:events:{REGION}:{ACCOUNT}:rule/{name}"
    for target in given.get("Targets", []):
        _must_deliver(resource, target["Arn"])
    schedule = Schedule(
        arn,
        every_seconds=seconds_of(given["ScheduleExpression"]),
        targets=given.get("Targets", []),
        clock=deployment.clock,
        functions=deployment.functions,
    )
    if given.get("State", "ENABLED") == "ENABLED":
        deployment.pollers.append(schedule)
    return Physical(ref=name, attributes={"Arn": arn})


def _must_deliver(resource: Resource, arn: str) -> None:
    if arn.split(":")[2] not in ("sqs", "lambda"):
        raise DeploymentError(f"rule {resource.logical_id}: no delivery to {arn}")


def _email_identity(_deployment: Deployment, resource: Resource) -> Physical:
    name = resource.properties["EmailIdentity"]
    client("sesv2").create_email_identity(EmailIdentity=name)
    return Physical(ref=name, inert=True)


def _configuration_set(_deployment: Deployment, resource: Resource) -> Physical:
    name = resource.name("Name")
    client("sesv2").create_configuration_set(ConfigurationSetName=name)
    return Physical(ref=name, inert=True)


def _event_destination(_deployment: Deployment, resource: Resource) -> Physical:
    # moto's SES sends no mail anywhere, so that nothing ever comes back to be told of.
    return Physical(ref=resource.logical_id, inert=True)


CREATORS: dict[str, Creator] = {
    "AWS::Events::EventBus": _bus,
    "AWS::Events::Rule": _rule,
    "AWS::SES::ConfigurationSet": _configuration_set,
    "AWS::SES::ConfigurationSetEventDestination": _event_destination,
    "AWS::SES::EmailIdentity": _email_identity,
    "AWS::SNS::Topic": _topic,
    "AWS::SQS::Queue": _queue,
}
