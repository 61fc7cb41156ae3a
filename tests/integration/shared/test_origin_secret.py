"""Behind the edge only the edge is answered: whoever calls the functions past it gets a 403."""

from collections.abc import Iterator
from importlib import import_module

import pytest

from services.shared import aws, origin
from services.shared.permissions import PERMISSIONS, Permission
from tests.conftest import FixedClock
from tests.support.calls import Answer, http

ROUTES = [p for p in PERMISSIONS if p.route != "$default"]
HEALTH = next(p for p in PERMISSIONS if p.route == "GET /v1/health")
FIRST, SECOND, THIRD = "a" * 64, "b" * 64, "c" * 64


@pytest.fixture
def secret(account: None, clock: FixedClock, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The secret that CloudFront sends, and functions that know of it."""
    reply = aws.client("secretsmanager").create_secret(Name="origin", SecretString=FIRST)
    monkeypatch.setenv("ORIGIN_SECRET_ARN", reply["ARN"])
    _forget()
    yield reply["ARN"]
    monkeypatch.undo()
    _forget()


def _forget() -> None:
    origin.secret_at.cache_clear()
    for service in {permission.function.partition("-")[0] for permission in PERMISSIONS}:
        import_module(f"services.{service}.settings").settings.cache_clear()


def call(permission: Permission, **headers: str) -> Answer:
    service, _, handler = permission.function.partition("-")
    module = import_module(f"services.{service}.handlers.{handler}")
    return http(module.handler, permission.route, headers=headers)


def change(secret: str, value: str) -> None:
    aws.client("secretsmanager").put_secret_value(SecretId=secret, SecretString=value)


@pytest.mark.parametrize("permission", ROUTES, ids=[p.route for p in ROUTES])
def test_every_route_refuses_whoever_comes_past_the_edge(
    secret: str, permission: Permission
) -> None:
    assert call(permission).status == 403
    assert call(permission, **{origin.HEADER: "guessed"}).status == 403
    assert call(permission, **{origin.HEADER: FIRST}).status != 403


def test_what_the_edge_sends_is_answered(secret: str) -> None:
    answer = call(HEALTH, **{origin.HEADER: FIRST})
    assert (answer.status, answer.json["status"]) == (200, "ok")


@pytest.mark.parametrize(("language", "words"), [("ar", "العنوان العام"), ("en", "public address")])
def test_the_refusal_tells_where_to_go_in_the_callers_language(
    secret: str, language: str, words: str
) -> None:
    answer = call(HEALTH, **{"accept-language": language})
    assert (answer.status, answer.json["type"]) == (403, "/problems/forbidden")
    assert answer.headers["content-language"] == language
    assert words in answer.json["detail"]


def test_an_unknown_address_is_refused_before_it_is_not_found(secret: str) -> None:
    nowhere = Permission(route="GET /nowhere", function="topics-read")
    assert call(nowhere).status == 403
    assert call(nowhere, **{origin.HEADER: FIRST}).status == 404


def test_a_changed_secret_is_taken_beside_the_former_one(secret: str, clock: FixedClock) -> None:
    assert call(HEALTH, **{origin.HEADER: FIRST}).status == 200
    change(secret, SECOND)
    clock.advance(seconds=31)
    assert call(HEALTH, **{origin.HEADER: SECOND}).status == 200
    assert call(HEALTH, **{origin.HEADER: FIRST}).status == 200


def test_a_secret_that_was_changed_twice_is_taken_no_longer(secret: str, clock: FixedClock) -> None:
    assert call(HEALTH, **{origin.HEADER: FIRST}).status == 200
    change(secret, SECOND)
    change(secret, THIRD)
    assert call(HEALTH, **{origin.HEADER: FIRST}).status == 200
    clock.advance(minutes=6)
    assert call(HEALTH, **{origin.HEADER: FIRST}).status == 403
    assert call(HEALTH, **{origin.HEADER: THIRD}).status == 200


def test_guessing_does_not_make_the_functions_ask_for_the_secret_each_time(
    secret: str, clock: FixedClock
) -> None:
    assert call(HEALTH, **{origin.HEADER: "guessed"}).status == 403
    change(secret, SECOND)
    assert call(HEALTH, **{origin.HEADER: SECOND}).status == 403
    clock.advance(seconds=31)
    assert call(HEALTH, **{origin.HEADER: SECOND}).status == 200


def test_without_an_edge_nobody_is_asked(account: None) -> None:
    assert call(HEALTH).status == 200
