"""A secret that Secrets Manager changes once a year, by a function."""

from aws_cdk import Stack
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_secretsmanager as secretsmanager
from constructs import Construct

from infra.constructs.function import ServiceFunction

_DAYS = 365


class YearlyRotation(Construct):
    """Has a function change a secret; for the first time a year after it is deployed.

    Parameters
    ----------
    secret : aws_cdk.aws_secretsmanager.ISecret
        The secret.
    function : ServiceFunction
        Takes the four steps of a rotation.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        secret: secretsmanager.ISecret,
        function: ServiceFunction,
    ) -> None:
        super().__init__(scope, construct_id)
        permission = lambda_.CfnPermission(
            self,
            "Permission",
            action="lambda:InvokeFunction",
            function_name=function.function.function_arn,
            principal="secretsmanager.amazonaws.com",
            source_account=Stack.of(self).account,
            source_arn=secret.secret_arn,
        )
        schedule = secretsmanager.CfnRotationSchedule(
            self,
            "Schedule",
            secret_id=secret.secret_arn,
            rotation_lambda_arn=function.function.function_arn,
            rotate_immediately_on_update=False,
            rotation_rules=secretsmanager.CfnRotationSchedule.RotationRulesProperty(
                automatically_after_days=_DAYS
            ),
        )
        # Secrets Manager tries the function as soon as it is told of it.
        schedule.add_dependency(permission)
        schedule.node.add_dependency(function.role)
