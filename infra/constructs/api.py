"""The HTTP API, made from the permission table: a route that is not there does not exist."""

import json
from collections.abc import Mapping

from aws_cdk import CfnOutput, Duration, Stack
from aws_cdk import aws_apigatewayv2 as apigateway
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from infra.constructs.function import ServiceFunction, log_group
from infra.constructs.identity import Issuer
from infra.constructs.names import pascal
from infra.constructs.reasons import explain
from services.shared.permissions import PERMISSIONS, Permission

_BURST_SECONDS = 2
_OPEN = {
    "none": (
        "Whoever has no account takes part here too, or reads what is public; what is not public"
        " is a 404, and the permission table lists the route as open."
    ),
    "optional": (
        "A JWT authorizer refuses requests without a token, and these routes work with and without"
        " one: services/shared/http.py verifies the token that is sent."
    ),
}
_LOGGED = {
    "requestId": "$context.requestId",
    "requestTime": "$context.requestTime",
    "routeKey": "$context.routeKey",
    "status": "$context.status",
    "responseLength": "$context.responseLength",
    "responseLatency": "$context.responseLatency",
    "integrationError": "$context.integrationErrorMessage",
    "authorizerError": "$context.authorizer.error",
}
"""What an access log line says: no address, no path, no query, no account."""


class ConsultationApi(Construct):
    """The programme's HTTP API.

    Routes, integrations and invoke permissions are plain resources: an integration and a permission
    for each function, since a stack has 500 resources at most and routes are many.

    Parameters
    ----------
    stage : str
        Part of its name.
    issuer : Issuer
        Whose tokens the JWT authorizer takes.
    requests_per_second : int
        Rate at which it begins to throttle.
    log_retention_days : int
        How long access logs are kept.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        stage: str,
        issuer: Issuer,
        requests_per_second: int,
        log_retention_days: int,
    ) -> None:
        super().__init__(scope, construct_id)
        self.api = apigateway.HttpApi(
            self,
            "Api",
            api_name=f"tashawur-{stage}",
            create_default_stage=False,
            cors_preflight=_cors(),
        )
        CfnOutput(self, "Endpoint", value=self.api.api_endpoint).override_logical_id("Endpoint")
        self._authorizer = apigateway.CfnAuthorizer(
            self,
            "Authorizer",
            api_id=self.api.api_id,
            authorizer_type="JWT",
            identity_source=["$request.header.Authorization"],
            name="oidc",
            jwt_configuration=apigateway.CfnAuthorizer.JWTConfigurationProperty(
                audience=[issuer.audience], issuer=issuer.issuer
            ),
        )
        logs = log_group(
            self,
            "AccessLogs",
            name=f"/aws/vendedlogs/apis/tashawur-{stage}",
            days=log_retention_days,
        )
        self._stage(logs.log_group_arn, requests_per_second)

    def serve(self, functions: Mapping[str, ServiceFunction]) -> None:
        """Make the routes of the permission table.

        Parameters
        ----------
        functions : mapping
            All functions by name.
        """
        targets: dict[str, str] = {}
        for permission in PERMISSIONS:
            function = functions[permission.function]
            if permission.function not in targets:
                targets[permission.function] = self._integration(function)
            self._route(permission, target=targets[permission.function])

    def _integration(self, function: ServiceFunction) -> str:
        """Let the API, by whichever of its routes, call a function."""
        stack = Stack.of(self)
        lambda_.CfnPermission(
            self,
            f"{pascal(function.name)}Permission",
            action="lambda:InvokeFunction",
            function_name=function.function.function_arn,
            principal="apigateway.amazonaws.com",
            source_arn=stack.format_arn(
                service="execute-api", resource=self.api.api_id, resource_name="*/*"
            ),
        )
        integration = apigateway.CfnIntegration(
            self,
            pascal(function.name),
            api_id=self.api.api_id,
            integration_type="AWS_PROXY",
            integration_uri=function.function.function_arn,
            payload_format_version="2.0",
        )
        return f"integrations/{integration.ref}"

    def _route(self, permission: Permission, *, target: str) -> None:
        required = permission.sign_in == "required"
        route = apigateway.CfnRoute(
            self,
            f"Route {permission.route}",
            api_id=self.api.api_id,
            route_key=permission.route,
            target=target,
            authorization_type="JWT" if required else "NONE",
            authorizer_id=self._authorizer.ref if required else None,
        )
        if not required:
            explain(route, "APIG4", _OPEN[permission.sign_in])

    def _stage(self, log_group_arn: str, requests_per_second: int) -> None:
        stage = apigateway.CfnStage
        stage(
            self,
            "Stage",
            api_id=self.api.api_id,
            stage_name="$default",
            auto_deploy=True,
            access_log_settings=stage.AccessLogSettingsProperty(
                destination_arn=log_group_arn, format=json.dumps(_LOGGED)
            ),
            default_route_settings=stage.RouteSettingsProperty(
                throttling_rate_limit=requests_per_second,
                throttling_burst_limit=_BURST_SECONDS * requests_per_second,
            ),
        )


def _cors() -> apigateway.CorsPreflightOptions:
    """Any site may call: a caller is known by a bearer token, never by a cookie."""
    methods = sorted({entry.route.split()[0] for entry in PERMISSIONS if " " in entry.route})
    return apigateway.CorsPreflightOptions(
        allow_origins=["*"],
        allow_methods=[apigateway.CorsHttpMethod[method] for method in methods],
        allow_headers=[
            "accept-language",
            "authorization",
            "challenge-solution",
            "content-type",
            "idempotency-key",
            "if-match",
            "if-none-match",
        ],
        expose_headers=["content-language", "etag", "location", "retry-after"],
        max_age=Duration.hours(1),
    )
