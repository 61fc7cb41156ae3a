"""Events to a function: rule, queue, dead letters; nothing is lost on either leg."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from aws_cdk import Duration
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from infra.constructs.function import ServiceFunction, Size
from infra.constructs.grants import allow
from infra.constructs.reasons import explain

MAX_RECEIVE_COUNT = 5
_VISIBILITY_FACTOR = 6
_KEPT = Duration.days(14)
_KEPT_OF_MAIL = Duration.days(4)
"""SES's events have addresses in them, and what cannot reach its queue may lie aside as it came."""
_SES_EVENTS = {"bounce": "Email Bounced", "complaint": "Email Complaint Received"}


@dataclass(frozen=True, kw_only=True)
class Interest:
    """Which events a function wants: their types, and the services that emit them."""

    types: Sequence[str]
    services: Sequence[str]

    def rule(self, scope: Construct, bus: events.IEventBus) -> events.Rule:
        """Rule on the programme's bus."""
        sources = [f"tashawur.{service}" for service in self.services]
        pattern = events.EventPattern(source=sources, detail_type=list(self.types))
        return events.Rule(scope, "Rule", event_bus=bus, event_pattern=pattern)


@dataclass(frozen=True, kw_only=True)
class EveryEvent:
    """All events of the programme, whoever emits them and whatever types there will be."""

    def rule(self, scope: Construct, bus: events.IEventBus) -> events.Rule:
        """Rule on the programme's bus."""
        pattern = events.EventPattern(source=events.Match.prefix("tashawur."))
        return events.Rule(scope, "Rule", event_bus=bus, event_pattern=pattern)


@dataclass(frozen=True, kw_only=True)
class Every:
    """A function that the clock starts, through a queue like any other event."""

    interval: Duration

    def rule(self, scope: Construct, _bus: events.IEventBus) -> events.Rule:
        """Rule on the account's own bus, the only one that knows schedules."""
        return events.Rule(scope, "Rule", schedule=events.Schedule.rate(self.interval))


@dataclass(frozen=True, kw_only=True)
class ExecutionsEnded:
    """Executions of a state machine that ended otherwise than they should.

    ``States.ALL`` in the machine misses ``States.Runtime`` and ``States.DataLimitExceeded``; what
    Step Functions itself tells misses nothing.
    """

    machine_arn: str

    def rule(self, scope: Construct, _bus: events.IEventBus) -> events.Rule:
        """Rule on the account's own bus, where AWS services put their events."""
        pattern = events.EventPattern(
            source=["aws.states"],
            detail_type=["Step Functions Execution Status Change"],
            detail={
                "stateMachineArn": [self.machine_arn],
                "status": ["ABORTED", "FAILED", "TIMED_OUT"],
            },
        )
        return events.Rule(scope, "Rule", event_pattern=pattern)


@dataclass(frozen=True, kw_only=True)
class MailReturned:
    """Mails of one configuration set that came back (``bounce``) or were called spam.

    SES's events have the address in them; the queue gets the mail's tags instead, which have its
    pseudonym. Each kind has a rule of its own, as a path that an event lacks spoils the message.
    """

    configuration_set: str
    kind: Literal["bounce", "complaint"]

    def rule(self, scope: Construct, _bus: events.IEventBus) -> events.Rule:
        """Rule on the account's own bus, where AWS services put their events."""
        pattern = events.EventPattern(
            source=["aws.ses"],
            detail_type=[_SES_EVENTS[self.kind]],
            detail={"mail": {"tags": {"ses:configuration-set": [self.configuration_set]}}},
        )
        return events.Rule(scope, f"{self.kind.capitalize()}Rule", event_pattern=pattern)

    def message(self) -> events.RuleTargetInput:
        """What the queue gets of an event."""
        taken = {"kind": self.kind, "tags": events.EventField.from_path("$.detail.mail.tags")}
        if self.kind == "bounce":
            taken["bounce"] = events.EventField.from_path("$.detail.bounce.bounceType")
        return events.RuleTargetInput.from_object(taken)


@dataclass(frozen=True, kw_only=True)
class Pull:
    """How a function gets the messages of its queue.

    Attributes
    ----------
    batch : int
        Most messages that it gets at once. They wait for each other: one each, where some take
        long. AWS then charges an invocation and some requests for each message: about a dollar for
        a million.
    at_once : int or None
        How often it runs at the same time at most; as often as Lambda likes, if it does not matter.
    """

    batch: int = 10
    at_once: int | None = None


ORDINARY = Pull()
Occasion = Interest | EveryEvent | Every | ExecutionsEnded | MailReturned
"""What has a function called through its queue."""


class Subscription(Construct):
    """A queue that a rule on the bus fills.

    The queues are encrypted with SQS's own key: events carry ids only, and EventBridge would need
    the use of a key of ours.

    Parameters
    ----------
    name : str
        Name of the function that it is for, as it is named physically.
    bus : aws_cdk.aws_events.IEventBus
        Where the events are.
    interest : Occasion
        Which of them.
    size : Size
        Size of the function; a message stays hidden six times as long as it may run.

    Attributes
    ----------
    name : str
        Name of the queue, and of the function.
    aside : dict
        Names of the queues of what failed, by kind.
    queue, dead_letters, undelivered : aws_cdk.aws_sqs.Queue
        Events on their way; those that failed five times; those that never reached the queue.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        name: str,
        bus: events.IEventBus,
        interest: Occasion,
        size: Size,
    ) -> None:
        super().__init__(scope, construct_id)
        self.name = name
        kept = _KEPT_OF_MAIL if isinstance(interest, MailReturned) else _KEPT
        self.aside = {
            "DeadLetters": f"{name}-dead-letters",
            "Undelivered": f"{name}-undelivered",
        }
        self.dead_letters = _queue(self, "DeadLetters", self.aside["DeadLetters"], kept=kept)
        self.undelivered = _queue(self, "Undelivered", self.aside["Undelivered"], kept=kept)
        explain(
            self.undelivered,
            "SQS3",
            "It is a dead letter queue itself, that of the rule's target; cdk-nag knows only those"
            " of other queues.",
        )
        self.queue = _queue(
            self,
            "Queue",
            name,
            kept=kept,
            visibility=Duration.seconds(_VISIBILITY_FACTOR * size.timeout),
            dead_letters=sqs.DeadLetterQueue(
                queue=self.dead_letters, max_receive_count=MAX_RECEIVE_COUNT
            ),
        )
        self._bus = bus
        self.fill_on(interest)

    def fill_on(self, interest: Occasion) -> None:
        """Have the queue filled on an occasion."""
        message = interest.message() if isinstance(interest, MailReturned) else None
        target = targets.SqsQueue(self.queue, dead_letter_queue=self.undelivered, message=message)
        interest.rule(self, self._bus).add_target(target)

    def receive(self) -> list[iam.PolicyStatement]:
        """Take messages from the queue."""
        actions = ["sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage"]
        return [allow(actions, self.queue.queue_arn)]

    def deliver_to(self, function: ServiceFunction, pull: Pull) -> None:
        """Let the queue start a function; single messages may fail."""
        mapping = lambda_.CfnEventSourceMapping
        most = pull.at_once
        scaling = mapping.ScalingConfigProperty(maximum_concurrency=most) if most else None
        mapping(
            self,
            "Mapping",
            function_name=function.function.function_name,
            event_source_arn=self.queue.queue_arn,
            batch_size=pull.batch,
            function_response_types=["ReportBatchItemFailures"],
            scaling_config=scaling,
        )


def _queue(
    scope: Construct,
    construct_id: str,
    name: str,
    *,
    kept: Duration,
    visibility: Duration | None = None,
    dead_letters: sqs.DeadLetterQueue | None = None,
) -> sqs.Queue:
    return sqs.Queue(
        scope,
        construct_id,
        queue_name=name,
        encryption=sqs.QueueEncryption.SQS_MANAGED,
        enforce_ssl=True,
        retention_period=kept,
        visibility_timeout=visibility,
        dead_letter_queue=dead_letters,
    )
