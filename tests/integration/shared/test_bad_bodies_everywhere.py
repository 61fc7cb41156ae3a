"""No body breaks any route: what cannot be taken is refused, whatever stands in whichever place.

Each route's own example is sent with each of its values replaced by what nobody expects there; what
the functions would ask of each other is away, and 503 is the honest answer to that.
"""

import importlib
import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from scripts.openapi.declared import examples, operations
from services.comments.handlers import set_window
from services.shared import ids
from services.shared.errors import TransientError
from services.shared.permissions import BY_ROUTE, PERMISSIONS
from tests.support.calls import Answer, http, invoke
from tests.support.topics import define

WRITING = [each.route for each in PERMISSIONS if each.route.startswith(("POST", "PUT", "PATCH"))]
WITH_BODY = [route for route in WRITING if operations()[route].body]
HALF = "\ud83d"
DEEP: list[Any] = json.loads("[" * 60 + "]" * 60)
ODD: list[Any] = [
    *(None, True, -1, 0.5, 10**4000, -(10**20), 1e308),
    *("", " ", "\u200b", "a\x00", "a\x1b", HALF, "x" * 30_000, "\U0001f600" * 300, "2026-02-30"),
    *("9999-12-31T23:59:59-23:59", "0001-01-01T00:00:00+23:59", "P9999999999D", "../../etc"),
    *([], [None], ["x"] * 2_000, {}, {HALF: 1}, {"a": {"b": 1}}, DEEP),
]
_TURNS = 3
UNREADABLE: list[str | bytes] = [
    *("", "{", "null", "[]", "5", '"x"', '{"a": NaN}', '{"a": 1, "a": 2}', '{"a": 1e999}'),
    *("[" * 50_000, '{"a":' * 5_000 + "1" + "}" * 5_000, '{"a": ' + "9" * 5_000 + "}"),
    *(json.dumps({HALF: 1}), json.dumps({"x" * 50_000: 1}), "\ufeff{}", f'"{HALF}"'),
    *(b"\xff\xfe{\x00}\x00", b"\x1f\x8b\x08", b"\x00", b"\xc3\x28", b"x" * 300_000),
]


def odd_bodies(example: Any) -> Iterator[Any]:
    """Odd values, and the example with one of its own replaced: at each place by others of them."""
    yield from ODD
    for number, place in enumerate(places(example)):
        for odd in ODD[number % _TURNS :: _TURNS]:
            yield _replaced(example, place, odd)


def places(value: Any, *before: Any) -> Iterator[tuple[Any, ...]]:
    """Where something stands in a document; of a list its first item is looked at."""
    if before:
        yield before
    members = value.items() if isinstance(value, dict) else []
    for name, member in members if isinstance(value, dict) else enumerate(value[:1]):
        if isinstance(member, dict | list):
            yield from places(member, *before, name)
        else:
            yield (*before, name)


def _replaced(document: Any, place: tuple[Any, ...], odd: Any) -> Any:
    copy = json.loads(json.dumps(document))
    inner = copy
    for name in place[:-1]:
        inner = inner[name]
    inner[place[-1]] = odd
    return copy


@pytest.fixture
def alone(account: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Functions whose neighbours do not answer."""

    def away(function_name: str, payload: Any) -> Any:
        raise TransientError(function_name)

    for permission in PERMISSIONS:
        module = module_of(permission.route)
        # Where several handlers of a service ask, they do by way of its package.
        for asking in (module, importlib.import_module(module.__package__)):
            if hasattr(asking, "invoke"):
                monkeypatch.setattr(asking, "invoke", away)


def module_of(route: str) -> Any:
    service, _, handler = BY_ROUTE[route].function.partition("-")
    return importlib.import_module(f"services.{service}.handlers.{handler}")


def send(route: str, path: dict[str, str], body: Any, **headers: str) -> Answer:
    roles = sorted(BY_ROUTE[route].roles)
    groups = (*roles, *(["agency.health"] if "officer" in roles else [])) if roles else ()
    return http(
        module_of(route).handler, route, path=path, body=body, groups=groups, headers=headers
    )


def path_of(route: str, clock: Any) -> dict[str, str]:
    """Ids for a route: a topic that there is where staff writes to it, of the rest none."""
    path = {name: ids.random_id() for name in ("comment", "case", "subscription")}
    path |= {"scope": "all", "queue": "comments-consume", "topic": ids.random_id()}
    if BY_ROUTE[route].function == "topics-manage":
        path["topic"] = define(clock())["topic_id"]
    if BY_ROUTE[route].function == "comments-submit":
        path["topic"] = _collecting(clock())
    return {name: value for name, value in path.items() if "{" + name + "}" in route}


def _collecting(at: datetime) -> str:
    window = {
        "topic_id": ids.random_id(),
        "round": 1,
        "version": 1,
        "agency": "health",
        "opens_at": at.isoformat(),
        "closes_at": (at + timedelta(hours=1)).isoformat(),
        "participation": "open",
        "publication_mode": "pre",
        "expected_participants": 100,
        "questions": [],
    }
    return str(invoke(set_window.handler, window)["topic_id"])


@pytest.mark.parametrize("route", WRITING)
def test_what_cannot_be_read_breaks_no_route(alone: None, clock: Any, route: str) -> None:
    path = path_of(route, clock)
    for body in UNREADABLE:
        answer = send(route, path, body, **{"if-match": '"1"'})
        assert answer.status in {*range(200, 500), 503}, (str(body)[:60], answer.text)
        assert len(answer.text) < 10_000


@pytest.mark.parametrize("route", WITH_BODY)
def test_no_odd_value_in_any_place_breaks_a_route(alone: None, clock: Any, route: str) -> None:
    path = path_of(route, clock)
    example = next(iter(examples(operations()[route])["request"].values()))
    for body in odd_bodies(example):
        answer = send(route, path, json.dumps(body), **{"if-match": '"1"'})
        assert answer.status in {*range(200, 500), 503}, (str(body)[:300], answer.text)
        assert len(answer.text) < 300_000


def test_the_routes_that_take_a_body_are_all_tried() -> None:
    assert {"POST /v1/topics", "POST /v1/topics/{topic}/comments"} < set(WITH_BODY)
    assert len(WITH_BODY) > 10
