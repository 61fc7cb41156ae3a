"""The topics service: plans, the topic's row, the workflow's hands."""

from collections.abc import Sequence

from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from infra.constructs.function import BULK
from infra.constructs.grants import allow
from infra.constructs.names import machine_arn
from infra.constructs.service import Platform, Service
from infra.constructs.stream import Reading
from infra.constructs.subscription import ExecutionsEnded

_WINDOW = "comments-set_window"
_COUNT = "comments-count"
_GATE = "analysis-gate"


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
        self.on_request("operate", write, self.table.query_index(), secret)
        ended = ExecutionsEnded(machine_arn=self._machine_arn)
        self.on_events("failures", write, interest=ended)

    def _workflow(self) -> None:
        table = self.table
        self.function(
            "workflow", table.use("ConditionCheckItem", "GetItem", "PutItem", "UpdateItem")
        )
        self.function("export", table.use("GetItem", "Query"), self.put_parts(), size=BULK)
        ring = [allow(["states:SendTaskSuccess", "states:StartExecution"], self._machine_arn)]
        self.on_stream(
            "bell", table.use("GetItem"), ring, self.invoke(_WINDOW), reading=Reading(batch=10)
        )
        self.relay()
