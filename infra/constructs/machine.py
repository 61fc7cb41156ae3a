"""The state machine, its definition as it lies in the repository."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from aws_cdk import aws_iam as iam
from aws_cdk import aws_stepfunctions as stepfunctions
from constructs import Construct

from infra.constructs.bundling import ROOT
from infra.constructs.function import ServiceFunction, log_group
from infra.constructs.grants import allow, role_for
from infra.constructs.names import executions_arn, machine_arn, machine_name, pascal

DEFINITION = ROOT / "statemachine" / "consultation.asl.json"
_PLACEHOLDER = re.compile(r"\$\{(\w+)\}")
_LOG_DELIVERY = (
    "logs:CreateLogDelivery",
    "logs:DeleteLogDelivery",
    "logs:DescribeLogGroups",
    "logs:DescribeResourcePolicies",
    "logs:GetLogDelivery",
    "logs:ListLogDeliveries",
    "logs:PutResourcePolicy",
    "logs:UpdateLogDelivery",
)
_TRACING = (
    "xray:GetSamplingRules",
    "xray:GetSamplingTargets",
    "xray:PutTelemetryRecords",
    "xray:PutTraceSegments",
)


class ConsultationMachine(Construct):
    """One Standard state machine; it may invoke the functions that its definition names, no others.

    Parameters
    ----------
    stage : str
        Part of its name.
    functions : mapping
        All functions by name, e.g. ``"topics-workflow"``.
    items : sequence of aws_cdk.aws_iam.PolicyStatement
        Allow it to read the lists that its distributed maps go through.
    log_retention_days : int
        How long its log is kept: each step, but never what went in or came out.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        stage: str,
        functions: Mapping[str, ServiceFunction],
        items: Sequence[iam.PolicyStatement],
        log_retention_days: int,
    ) -> None:
        super().__init__(scope, construct_id)
        name = machine_name(stage)
        arns = _substitutions(DEFINITION, functions)
        logs = log_group(
            self, "Logs", name=f"/aws/vendedlogs/states/{name}", days=log_retention_days
        )
        self.machine = stepfunctions.StateMachine(
            self,
            "Machine",
            state_machine_name=name,
            state_machine_type=stepfunctions.StateMachineType.STANDARD,
            definition_body=stepfunctions.DefinitionBody.from_file(str(DEFINITION)),
            definition_substitutions=arns,
            role=self._role(stage, [*arns.values()], items).without_policy_updates(),
            tracing_enabled=True,
            logs=stepfunctions.LogOptions(
                destination=logs,
                level=stepfunctions.LogLevel.ALL,
                include_execution_data=False,
            ),
        )

    def _role(
        self, stage: str, functions: Sequence[str], items: Sequence[iam.PolicyStatement]
    ) -> iam.Role:
        statements = [
            allow(["lambda:InvokeFunction"], *functions),
            *items,
            # A distributed map starts an execution of the machine for each item.
            allow(["states:StartExecution"], machine_arn(self, stage)),
            allow(
                ["states:DescribeExecution", "states:StopExecution"],
                executions_arn(self, stage),
                because="A map's executions are named when it runs: the machine's own, no others.",
            ),
            allow(
                _LOG_DELIVERY,
                "*",
                because="Vended logs: CloudWatch Logs takes no resource for log deliveries.",
            ),
            allow(
                _TRACING,
                "*",
                because="X-Ray knows no resources: segments can be sent to all or to none.",
            ),
        ]
        return role_for(
            self, "states", statements, description="What the consultation workflow may do"
        )


def _substitutions(definition: Path, functions: Mapping[str, ServiceFunction]) -> dict[str, str]:
    """ARN for every placeholder of a definition.

    Raises
    ------
    ValueError
        If it names a function that does not exist.
    """
    arns = {f"{pascal(name)}Arn": made.function.function_arn for name, made in functions.items()}
    wanted = sorted(set(_PLACEHOLDER.findall(definition.read_text(encoding="utf-8"))))
    unknown = [placeholder for placeholder in wanted if placeholder not in arns]
    if unknown:
        raise ValueError(f"{definition.name} names unknown functions: {', '.join(unknown)}")
    return {placeholder: arns[placeholder] for placeholder in wanted}
