"""Alarms on what nobody would otherwise notice."""

from collections.abc import Sequence
from dataclasses import dataclass

from aws_cdk import Duration, Stack
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sns_subscriptions as subscriptions
from constructs import Construct

from infra.constructs.metrics import (
    WAITING,
    lag_of,
    of_api,
    of_function,
    of_machine,
    of_queue,
    of_stream,
    our_own,
)
from infra.constructs.names import pascal
from infra.constructs.service import Service
from infra.settings import InfraSettings

_STREAM_LATE = Duration.minutes(5)
_QUEUE_LATE = Duration.minutes(15)


@dataclass(frozen=True, kw_only=True)
class Watched:
    """What an operator watches: the services' functions, streams and queues, API and workflow."""

    services: Sequence[Service]
    api_id: str
    machine_arn: str


class Alarms(Construct):
    """Alarms of one stage, all to one SNS topic.

    Parameters
    ----------
    settings : InfraSettings
        Its stage is part of the topic's name; its alarm address is subscribed.
    watched : Watched
        What is watched.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        settings: InfraSettings,
        watched: Watched,
    ) -> None:
        super().__init__(scope, construct_id)
        self.topic = sns.Topic(
            self,
            "Topic",
            topic_name=f"tashawur-{settings.stage}-alarms",
            enforce_ssl=True,
            master_key=self._key(settings),
        )
        self.topic.add_to_resource_policy(self._publish())
        if settings.alarm_email:
            self.topic.add_subscription(subscriptions.EmailSubscription(settings.alarm_email))
        self._action = actions.SnsAction(self.topic)
        for service in watched.services:
            self._functions(service)
            self._streams(service)
            self._queues(service)
        self._executions(watched.machine_arn)
        self._cases()
        self._decisions()
        errors = of_api(watched.api_id, "5xx")
        self._alarm("ApiServerErrors", errors, "The API answers with server errors", above=5)

    def _key(self, settings: InfraSettings) -> kms.Key:
        """Key of the topic; that of SNS itself cannot be used by CloudWatch."""
        key = kms.Key(
            self,
            "Key",
            description="Tashawur: alarms on their way",
            enable_key_rotation=True,
            removal_policy=settings.removal,
        )
        key.add_to_resource_policy(
            iam.PolicyStatement(
                actions=["kms:Decrypt", "kms:GenerateDataKey"],
                resources=["*"],
                principals=[iam.ServicePrincipal("cloudwatch.amazonaws.com")],
                conditions={"StringEquals": {"aws:SourceAccount": Stack.of(self).account}},
            )
        )
        return key

    def _publish(self) -> iam.PolicyStatement:
        """A topic's own policy replaces the default one, under which alarms could publish."""
        return iam.PolicyStatement(
            actions=["sns:Publish"],
            resources=[self.topic.topic_arn],
            principals=[iam.ServicePrincipal("cloudwatch.amazonaws.com")],
            conditions={"StringEquals": {"aws:SourceAccount": Stack.of(self).account}},
        )

    def _functions(self, service: Service) -> None:
        for name, made in service.functions.items():
            errors = of_function(made.physical_name, "Errors")
            self._alarm(f"{pascal(name)}Errors", errors, f"{name} fails")

    def _streams(self, service: Service) -> None:
        for source in service.streams:
            name, late = source.function.name, _STREAM_LATE.to_milliseconds()
            lag = lag_of(source.function.physical_name)
            self._alarm(f"{pascal(name)}Late", lag, f"{name} lags behind its stream", above=late)
            parked = of_stream(source.mapping.ref, "OnFailureDestinationDeliveredEventCount")
            self._alarm(f"{pascal(name)}Parked", parked, f"{name} gave up on stream records")

    def _queues(self, service: Service) -> None:
        for subscription in service.subscriptions:
            late = of_queue(subscription.name, "ApproximateAgeOfOldestMessage")
            seconds = _QUEUE_LATE.to_seconds()
            prefix = f"{service.node.id}{subscription.node.id}"
            self._alarm(f"{prefix}Late", late, "Events wait for long in a queue", above=seconds)
            for part, queue in subscription.aside.items():
                waiting = of_queue(queue, WAITING)
                self._alarm(f"{prefix}{part}", waiting, f"{part}: events that nobody could take")

    def _executions(self, machine_arn: str) -> None:
        for outcome in ("Failed", "TimedOut", "Aborted"):
            metric = of_machine(machine_arn, f"Executions{outcome}")
            self._alarm(f"Execution{outcome}", metric, "A consultation stands still: resume it")
        lost = our_own("ExecutionsLost", service="topics")
        self._alarm("ExecutionLost", lost, "A consultation has no execution: resume it")

    def _cases(self) -> None:
        """What moderators are about to be late with, before they are."""
        soon = our_own("CasesDueSoon", service="moderation")
        self._alarm("CasesDueSoon", soon, "Cases come close to their time without a decision")
        late = our_own("CasesLate", service="moderation")
        self._alarm("CasesLate", late, "Cases are late, or appeals have waited for days")

    def _decisions(self) -> None:
        """Decisions that the plan has due, a week before and from then on."""
        soon = our_own("DecisionsDueSoon", service="topics")
        self._alarm("DecisionsDueSoon", soon, "Decisions are due within a week")
        late = our_own("DecisionsLate", service="topics")
        self._alarm("DecisionsLate", late, "Decisions are overdue by their plan")

    def _alarm(
        self, construct_id: str, metric: cloudwatch.IMetric, text: str, *, above: float = 0
    ) -> None:
        alarm = cloudwatch.Alarm(
            self,
            construct_id,
            metric=metric,
            alarm_description=text,
            threshold=above,
            comparison_operator=cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
            evaluation_periods=1,
            treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
        )
        alarm.add_alarm_action(self._action)
