"""The topics service: plans, the topic's row, the workflow's hands."""

from collections.abc import Sequence

from aws_cdk import Duration
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from infra.constructs.function import BULK, REQUEST, Size
from infra.constructs.grants import Grant, allow
from infra.constructs.names import executions_arn, function_name, function_variable, machine_arn
from infra.constructs.service import Platform, Service
from infra.constructs.stream import Reading
from infra.constructs.subscription import Every, ExecutionsEnded, Subscription

_WINDOW = "comments-set_window"
_COUNT = "comments-count"
_GATE = "analysis-gate"
_RECONCILIATIONS = tuple(
    f"{service}-reconcile"
    for service in ("topics", "comments", "moderation", "analysis", "outreach", "archive")
)
_PATIENT = Size(memory=REQUEST.memory, timeout=28)
"""An operator waits for a piece of reconciliation; the gateway gives up after 30 s."""
_SWEEP = Every(interval=Duration.minutes(15))
"""How long a lost execution may go unnoticed."""


class Topics(Service):
    """Functions of the topics service.

    Parameters
    ----------
    calendar_layers : sequence of aws_cdk.aws_lambda.ILayerVersion
        What only the calendar's function depends on.
    """

    def __init__(
        self,
        scope: Construct,
        platform: Platform,
        *,
        calendar_layers: Sequence[lambda_.ILayerVersion],
    ) -> None:
        self._machine_arn = machine_arn(scope, platform.runtime.stage)
        self._executions_arn = executions_arn(scope, platform.runtime.stage)
        super().__init__(
            scope,
            "topics",
            platform=platform,
            environment={"STATE_MACHINE_ARN": self._machine_arn},
            calls=(_WINDOW, _COUNT, _GATE),
        )
        self._requests()
        read = [*self.table.use("GetItem"), *self.table.query_index()]
        self.on_request("calendar", read, layers=calendar_layers)
        self._workflow()
        self._operation()
        self.function("serve", self.table.use("GetItem", "Query"))

    def _requests(self) -> None:
        table, secret = self.table, self.platform.keys.read_secret()
        self.on_request("read", table.use("GetItem", "Query"), table.query_index(), secret)
        write = table.use("GetItem", "PutItem", "UpdateItem")
        self.on_request("manage", write, self.invoke(_WINDOW, _COUNT, _GATE))

    def _operation(self) -> None:
        secret = self.platform.keys.read_secret()
        write = self.table.use("GetItem", "PutItem", "UpdateItem")
        look = ["states:DescribeExecution", "states:GetExecutionHistory"]
        read = [*self.table.query_index(), self._of_executions(*look)]
        self.on_request(
            "operate",
            write,
            read,
            secret,
            self.invoke(*_RECONCILIATIONS),
            size=_PATIENT,
            variables={
                function_variable(each): function_name(self.platform.runtime.stage, each)
                for each in _RECONCILIATIONS
            },
        )
        ended = ExecutionsEnded(machine_arn=self._machine_arn)
        self.on_events("failures", write, interest=ended)
        find = [
            allow(["states:ListExecutions"], self._machine_arn),
            self._of_executions("states:DescribeExecution"),
        ]
        self.on_events("sweep", write, self.table.query_index(), find, interest=_SWEEP)

    def _of_executions(self, *actions: str) -> Grant:
        because = "Executions are as many as topics: only those of this one machine are meant."
        return allow(actions, self._executions_arn, because=because)

    def operate_queues(self, subscriptions: Sequence[Subscription]) -> None:
        """Make the function by which operators see the queues and redrive what failed.

        Parameters
        ----------
        subscriptions : sequence of Subscription
            Those of all services.
        """
        queues = [each.queue.queue_arn for each in subscriptions]
        aside = [
            queue.queue_arn
            for each in subscriptions
            for queue in (each.dead_letters, each.undelivered)
        ]
        take = ["sqs:ChangeMessageVisibility", "sqs:DeleteMessage", "sqs:ReceiveMessage"]
        grants = [
            allow(["sqs:GetQueueAttributes", "sqs:GetQueueUrl"], *queues, *aside),
            allow(take, *aside),
            allow(["sqs:SendMessage"], *queues),
            allow(
                ["cloudwatch:GetMetricData"],
                "*",
                because="CloudWatch knows no resources: its figures are read or they are not.",
            ),
        ]
        self.on_request(
            "queues",
            self.table.use("GetItem", "PutItem", "UpdateItem"),
            grants,
            size=REQUEST,
            variables={"TOPICS_QUEUES": ",".join(each.name for each in subscriptions)},
        )

    def _workflow(self) -> None:
        table = self.table
        self.function(
            "workflow",
            table.use("ConditionCheckItem", "GetItem", "PutItem", "UpdateItem"),
            self.invoke(_GATE),
        )
        self.function("export", table.use("GetItem", "Query"), self.put_parts(), size=BULK)
        ring = [allow(["states:SendTaskSuccess", "states:StartExecution"], self._machine_arn)]
        self.on_stream(
            "bell", table.use("GetItem"), ring, self.invoke(_WINDOW), reading=Reading(batch=10)
        )
        self.relay()
        self.reconcile()
