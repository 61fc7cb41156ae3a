"""``/_local/…``: the clock, the tokens, and a look inside, for demos and people."""

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from local.clock import NotQuiet
from local.gateway import Request, Response

if TYPE_CHECKING:
    from local.stack import LocalStack

_DURATION = re.compile(
    r"P(?:(?P<weeks>\d+)W)?(?:(?P<days>\d+)D)?"
    r"(?:T(?:(?P<hours>\d+)H)?(?:(?P<minutes>\d+)M)?(?:(?P<seconds>\d+)S)?)?"
)
_HOSTS = ("127.0.0.1", "localhost")


class BadRequest(Exception):
    """What was asked cannot be understood."""


class Admin:
    """Answers the requests under ``/_local/``.

    Parameters
    ----------
    stack : LocalStack
        What it shows and steers.
    """

    def __init__(self, stack: "LocalStack") -> None:
        self._stack = stack
        self._routes: dict[str, Callable[[dict[str, Any]], Any]] = {
            "GET clock": lambda _: self._time(),
            "POST clock": self._move,
            "POST settle": self._settle,
            "POST token": self._token,
            "GET executions": lambda _: {"items": stack.executions()},
            "GET queues": lambda _: {"items": stack.queues()},
            "GET outbox": lambda _: {"items": stack.outbox.listed()},
            "GET oidc/jwks.json": lambda _: stack.issuer.jwks(),
            "GET oidc/.well-known/jwks.json": lambda _: stack.issuer.jwks(),
            "GET oidc/.well-known/openid-configuration": lambda _: stack.issuer.configuration(
                f"{stack.url}/_local/oidc"
            ),
        }

    def answer(self, request: Request) -> Response:
        """Answer one request."""
        # A page of another site must not reach this through a name of its own.
        if request.headers.get("host", "").partition(":")[0] not in _HOSTS:
            return _json(403, {"message": "only for 127.0.0.1"})
        path = request.target.partition("?")[0].removeprefix("/_local/")
        route = self._routes.get(f"{request.method} {path}")
        if route is None:
            return _json(404, {"message": "Not Found", "routes": sorted(self._routes)})
        try:
            return _json(200, route(_read(request.body)))
        except BadRequest as error:
            return _json(400, {"message": str(error)})
        except NotQuiet as error:
            return _json(503, {"message": str(error)})

    def _time(self) -> dict[str, Any]:
        clock = self._stack.clock
        return {"now": _text(clock.now()), "speed": clock.speed}

    def _move(self, asked: dict[str, Any]) -> dict[str, Any]:
        if "advance" in asked:
            delta = duration(str(asked["advance"]))
        elif "to" in asked:
            delta = _instant(str(asked["to"])) - self._stack.clock.now()
        else:
            raise BadRequest('send {"advance": "P14D"} or {"to": "2027-01-01T00:00:00Z"}')
        if delta < timedelta(0):
            raise BadRequest("the clock does not go back")
        self._stack.advance(delta)
        return self._time()

    def _settle(self, asked: dict[str, Any]) -> dict[str, Any]:
        self._stack.settle(timeout_seconds=float(asked.get("timeout_seconds", 300)))
        return self._time()

    def _token(self, asked: dict[str, Any]) -> dict[str, Any]:
        if not isinstance(asked.get("role"), str):
            raise BadRequest('send {"role": "officer", "agency": "health", "sub": "…"}')
        subject = asked.get("sub")
        return {"token": self._stack.token(asked["role"], asked.get("agency"), subject)}


def duration(text: str) -> timedelta:
    """Length of an ISO 8601 duration without years and months, e.g. ``P14D`` or ``PT90S``.

    Raises
    ------
    BadRequest
        If it is none.
    """
    found = _DURATION.fullmatch(text)
    if found is None or not any(found.groupdict().values()):
        raise BadRequest(f"{text!r} is no duration such as P14D or PT1H30M")
    return timedelta(**{name: int(value or 0) for name, value in found.groupdict().items()})


def _instant(text: str) -> datetime:
    try:
        instant = datetime.fromisoformat(text)
    except ValueError as error:
        raise BadRequest(f"{text!r} is no RFC 3339 instant") from error
    if instant.tzinfo is None:
        raise BadRequest(f"{text!r} has no offset")
    return instant


def _text(instant: datetime) -> str:
    return instant.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _read(body: bytes) -> dict[str, Any]:
    try:
        value = json.loads(body or b"{}")
    except ValueError as error:
        raise BadRequest("the body is no JSON") from error
    if not isinstance(value, dict):
        raise BadRequest("the body is no JSON object")
    return value


def _json(status: int, value: Any) -> Response:
    body = json.dumps(value, ensure_ascii=False).encode()
    return Response(status=status, headers={"content-type": "application/json"}, body=body)
