"""How permissions are written: explicit actions on explicit resources, nothing implied."""

from collections.abc import Sequence

from aws_cdk import Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from constructs import Construct

DECRYPT = ("kms:Decrypt", "kms:DescribeKey")
ENCRYPT = (
    "kms:Decrypt",
    "kms:DescribeKey",
    "kms:Encrypt",
    "kms:GenerateDataKey",
    "kms:ReEncryptFrom",
    "kms:ReEncryptTo",
)


def allow(actions: Sequence[str], *resources: str) -> iam.PolicyStatement:
    """Statement that allows actions on resources."""
    return iam.PolicyStatement(actions=list(actions), resources=list(resources))


def refuse(actions: Sequence[str], *resources: str) -> iam.PolicyStatement:
    """Statement that refuses actions on resources, whatever else allows them."""
    return iam.PolicyStatement(
        effect=iam.Effect.DENY, actions=list(actions), resources=list(resources)
    )


def allow_key_through(key: kms.IKey, service: str, *actions: str) -> iam.PolicyStatement:
    """Statement that allows the use of a key only through one AWS service (``"dynamodb"``)."""
    return iam.PolicyStatement(
        actions=list(actions),
        resources=[key.key_arn],
        conditions={"StringEquals": {"kms:ViaService": _endpoint(key, service)}},
    )


def _endpoint(scope: Construct | kms.IKey, service: str) -> str:
    return f"{service}.{Stack.of(scope).region}.amazonaws.com"
