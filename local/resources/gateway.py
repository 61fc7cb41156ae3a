"""The HTTP API's resources, and the gateway that they describe."""

import jwt

from local.emulator import REGION
from local.gateway import Authorizer, Gateway, Route
from local.lambdas import DeploymentError
from local.resources.deployment import Creator, Deployment, Resource
from local.template import Physical


def gateway_of(deployment: Deployment, keys: jwt.PyJWKSet) -> Gateway | None:
    """Gateway of the one HTTP API that the templates declare, if they do."""
    apis = [r for r in deployment.http.values() if r.type == "AWS::ApiGatewayV2::Api"]
    if len(apis) > 1:
        raise DeploymentError("the local stack serves one HTTP API, the templates declare more")
    if not apis:
        return None
    routes = [r for r in deployment.http.values() if r.type == "AWS::ApiGatewayV2::Route"]
    return Gateway(
        [_route(deployment, route) for route in routes],
        cors=apis[0].properties.get("CorsConfiguration", {}),
        keys=keys,
        functions=deployment.functions,
        clock=deployment.clock,
    )


def _route(deployment: Deployment, resource: Resource) -> Route:
    given = resource.properties
    integration = deployment.http[given["Target"].rpartition("/")[2]].properties
    if integration.get("PayloadFormatVersion") != "2.0":
        raise DeploymentError(f"{given['RouteKey']}: only payload format 2.0 is known")
    uri = integration["IntegrationUri"].removesuffix("/invocations")
    kind = given.get("AuthorizationType", "NONE")
    if kind not in ("NONE", "JWT"):
        raise DeploymentError(f"{given['RouteKey']}: authorization {kind} is not known")
    authorizer = None
    if kind == "JWT":
        settings = deployment.http[given["AuthorizerId"]].properties["JwtConfiguration"]
        authorizer = Authorizer(issuer=settings["Issuer"], audiences=tuple(settings["Audience"]))
    return Route(
        key=given["RouteKey"], function=uri.rpartition("function:")[2], authorizer=authorizer
    )


def _part(deployment: Deployment, resource: Resource) -> Physical:
    identifier = f"{resource.stack}-{resource.logical_id}"
    deployment.http[identifier] = resource
    endpoint = f"https://{identifier}.execute-api.{REGION}.amazonaws.com".lower()
    key = resource.type.rpartition("::")[2]
    attributes = {f"{key}Id": identifier, "ApiEndpoint": endpoint}
    return Physical(ref=identifier, attributes=attributes)


CREATORS: dict[str, Creator] = {
    "AWS::ApiGatewayV2::Api": _part,
    "AWS::ApiGatewayV2::Authorizer": _part,
    "AWS::ApiGatewayV2::Integration": _part,
    "AWS::ApiGatewayV2::Route": _part,
}
