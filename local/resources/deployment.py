"""The state of a deployment, and the table of the types that it can create."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from local.clock import LocalClock
from local.lambdas import DeploymentError, Functions
from local.pollers.queues import QueuePoller
from local.pollers.streams import StreamPoller
from local.rotation import Rotation
from local.schedules import Schedule
from local.template import Physical, Template


@dataclass(frozen=True, kw_only=True)
class Resource:
    """One resource of a template, its properties resolved."""

    stack: str
    logical_id: str
    type: str
    properties: dict[str, Any]

    def name(self, key: str, *, limit: int = 60) -> str:
        """Name given under a property, or else one made of the stack's and the logical id."""
        given = self.properties.get(key)
        return str(given) if given else f"{self.stack}-{self.logical_id}"[-limit:]


@dataclass
class Deployment:
    """What stands so far.

    Attributes
    ----------
    assets : mapping
        Files of the cloud assembly by object key.
    pollers : list
        What runs by itself once everything stands: event sources and schedules.
    watchers : dict
        Whom to tell that something was written, by queue ARN or table name.
    http : dict
        Resources of the HTTP API by physical id: APIs, routes, integrations, authorizers.
    """

    clock: LocalClock
    functions: Functions
    assets: Mapping[str, Path]
    pollers: list[QueuePoller | StreamPoller | Rotation | Schedule] = field(default_factory=list)
    watchers: dict[str, list[Callable[[], None]]] = field(default_factory=dict)
    http: dict[str, Resource] = field(default_factory=dict)


Creator = Callable[[Deployment, Resource], Physical]

INERT = (
    "AWS::ApiGatewayV2::ApiMapping",
    "AWS::ApiGatewayV2::DomainName",
    "AWS::ApiGatewayV2::Stage",
    "AWS::CDK::Metadata",
    "AWS::CloudFront::",
    "AWS::CloudWatch::",
    "AWS::Cognito::",
    "AWS::Events::Archive",
    "AWS::Events::EventBusPolicy",
    "AWS::IAM::ManagedPolicy",
    "AWS::IAM::Policy",
    "AWS::Lambda::EventInvokeConfig",
    "AWS::Lambda::LayerVersion",
    "AWS::Lambda::LayerVersionPermission",
    "AWS::Lambda::Permission",
    "AWS::Logs::",
    "AWS::Route53::",
    "AWS::S3::BucketPolicy",
    "AWS::SNS::Subscription",
    "AWS::SNS::TopicPolicy",
    "AWS::SQS::QueuePolicy",
    "AWS::WAFv2::",
    "AWS::XRay::",
)
"""Types, or beginnings of types, that nothing stands behind: policies are tested in
``tests/infra``, alarms have nobody to call, the local issuer stands in for Cognito."""


def create(deployment: Deployment, template: Template) -> None:
    """Create the resources of a template, each after those that it refers to.

    Raises
    ------
    DeploymentError
        Naming the type, if it can neither be created nor is known to be inert.
    """
    for logical_id, declared in template.in_order():
        properties = template.resolve(declared.get("Properties", {}))
        resource = Resource(
            stack=template.stack,
            logical_id=logical_id,
            type=declared["Type"],
            properties=properties,
        )
        template.resources[logical_id] = _creator(resource.type)(deployment, resource)


def _creator(kind: str) -> Creator:
    from local.resources import compute, data, gateway, messaging

    creators = compute.CREATORS | data.CREATORS | gateway.CREATORS | messaging.CREATORS
    if kind in creators:
        return creators[kind]
    if kind.startswith(INERT):
        return _inert
    raise DeploymentError(f"the local stack cannot create {kind}, nor is it known to be inert")


def _inert(_deployment: Deployment, resource: Resource) -> Physical:
    return Physical(ref=f"{resource.stack}-{resource.logical_id}", inert=True)
