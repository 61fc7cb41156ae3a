"""The outreach service: notices over channels, subscriptions, the feed."""

from collections.abc import Sequence

from aws_cdk import Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from infra.constructs.function import BULK
from infra.constructs.service import Platform, Service

_TOPICS = "topics-serve"


class Outreach(Service):
    """Functions of the outreach service.

    Parameters
    ----------
    sender : str
        SES address that notices come from.
    layers : sequence of aws_cdk.aws_lambda.ILayerVersion
        What only this service depends on.
    """

    def __init__(
        self,
        scope: Construct,
        platform: Platform,
        *,
        sender: str,
        layers: Sequence[lambda_.ILayerVersion],
    ) -> None:
        super().__init__(
            scope,
            "outreach",
            platform=platform,
            environment={"OUTREACH_SENDER": sender},
            calls=(_TOPICS,),
            layers=layers,
        )
        self._mail(sender)
        secret = platform.keys.read_secret()
        self.on_request("read", self.table.use("Query"), secret)
        self.function("export", self.table.use("Query"), self.put_parts(), size=BULK)
        self.relay()
        self.reconcile()

    def _mail(self, sender: str) -> None:
        table, ask = self.table, self.invoke(_TOPICS)
        means = [*self.platform.keys.read_secret(), *self._send(sender), *ask]
        ledger = table.use("GetItem", "PutItem", "Query", "UpdateItem")
        self.function("deliver", ledger, means, size=BULK)
        self.on_request("subscriptions", table.use("GetItem", "PutItem", "UpdateItem"), means)

    def _send(self, sender: str) -> list[iam.PolicyStatement]:
        """Send mail, from that one address."""
        identity = Stack.of(self).format_arn(
            service="ses", resource="identity", resource_name=sender
        )
        return [
            iam.PolicyStatement(
                actions=["ses:SendEmail"],
                resources=[identity],
                conditions={"StringEquals": {"ses:FromAddress": sender}},
            )
        ]
