"""How permissions are written: explicit actions on explicit resources, nothing implied."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from aws_cdk import Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from constructs import Construct

from infra.constructs.reasons import explain

DECRYPT = ("kms:Decrypt", "kms:DescribeKey")
ENCRYPT = (
    "kms:Decrypt",
    "kms:DescribeKey",
    "kms:Encrypt",
    "kms:GenerateDataKey",
    "kms:ReEncryptFrom",
    "kms:ReEncryptTo",
)


class Grant(iam.PolicyStatement):
    """A statement that allows, and why a resource of it must have a wildcard, if one has.

    Attributes
    ----------
    because : str
        The reason, which the role that gets the statement is explained with.
    """

    def __init__(
        self,
        *,
        actions: Sequence[str],
        resources: Sequence[str],
        conditions: Mapping[str, Any] | None = None,
        because: str = "",
    ) -> None:
        super().__init__(
            actions=list(actions), resources=list(resources), conditions=dict(conditions or {})
        )
        self.because = because


def refuse(actions: Sequence[str], *resources: str) -> iam.PolicyStatement:
    """Statement that refuses actions on resources, whatever else allows them."""
    return iam.PolicyStatement(
        effect=iam.Effect.DENY, actions=list(actions), resources=list(resources)
    )


def allow(actions: Sequence[str], *resources: str, because: str = "") -> Grant:
    """Statement that allows actions on resources; one with a wildcard says why (`because`)."""
    return Grant(actions=actions, resources=resources, because=because)


def allow_until(instant: datetime, actions: Sequence[str], *resources: str) -> Grant:
    """Statement that allows actions on resources before an instant, by the clock of AWS."""
    before = {"DateLessThan": {"aws:CurrentTime": f"{instant.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"}}
    return Grant(actions=actions, resources=resources, conditions=before)


def allow_key_through(key: kms.IKey, service: str, *actions: str) -> Grant:
    """Statement that allows the use of a key only through one AWS service (``"dynamodb"``)."""
    via = {"StringEquals": {"kms:ViaService": _endpoint(key, service)}}
    return Grant(actions=actions, resources=[key.key_arn], conditions=via)


def role_for(
    scope: Construct, service: str, statements: Sequence[iam.PolicyStatement], *, description: str
) -> iam.Role:
    """Role ``Role`` of one AWS service (``"lambda"``) that allows the statements and no more."""
    role = iam.Role(
        scope,
        "Role",
        assumed_by=iam.ServicePrincipal(f"{service}.amazonaws.com"),
        description=description,
        inline_policies={"grants": iam.PolicyDocument(statements=list(statements))},
    )
    explain_wildcards(role, statements)
    return role


def explain_wildcards(construct: Construct, statements: Sequence[iam.PolicyStatement]) -> None:
    """Explain a role or policy by what its statements say about their wildcards."""
    for resource, reason in _reasons(construct, statements).items():
        explain(construct, f"IAM5[Resource::{resource}]", reason)


def _reasons(scope: Construct, statements: Sequence[iam.PolicyStatement]) -> dict[str, str]:
    """Reasons of all statements by resource, as cdk-nag spells it; one may have several."""
    stack, reasons = Stack.of(scope), dict[str, list[str]]()
    for statement in statements:
        if isinstance(statement, Grant) and statement.because:
            for resource in statement.resources:
                told = reasons.setdefault(_spelled(stack.resolve(resource)), [])
                told += [] if statement.because in told else [statement.because]
    return {resource: " ".join(told) for resource, told in reasons.items()}


def _spelled(resource: Any) -> str:
    """Resource as one text, an import by the name of what is imported."""
    if isinstance(resource, str):
        return resource
    if "Fn::ImportValue" in resource:
        return str(resource["Fn::ImportValue"])
    if "Fn::GetAtt" in resource:
        return f"<{'.'.join(resource['Fn::GetAtt'])}>"
    if "Ref" in resource:
        return f"<{resource['Ref']}>"
    separator, parts = resource["Fn::Join"]
    return str(separator).join(_spelled(part) for part in parts)


def _endpoint(scope: Construct | kms.IKey, service: str) -> str:
    return f"{service}.{Stack.of(scope).region}.amazonaws.com"
