"""HTTP API: routes, JWT authorizer, events of payload format 2.0, and the gateway's own answers."""

import base64
import json
import re
import threading
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, unquote

import jwt
from moto.core.exceptions import JsonRESTError

from local.clock import LocalClock
from local.lambdas import Functions

BODY_LIMIT_BYTES = 10 * 1024 * 1024
_TEXT_TYPES = ("application/json", "application/javascript", "application/xml")
_VARIABLE = re.compile(r"\{(\w+)(\+?)\}")


@dataclass(frozen=True, kw_only=True)
class Request:
    """One HTTP request; header names in lower case."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes = b""
    source_ip: str = "127.0.0.1"


@dataclass(frozen=True, kw_only=True)
class Response:
    """One HTTP answer."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    cookies: tuple[str, ...] = ()
    body: bytes = b""


@dataclass(frozen=True, kw_only=True)
class Authorizer:
    """A JWT authorizer: which issuer's tokens, for which audiences."""

    issuer: str
    audiences: tuple[str, ...]

    def claims(self, headers: Mapping[str, str], keys: jwt.PyJWKSet) -> dict[str, Any] | None:
        """Claims of a valid token, or ``None``."""
        token = headers.get("authorization", "").strip()
        if token[:7].lower() == "bearer ":
            token = token[7:].strip()
        try:
            key = keys[jwt.get_unverified_header(token).get("kid", "")]
            claims = jwt.decode(
                token,
                key.key,
                algorithms=["RS256"],
                issuer=self.issuer,
                options={"require": ["exp", "iss"], "verify_aud": False},
            )
        except (jwt.PyJWTError, KeyError):
            return None
        audience = claims.get("aud", claims.get("client_id"))
        given = {audience} if isinstance(audience, str) else set(audience or ())
        return claims if given & set(self.audiences) else None


@dataclass(frozen=True, kw_only=True)
class Route:
    """A route of the API."""

    key: str
    function: str
    authorizer: Authorizer | None

    @property
    def method(self) -> str:
        """Method, ``ANY``, or ``$default``."""
        return self.key.partition(" ")[0]

    @property
    def path(self) -> str:
        """Path with its variables."""
        return self.key.partition(" ")[2]

    def pattern(self) -> re.Pattern[str]:
        """Matches the (still encoded) paths of the route."""
        parts = []
        position = 0
        for variable in _VARIABLE.finditer(self.path):
            parts.append(re.escape(self.path[position : variable.start()]))
            parts.append(f"(?P<{variable[1]}>{'.+' if variable[2] else '[^/]+'})")
            position = variable.end()
        return re.compile("".join(parts) + re.escape(self.path[position:]))

    def generality(self) -> tuple[int, ...]:
        """Orders routes as the gateway prefers them: literal before variable, ANY last."""
        if self.key == "$default":
            return (9,)
        kinds = [2 if s.endswith("+}") else 1 if s[:1] == "{" else 0 for s in self.path.split("/")]
        return (*kinds, int(self.method == "ANY"))


class Gateway:
    """One HTTP API.

    Parameters
    ----------
    routes : list of Route
        Its routes.
    cors : dict
        ``CorsConfiguration`` of the template; empty if it has none.
    keys : PyJWKSet
        The issuer's public keys.
    functions : Functions
        The functions behind the routes.
    clock : LocalClock
        Tells when a request came.
    """

    def __init__(
        self,
        routes: list[Route],
        *,
        cors: dict[str, Any],
        keys: jwt.PyJWKSet,
        functions: Functions,
        clock: LocalClock,
    ) -> None:
        ordered = sorted(routes, key=Route.generality)
        self._routes = [(r, r.pattern()) for r in ordered if r.key != "$default"]
        self._default = next((route for route in routes if route.key == "$default"), None)
        self._cors = cors
        self._keys = keys
        self._functions = functions
        self._clock = clock
        # Powertools keeps the current request in a class attribute: requests take turns.
        self._turn = threading.RLock()

    def answer(self, request: Request) -> Response:
        """Route a request to its function and translate the answer."""
        if len(request.body) > BODY_LIMIT_BYTES:
            return _own(413, "Request Entity Too Large")
        path, _, query = request.target.partition("?")
        route, variables = self._match(request.method, path)
        if route is None:
            if self._cors and request.method == "OPTIONS":
                return Response(status=204, headers=self._cors_headers(request, preflight=True))
            return _own(404, "Not Found")
        claims = None
        if route.authorizer is not None:
            claims = route.authorizer.claims(request.headers, self._keys)
            if claims is None:
                return _own(401, "Unauthorized", {"www-authenticate": "Bearer"})
        event = self._event(request, route, path, query, variables, claims)
        try:
            with self._turn:
                answer = self._functions.call(route.function, event)
        except JsonRESTError:
            # With its headers and in JSON it is more than a function takes.
            return _own(413, "Request Entity Too Large")
        if answer.failed:
            return _own(500, "Internal Server Error")
        return _translated(answer.value(), self._cors_headers(request))

    def _match(self, method: str, path: str) -> tuple[Route | None, dict[str, str]]:
        for route, pattern in self._routes:
            if route.method in (method, "ANY") and (found := pattern.fullmatch(path)):
                return route, {name: unquote(text) for name, text in found.groupdict().items()}
        return self._default, {}

    def _event(
        self,
        request: Request,
        route: Route,
        path: str,
        query: str,
        variables: dict[str, str],
        claims: dict[str, Any] | None,
    ) -> dict[str, Any]:
        headers = dict(request.headers)
        cookies = headers.pop("cookie", "")
        event: dict[str, Any] = {
            "version": "2.0",
            "routeKey": route.key,
            "rawPath": unquote(path),
            "rawQueryString": query,
            "headers": headers,
            "requestContext": self._context(request, route, unquote(path), claims),
            "isBase64Encoded": False,
        }
        if cookies:
            event["cookies"] = [cookie.strip() for cookie in cookies.split(";")]
        if query:
            event["queryStringParameters"] = _joined(parse_qsl(query, keep_blank_values=True))
        if variables:
            event["pathParameters"] = variables
        if request.body:
            event["body"], event["isBase64Encoded"] = _body(request)
        return event

    def _context(
        self, request: Request, route: Route, path: str, claims: dict[str, Any] | None
    ) -> dict[str, Any]:
        now = self._clock.now()
        host = request.headers.get("host", "127.0.0.1")
        context: dict[str, Any] = {
            "accountId": "123456789012",
            "apiId": "local",
            "domainName": host,
            "domainPrefix": host.partition(".")[0],
            "http": {
                "method": request.method,
                "path": path,
                "protocol": "HTTP/1.1",
                "sourceIp": request.source_ip,
                "userAgent": request.headers.get("user-agent", ""),
            },
            "requestId": uuid.uuid4().hex,
            "routeKey": route.key,
            "stage": "$default",
            "time": now.strftime("%d/%b/%Y:%H:%M:%S +0000"),
            "timeEpoch": int(now.timestamp() * 1000),
        }
        if claims is not None:
            texts = {name: _claim(value) for name, value in claims.items()}
            context["authorizer"] = {"jwt": {"claims": texts, "scopes": None}}
        return context

    def _cors_headers(self, request: Request, *, preflight: bool = False) -> dict[str, str]:
        origin, allowed = request.headers.get("origin"), self._cors.get("AllowOrigins", [])
        if origin is None or not ("*" in allowed or origin in allowed):
            return {}
        headers = {"access-control-allow-origin": "*" if "*" in allowed else origin}
        if exposed := self._cors.get("ExposeHeaders"):
            headers["access-control-expose-headers"] = ",".join(exposed)
        if preflight:
            headers["access-control-allow-methods"] = ",".join(self._cors.get("AllowMethods", []))
            headers["access-control-allow-headers"] = ",".join(self._cors.get("AllowHeaders", []))
            headers["access-control-max-age"] = str(self._cors.get("MaxAge", 0))
        return headers


def _own(status: int, message: str, headers: Mapping[str, str] | None = None) -> Response:
    """Answer of the gateway itself."""
    body = json.dumps({"message": message}).encode()
    return Response(
        status=status, headers={"content-type": "application/json", **(headers or {})}, body=body
    )


def _joined(pairs: list[tuple[str, str]]) -> dict[str, str]:
    joined: dict[str, str] = {}
    for name, value in pairs:
        joined[name] = f"{joined[name]},{value}" if name in joined else value
    return joined


def _body(request: Request) -> tuple[str, bool]:
    media_type = request.headers.get("content-type", "text/plain").partition(";")[0].strip()
    if media_type.startswith("text/") or media_type in _TEXT_TYPES or media_type.endswith("+json"):
        try:
            return request.body.decode(), False
        except UnicodeDecodeError:
            pass
    return base64.b64encode(request.body).decode(), True


def _claim(value: Any) -> str:
    """Claim as HTTP API hands it over: always a text, an array as ``[a b]``."""
    if isinstance(value, list):
        return "[" + " ".join(map(str, value)) + "]"
    if isinstance(value, bool):
        return str(value).lower()
    return json.dumps(value) if isinstance(value, dict) else str(value)


def _translated(value: Any, cors: Mapping[str, str]) -> Response:
    if not isinstance(value, dict) or "statusCode" not in value:
        text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        headers = {"content-type": "application/json", **cors}
        return Response(status=200, headers=headers, body=text.encode())
    body = str(value.get("body") or "")
    return Response(
        status=int(value["statusCode"]),
        headers={
            **{name.lower(): str(text) for name, text in (value.get("headers") or {}).items()},
            **cors,
        },
        cookies=tuple(value.get("cookies") or ()),
        body=base64.b64decode(body) if value.get("isBase64Encoded") else body.encode(),
    )
