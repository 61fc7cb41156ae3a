"""One Lambda function with a role of its own, which holds exactly what it was granted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from aws_cdk import Duration, RemovalPolicy
from aws_cdk import Size as Storage
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from constructs import Construct

from infra.constructs.grants import allow, role_for
from infra.constructs.layers import ARCHITECTURE, RUNTIME
from infra.constructs.names import function_name
from infra.constructs.reasons import explain

_NOT_THE_NEWEST = (
    "Python 3.13 is supported by Lambda and the version that the locked wheels, the tests and the"
    " cold start figures are for; a newer one is taken up with all of these, in one constant."
)
_RETENTION = {
    7: logs.RetentionDays.ONE_WEEK,
    30: logs.RetentionDays.ONE_MONTH,
    90: logs.RetentionDays.THREE_MONTHS,
    365: logs.RetentionDays.ONE_YEAR,
}


@dataclass(frozen=True, kw_only=True)
class Size:
    """How large a function is: memory in MB (CPU grows with it), time limit in seconds.

    Attributes
    ----------
    disk : int or None
        MB of the disk that it has while it runs, where the 512 of every function are too few.
    """

    memory: int
    timeout: int
    disk: int | None = None


REQUEST = Size(memory=1024, timeout=20)
"""Somebody waits for the answer; the gateway gives up after 30 s."""
STEP = Size(memory=512, timeout=60)
"""One short piece of work: a workflow step, a batch of a queue or stream, another's call."""
WHOLE_CPU = Size(memory=1769, timeout=60)
"""Computes for long enough to be worth a whole CPU, while another function waits."""
BULK = Size(memory=1769, timeout=840)
"""All comments of a round at once; a whole CPU, and less than the workflow's 900 s."""


@dataclass(frozen=True, kw_only=True)
class Runtime:
    """What all the functions have in common.

    Attributes
    ----------
    stage : str
        Part of every function's name.
    code : aws_cdk.aws_lambda.Code
        The ``services`` package.
    layers : sequence of aws_cdk.aws_lambda.ILayerVersion
        Layers under every function; empty on one machine.
    log_retention_days : int
        How long logs are kept.
    """

    stage: str
    code: lambda_.Code
    layers: Sequence[lambda_.ILayerVersion]
    log_retention_days: int


class ServiceFunction(Construct):
    """One function of ``docs/architecture.md``.

    Parameters
    ----------
    name : str
        Its name there, e.g. ``"comments-set_window"``.
    runtime : Runtime
        What it shares with the others.
    size : Size
        Memory, time limit and disk.
    environment : mapping
        Its service's variables.
    grants : sequence of aws_cdk.aws_iam.PolicyStatement
        All that its role may do beside logging and tracing.
    layers : sequence of aws_cdk.aws_lambda.ILayerVersion
        Layers that only its service has.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        name: str,
        runtime: Runtime,
        size: Size,
        environment: Mapping[str, str],
        grants: Sequence[iam.PolicyStatement],
        layers: Sequence[lambda_.ILayerVersion] = (),
    ) -> None:
        super().__init__(scope, construct_id)
        service, _, handler = name.partition("-")
        self.name = name
        self.size = size
        self.physical_name = physical_name = function_name(runtime.stage, name)
        self.log_group = log_group(
            self, "Logs", name=f"/aws/lambda/{physical_name}", days=runtime.log_retention_days
        )
        self.role = self._make_role(grants)
        self.function = lambda_.Function(
            self,
            "Function",
            function_name=physical_name,
            code=runtime.code,
            handler=f"services.{service}.handlers.{handler}.handler",
            runtime=RUNTIME,
            architecture=ARCHITECTURE,
            layers=[*runtime.layers, *layers],
            memory_size=size.memory,
            timeout=Duration.seconds(size.timeout),
            ephemeral_storage_size=Storage.mebibytes(size.disk) if size.disk else None,
            environment=dict(environment),
            role=self.role.without_policy_updates(),
            log_group=self.log_group,
            logging_format=lambda_.LoggingFormat.JSON,
            tracing=lambda_.Tracing.ACTIVE,
        )
        explain(self.function, "L1", _NOT_THE_NEWEST)

    def _make_role(self, grants: Sequence[iam.PolicyStatement]) -> iam.Role:
        always = [
            allow(["logs:CreateLogStream", "logs:PutLogEvents"], self.log_group.log_group_arn),
            allow(
                ["xray:PutTelemetryRecords", "xray:PutTraceSegments"],
                "*",
                because="X-Ray knows no resources: segments can be sent to all or to none.",
            ),
        ]
        return role_for(self, "lambda", [*always, *grants], description=f"What {self.name} may do")


def log_group(scope: Construct, construct_id: str, *, name: str, days: int) -> logs.LogGroup:
    """Log group of a fixed name that goes with its stack and keeps what it has for some days."""
    return logs.LogGroup(
        scope,
        construct_id,
        log_group_name=name,
        retention=_RETENTION[days],
        removal_policy=RemovalPolicy.DESTROY,
    )
