"""The HTTP API is the permission table: its routes, its sign-in, nothing beside it."""

import json
from typing import Any

import pytest

from services.shared.permissions import PERMISSIONS, Permission
from tests.infra.architecture import ROOT
from tests.infra.assembly import Assembly

ids = [permission.route for permission in PERMISSIONS]


def test_the_routes_are_those_of_the_permission_table(dev: Assembly) -> None:
    routes = [route["RouteKey"] for route in dev.of_type("AWS::ApiGatewayV2::Route").values()]
    assert sorted(routes) == sorted(permission.route for permission in PERMISSIONS)


@pytest.mark.parametrize("permission", PERMISSIONS, ids=ids)
def test_a_token_is_demanded_exactly_where_sign_in_is_required(
    dev: Assembly, permission: Permission
) -> None:
    route = _route(dev, permission)
    (authorizer,) = dev.of_type("AWS::ApiGatewayV2::Authorizer")
    if permission.sign_in == "required":
        assert route["AuthorizationType"] == "JWT"
        assert route["AuthorizerId"] == {"Ref": authorizer}
    else:
        assert route["AuthorizationType"] == "NONE"
        assert "AuthorizerId" not in route


@pytest.mark.parametrize("permission", PERMISSIONS, ids=ids)
def test_a_route_leads_to_the_function_that_serves_it(
    dev: Assembly, permission: Permission
) -> None:
    target = dev.text(_route(dev, permission)["Target"])
    integration = target.removeprefix("integrations/${").rstrip("}")
    found = dev.of_type("AWS::ApiGatewayV2::Integration")[integration]
    function = {"Fn::GetAtt": [dev.function_id(permission.function), "Arn"]}
    assert found["IntegrationUri"] == function
    assert found["IntegrationType"] == "AWS_PROXY"
    assert found["PayloadFormatVersion"] == "2.0"


def test_the_gateway_and_nobody_else_may_invoke_the_functions_of_the_table(dev: Assembly) -> None:
    (api,) = dev.of_type("AWS::ApiGatewayV2::Api")
    rotation = dev.function_id("comments-rotate")  # Secrets Manager's; test_state has it
    allowed = [
        permission
        for permission in dev.of_type("AWS::Lambda::Permission").values()
        if permission["FunctionName"]["Fn::GetAtt"][0] != rotation
    ]
    functions = {permission.function for permission in PERMISSIONS}
    assert {one["FunctionName"]["Fn::GetAtt"][0] for one in allowed} == {
        dev.function_id(name) for name in functions
    }
    assert len(allowed) == len(functions)
    for one in allowed:
        assert one["Principal"] == "apigateway.amazonaws.com"
        assert dev.text(one["SourceArn"]).endswith(f":${{{api}}}/*/*")


def test_access_logs_hold_neither_addresses_nor_queries(dev: Assembly) -> None:
    (stage,) = dev.of_type("AWS::ApiGatewayV2::Stage").values()
    logged = set(json.loads(stage["AccessLogSettings"]["Format"]).values())
    assert "$context.routeKey" in logged
    telling = ("sourceIp", "userAgent", "path", "Path", "query", "claims", "authorizer.sub")
    assert not [value for value in logged if any(word in value for word in telling)]


def test_the_stage_throttles(dev: Assembly) -> None:
    (stage,) = dev.of_type("AWS::ApiGatewayV2::Stage").values()
    assert 0 < stage["DefaultRouteSettings"]["ThrottlingRateLimit"] <= 2_500
    assert stage["DefaultRouteSettings"]["ThrottlingBurstLimit"] > 0


def test_any_site_may_call_but_no_cookie_is_taken(dev: Assembly) -> None:
    (api,) = dev.of_type("AWS::ApiGatewayV2::Api").values()
    cors = api["CorsConfiguration"]
    assert cors["AllowOrigins"] == ["*"]
    assert not cors.get("AllowCredentials")
    assert {"authorization", "idempotency-key", "if-match"} <= set(cors["AllowHeaders"])
    methods = {permission.route.split()[0] for permission in PERMISSIONS} - {"$default"}
    assert set(cors["AllowMethods"]) == methods


def test_browsers_may_send_and_see_the_headers_that_the_contract_names(dev: Assembly) -> None:
    contract = json.loads((ROOT / "services/topics/openapi.json").read_text("utf-8"))
    (api,) = dev.of_type("AWS::ApiGatewayV2::Api").values()
    cors = api["CorsConfiguration"]
    sent = {p["name"].lower() for p in contract["components"]["parameters"].values()}
    assert {"authorization", "content-type"} | sent <= set(cors["AllowHeaders"])
    assert {"etag", "location", "retry-after"} <= set(cors["ExposeHeaders"])


def _route(dev: Assembly, permission: Permission) -> dict[str, Any]:
    routes = dev.of_type("AWS::ApiGatewayV2::Route").values()
    return next(route for route in routes if route["RouteKey"] == permission.route)
