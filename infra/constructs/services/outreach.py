"""The outreach service: notices over channels, subscriptions, the feed."""

from collections.abc import Sequence
from dataclasses import dataclass

from aws_cdk import Duration, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from infra.constructs.function import BULK
from infra.constructs.grants import allow, refuse
from infra.constructs.mail import ReturnedMail
from infra.constructs.service import Platform, Service
from infra.constructs.subscription import Every, Interest, MailReturned, Pull

_TOPICS = "topics-serve"
_CONTACTS = "comments-contacts"
"""Gives addresses of participants: to `notify` alone."""
_ANSWERS = "analysis-serve"
"""Tells what comments were answered: to `notify` alone."""
_EACH_BY_ITSELF = Pull(batch=1, at_once=8)
"""Of what is due one message may take a minute, and puts off no other. As many at once as share
what the account may send: `transport.SENDERS_AT_ONCE`."""
_SWEEP = Every(interval=Duration.hours(1))
"""How often it is looked who is to be reminded, and which deliveries go on that ended too early."""


@dataclass(frozen=True, kw_only=True)
class SentFrom:
    """Whom notices come from, and how many the account may send in a second.

    Attributes
    ----------
    identity : str
        Verified identity (address or domain) that the address is of.
    """

    address: str
    identity: str
    emails_per_second: int
    texts_per_second: int


class Outreach(Service):
    """Functions of the outreach service.

    Parameters
    ----------
    sender : SentFrom
        Whom notices come from.
    layers : sequence of aws_cdk.aws_lambda.ILayerVersion
        What only this service depends on.
    """

    def __init__(
        self,
        scope: Construct,
        platform: Platform,
        *,
        sender: SentFrom,
        layers: Sequence[lambda_.ILayerVersion],
    ) -> None:
        self._configuration_set = f"tashawur-{platform.runtime.stage}-outreach"
        super().__init__(
            scope,
            "outreach",
            platform=platform,
            environment={
                "OUTREACH_SENDER": sender.address,
                "OUTREACH_CONFIGURATION_SET": self._configuration_set,
                "EMAILS_PER_SECOND": str(sender.emails_per_second),
                "TEXTS_PER_SECOND": str(sender.texts_per_second),
            },
            calls=(_TOPICS, _CONTACTS, _ANSWERS),
            layers=layers,
        )
        self._mail(sender)
        self._plan()
        self._feedback()
        secret = platform.keys.read_secret()
        self.on_request("read", self.table.use("GetItem", "Query"), secret, self.invoke(_TOPICS))
        registry = self.table.use("GetItem", "PutItem", "Query", "UpdateItem")
        self.on_request("webhooks", registry, secret)
        self.function("export", self.table.use("GetItem", "Query"), self.put_parts(), size=BULK)
        self.relay()
        self.reconcile()

    def _plan(self) -> None:
        """What nobody in the workflow asks for: extensions, answers, reminders."""
        ask = [*self.invoke(_TOPICS)]
        happened = Interest(
            types=(
                "CollectionOpened",
                "CollectionExtended",
                "InquiryAnswered",
                "InclusionGapFound",
                "ModerationDecided",
                "DecisionAnnounced",
                "DispositionCorrected",
            ),
            services=("topics", "comments", "moderation", "analysis"),
        )
        plan = self.table.use("GetItem", "PutItem")
        self.on_events("consume", plan, ask, interest=happened)
        sweep = self.table.use("GetItem", "PutItem", "Query", "UpdateItem")
        self.on_events("remind", sweep, ask, interest=_SWEEP)

    def _feedback(self) -> None:
        """What SES tells of mails afterwards."""
        ReturnedMail(self, "ReturnedMail", name=self._configuration_set)
        bounces = MailReturned(configuration_set=self._configuration_set, kind="bounce")
        complaints = MailReturned(configuration_set=self._configuration_set, kind="complaint")
        note = self.table.use("GetItem", "PutItem", "UpdateItem")
        self.on_events("feedback", note, interest=bounces)
        self.subscriptions[-1].fill_on(complaints)

    def _mail(self, sender: SentFrom) -> None:
        table, ask = self.table, self.invoke(_TOPICS)
        means = [*self.platform.keys.read_secret(), *self._send(sender), *self._text(), *ask]
        ledger = table.use("GetItem", "PutItem", "Query", "UpdateItem")
        self.function("deliver", ledger, means, size=BULK)
        due = Interest(types=("NoticeDue",), services=("outreach",))
        authors = self.invoke(_CONTACTS, _ANSWERS)
        self.on_events("notify", ledger, means, authors, interest=due, pull=_EACH_BY_ITSELF)
        self.on_request("subscriptions", table.use("GetItem", "PutItem", "UpdateItem"), means)

    def _text(self) -> list[iam.PolicyStatement]:
        """Send text messages: a telephone has no ARN, so whatever has one is refused."""
        topics = Stack.of(self).format_arn(service="sns", account="*", region="*", resource="*")
        telephones = allow(
            ["sns:Publish"],
            "*",
            because="A telephone has no ARN; every topic, which has one, is refused beside it.",
        )
        return [telephones, refuse(["sns:Publish"], topics)]

    def _send(self, sender: SentFrom) -> list[iam.PolicyStatement]:
        """Send mail, from that one address and by that one configuration set."""
        identity, configuration_set = (
            Stack.of(self).format_arn(service="ses", resource=kind, resource_name=name)
            for kind, name in (
                ("identity", sender.identity),
                ("configuration-set", self._configuration_set),
            )
        )
        return [
            iam.PolicyStatement(
                actions=["ses:SendEmail"],
                resources=[identity, configuration_set],
                conditions={"StringEquals": {"ses:FromAddress": sender.address}},
            )
        ]
