import http.client
import json
import time
from collections.abc import Mapping
from typing import Any

import jwt
import pytest

from local.gateway import BODY_LIMIT_BYTES
from local.identity import Issuer
from local.stack import LocalStack


def ask(
    stack: LocalStack,
    target: str,
    *,
    method: str = "GET",
    body: bytes | None = None,
    headers: Mapping[str, str] | None = None,
) -> tuple[int, Any, Mapping[str, str]]:
    connection = http.client.HTTPConnection(stack.url.removeprefix("http://"), timeout=10)
    connection.request(method, target, body, dict(headers or {}))
    reply = connection.getresponse()
    text = reply.read()
    connection.close()
    return reply.status, json.loads(text) if text else None, dict(reply.getheaders())


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


@pytest.mark.parametrize(
    ("method", "target", "key", "variables"),
    [
        ("GET", "/v1/things", "GET /v1/things", None),
        ("GET", "/v1/things/7", "GET /v1/things/{thing}", {"thing": "7"}),
        ("GET", "/v1/things/a%20b", "GET /v1/things/{thing}", {"thing": "a b"}),
        ("GET", "/v1/things/latest", "GET /v1/things/latest", None),
        ("POST", "/v1/things", "POST /v1/things", None),
    ],
)
def test_routes(stack: LocalStack, method: str, target: str, key: str, variables: Any) -> None:
    status, event, _ = ask(stack, target, method=method)
    assert status == 200
    assert (event["routeKey"], event.get("pathParameters")) == (key, variables)


@pytest.mark.parametrize("target", ["/", "/v1", "/v1/things/", "/v1/things/7/more"])
def test_what_has_no_route_is_answered_by_the_gateway(stack: LocalStack, target: str) -> None:
    assert ask(stack, target)[:2] == (404, {"message": "Not Found"})


def test_the_event_has_the_payload_format_2(stack: LocalStack) -> None:
    headers = {
        "Content-Type": "application/json",
        "Cookie": "a=1; b=2",
        "X-Twice": "1",
        "Accept-Language": "ar",
    }
    target = "/v1/things?kind=reply&kind=inquiry&q=%D9%85%D9%8A%D8%A7%D9%87"
    _, event, _ = ask(stack, target, method="POST", body='{"نص": 1}'.encode(), headers=headers)
    assert event["version"] == "2.0"
    assert event["rawPath"] == "/v1/things"
    assert event["queryStringParameters"] == {"kind": "reply,inquiry", "q": "مياه"}
    assert event["cookies"] == ["a=1", "b=2"]
    assert event["headers"]["accept-language"] == "ar"
    assert (event["body"], event["isBase64Encoded"]) == ('{"نص": 1}', False)
    assert event["requestContext"]["http"]["method"] == "POST"
    assert event["requestContext"]["timeEpoch"] == int(stack.clock.timestamp() * 1000)


def test_a_binary_body_is_given_in_base64(stack: LocalStack) -> None:
    headers = {"Content-Type": "application/octet-stream"}
    _, event, _ = ask(stack, "/v1/things", method="POST", body=b"\xff\x00", headers=headers)
    assert (event["body"], event["isBase64Encoded"]) == ("/wA=", True)


def test_a_valid_token_passes_and_its_groups_come_as_one_text(stack: LocalStack) -> None:
    token = stack.token("officer", "health", "sara")
    status, event, _ = ask(stack, "/v1/secret", headers=bearer(token))
    claims = event["requestContext"]["authorizer"]["jwt"]["claims"]
    assert status == 200
    assert claims["cognito:groups"] == "[officer agency.health]"
    assert claims["sub"] == "sara"
    assert isinstance(claims["exp"], str)


def unsigned(stack: LocalStack) -> str:
    claims = jwt.decode(stack.token("officer"), options={"verify_signature": False})
    return jwt.encode(claims, None, algorithm="none", headers={"kid": "local"})


def with_public_key_as_secret(stack: LocalStack) -> str:
    claims = jwt.decode(stack.token("officer"), options={"verify_signature": False})
    modulus = stack.issuer.jwks()["keys"][0]["n"]
    return jwt.encode(claims, modulus, algorithm="HS256", headers={"kid": "local"})


@pytest.mark.parametrize(
    "token",
    [
        lambda stack: "",
        lambda stack: "no.token.atall",
        lambda stack: stack.issuer.token("officer", subject="s", iss="http://elsewhere/oidc"),
        lambda stack: stack.issuer.token("officer", subject="s", exp=int(time.time()) - 60),
        lambda stack: stack.issuer.token("officer", subject="s", aud="another"),
        lambda stack: Issuer().token("officer", subject="s"),
        unsigned,
        with_public_key_as_secret,
    ],
    ids=["none", "garbage", "issuer", "expired", "audience", "foreign key", "alg none", "hs256"],
)
def test_a_token_that_does_not_hold_is_refused_by_the_gateway(
    stack: LocalStack, token: Any
) -> None:
    status, document, _ = ask(stack, "/v1/secret", headers=bearer(token(stack)))
    assert (status, document) == (401, {"message": "Unauthorized"})


def test_an_audience_may_stand_in_client_id(stack: LocalStack) -> None:
    token = stack.issuer.token("officer", subject="s", aud=None)
    claims = jwt.decode(token, options={"verify_signature": False})
    del claims["aud"]
    signed = jwt.encode(claims, stack.issuer._key, algorithm="RS256", headers={"kid": "local"})
    assert ask(stack, "/v1/secret", headers=bearer(signed))[0] == 200


def test_bodies_over_ten_megabytes_are_refused(stack: LocalStack) -> None:
    connection = http.client.HTTPConnection(stack.url.removeprefix("http://"), timeout=10)
    connection.putrequest("POST", "/v1/things")
    connection.putheader("Content-Length", str(BODY_LIMIT_BYTES + 1))
    connection.endheaders()
    assert connection.getresponse().status == 413
    connection.close()


def test_bodies_that_a_function_does_not_take_are_refused(stack: LocalStack) -> None:
    body = b'"' + b"x" * (6 * 1024 * 1024) + b'"'
    headers = {"Content-Type": "application/json"}
    assert ask(stack, "/v1/things", method="POST", body=body, headers=headers)[0] == 413


def test_a_connection_serves_many_requests(stack: LocalStack) -> None:
    connection = http.client.HTTPConnection(stack.url.removeprefix("http://"), timeout=10)
    connection.connect()
    used = connection.sock
    for _ in range(3):
        connection.request("GET", "/v1/things")
        assert connection.getresponse().read()
        assert connection.sock is used
    connection.close()


def test_cors_is_answered_for_the_origins_of_the_template(stack: LocalStack) -> None:
    name = "access-control-allow-origin"
    mine, other = {"Origin": "https://portal.test"}, {"Origin": "https://elsewhere.test"}
    assert ask(stack, "/v1/things", method="OPTIONS", headers=mine)[0] == 204
    assert ask(stack, "/v1/things", headers=mine)[2][name] == "https://portal.test"
    assert name not in ask(stack, "/v1/things", headers=other)[2]


def test_the_issuer_publishes_its_key(stack: LocalStack) -> None:
    _, configuration, _ = ask(stack, "/_local/oidc/.well-known/openid-configuration")
    assert configuration["issuer"] == stack.issuer.issuer
    _, keys, _ = ask(stack, configuration["jwks_uri"].removeprefix(stack.url))
    assert keys == stack.issuer.jwks()
