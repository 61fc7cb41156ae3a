"""Requests that ask for more than a route gives: members, encodings, addresses, ways around."""

import gzip
import http.client
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from typing import Any
from urllib.parse import urlsplit

import pytest

from local.demo.client import Answer
from local.stack import LocalStack
from scripts.openapi.declared import operations
from scripts.openapi.document import document
from services.shared.permissions import PERMISSIONS, Permission
from tests.access.asking import BROKEN, Ask, CannotAsk, asks
from tests.access.callers import NOBODY, ROLELESS
from tests.access.crowd import Crowd, entitled
from tests.contract.scene import Scene

WITH_BODY = [p for p in PERMISSIONS if p.route in operations() and operations()[p.route].body]
STAFFED = [permission for permission in PERMISSIONS if permission.sign_in == "required"]
READING = [each for each in PERMISSIONS if each.route.startswith("GET")]
INNER = {"pk", "sk", "expires_at", "event", "created_by", "submitted_by", "subject", "roles"}
INNER |= {"role", "public_pk", "subject_key", "__proto__", "__class__", "constructor"}
"""Names that rows and objects have inside, and no answer has."""
WITHIN = {"status", "version", "round", "agency", "topic_id", "published_at", "pk", "__proto__"}
pytestmark = pytest.mark.xdist_group("access abuse")


def route_of(permission: Permission) -> str:
    return permission.route


@cache
def the_document() -> dict[str, Any]:
    return document()


@cache
def answered_names() -> set[str]:
    """Names of everything that the API ever answers: what the system says is among them."""
    schemas = the_document()["components"]["schemas"].values()
    return {name for schema in schemas for name in schema.get("properties", {})}


def own_names(schema: dict[str, Any], pointer: str) -> set[str]:
    """Names of the members that an object of a body may have, by the OpenAPI document."""
    return {name for part in _at(schema, pointer) for name in part.get("properties", {})}


def has_free_names(schema: dict[str, Any], pointer: str) -> bool:
    """Whether whoever sends an object of a body names its members."""
    return any(isinstance(p.get("additionalProperties"), dict) for p in _at(schema, pointer))


def _at(schema: dict[str, Any], pointer: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = [schema]
    for name in pointer.split("/")[1:]:
        found = [inner for each in found for inner in _inside(each, name)]
    return [part for each in found for part in _parts(each)]


def _inside(schema: dict[str, Any], name: str) -> Iterator[dict[str, Any]]:
    for part in _parts(schema):
        if name in part.get("properties", {}):
            yield part["properties"][name]
        elif isinstance(part.get("items"), dict):
            yield part["items"]
        elif isinstance(part.get("additionalProperties"), dict):
            yield part["additionalProperties"]


def _parts(schema: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """A schema, and those that it refers to and chooses from."""
    yield schema
    if reference := schema.get("$ref"):
        yield from _parts(the_document()["components"]["schemas"][reference.rpartition("/")[2]])
    for kind in ("anyOf", "oneOf", "allOf"):
        for each in schema.get(kind, ()):
            yield from _parts(each)


def objects(value: Any, pointer: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Every object in a document, by its pointer."""
    if isinstance(value, dict):
        yield pointer, value
    members = value.items() if isinstance(value, dict) else enumerate(value)
    for name, member in members:
        if isinstance(member, dict | list):
            yield from objects(member, f"{pointer}/{name}")


def raw(
    stack: LocalStack, ask: Ask, body: bytes, headers: dict[str, str]
) -> tuple[int, dict[str, Any]]:
    """Send bytes as somebody who may call the route."""
    connection = http.client.HTTPConnection(urlsplit(stack.url).netloc, timeout=30)
    token = entitled(ask.permission).token(stack)
    sent = {**ask.headers, **headers, **({"Authorization": f"Bearer {token}"} if token else {})}
    method = ask.permission.route.partition(" ")[0]
    connection.request(method, ask.whole_path, body=body, headers=sent)
    answer = connection.getresponse()
    told = json.loads(answer.read() or b"{}")
    connection.close()
    return answer.status, told


@pytest.fixture(params=WITH_BODY, ids=route_of)
def read_ask(request: pytest.FixtureRequest, scene: Scene, crowd: Crowd) -> Ask:
    """A request whose body is looked at: nothing of the state stands against it."""
    permission: Permission = request.param
    for ask in asks(permission, scene):
        current = _of_the_present_version(ask, crowd)
        if crowd.ask(entitled(permission), current.with_body(BROKEN)).status == 422:
            return current
    raise CannotAsk(f"{permission.route}: Scene.places() has nothing for which its body is read")


def _of_the_present_version(ask: Ask, crowd: Crowd) -> Ask:
    if "If-Match" not in ask.headers:
        return ask
    etag = crowd[entitled(ask.permission)].ask("GET", ask.path).headers.get("etag")
    return replace(ask, headers={"If-Match": etag} if etag else {})


def test_nobody_sets_what_is_not_theirs_to_set(read_ask: Ask, crowd: Crowd) -> None:
    schema, who = _schema(read_ask.permission), entitled(read_ask.permission)
    names = sorted((answered_names() | INNER) - own_names(schema, "") - set(read_ask.body))
    assert len(names) > 100
    for start in range(0, len(names), 80):
        some = names[start : start + 80]
        answer = crowd.ask(who, read_ask.with_body(read_ask.body | dict.fromkeys(some, 1)))
        assert _unknown(answer) == {f"/{name}" for name in some}


def test_nor_within_what_is_theirs(read_ask: Ask, crowd: Crowd) -> None:
    schema, body = _schema(read_ask.permission), read_ask.body
    wanted = set()
    for pointer, whole in objects(read_ask.body):
        is_closed = pointer and not has_free_names(schema, pointer)
        extra = (WITHIN if is_closed else set()) - own_names(schema, pointer) - set(whole)
        body = _with(body, pointer, dict.fromkeys(extra, 1))
        wanted |= {f"{pointer}/{name}" for name in extra}
    if wanted:
        answer = crowd.ask(entitled(read_ask.permission), read_ask.with_body(body))
        assert _unknown(answer) == wanted


def _schema(permission: Permission) -> dict[str, Any]:
    method, _, path = permission.route.partition(" ")
    content = the_document()["paths"][path][method.lower()]["requestBody"]["content"]
    return dict(next(iter(content.values()))["schema"])


def _unknown(answer: Answer) -> set[str]:
    assert answer.status == 422, answer.text[:300]
    return {f["field"] for f in answer.json["errors"] if f["code"] == "unknown_field"}


def _with(body: Any, pointer: str, extra: dict[str, Any]) -> Any:
    copy = json.loads(json.dumps(body))
    inner = copy
    for name in pointer.split("/")[1:]:
        inner = inner[int(name)] if isinstance(inner, list) else inner[name]
    inner.update(extra)
    return copy


@pytest.mark.parametrize("permission", WITH_BODY, ids=route_of)
def test_a_body_comes_as_json_and_as_it_is(
    permission: Permission, stack: LocalStack, scene: Scene, crowd: Crowd
) -> None:
    ask = crowd.known(permission, scene)
    body = json.dumps(ask.body).encode()
    bomb = gzip.compress(b" " * 2**24 + body)
    for packed, coding in ((gzip.compress(body), "gzip"), (bomb, "gzip"), (body, "br")):
        headers = {"Content-Type": "application/json", "Content-Encoding": coding}
        status, told = raw(stack, ask, packed, headers)
        assert (status, told["code"]) == (415, "content_encoded")
    # What a form of another site can send in somebody's browser is no request of ours.
    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data"):
        status, told = raw(stack, ask, body, {"Content-Type": kind})
        assert (status, told["type"]) == (415, "/problems/unsupported-media-type"), kind


def disguises(path: str) -> Iterator[str]:
    """The same address for a careless reader."""
    yield f"{path}/"
    yield path.upper()
    yield path.replace("/", "//")
    yield path.replace("/v1/", "/v1/./")
    yield path.replace("/v1/", "/v1/health/../")
    yield path.replace("/v1/", "/v1;x=1/")
    yield path[:4] + path[4:].replace("/", "%2F")
    yield path[:4] + path[4:].replace("/", "%2f", 1)
    yield "/v1/topics/" + path[4:].replace("/", "%2F")
    yield "/v1/topics/x/comments/" + path[4:].replace("/", "%2F")
    yield path[:-1] + f"%{ord(path[-1]):02X}"
    yield f"{path}%00"
    yield f"{path}?x=/health"
    yield f"{path}.json"
    yield f"/v1/health/..%2F{path[4:]}"


@pytest.mark.parametrize("permission", STAFFED, ids=route_of)
def test_no_other_way_of_writing_an_address_opens_a_door(
    permission: Permission, scene: Scene, crowd: Crowd
) -> None:
    ask = crowd.known(permission, scene)
    method = permission.route.partition(" ")[0]
    for path in disguises(ask.path):
        for person in (NOBODY, ROLELESS):
            answer = crowd[person].ask(method, path, body=ask.body)
            assert answer.status in {400, 401, 403, 404}, (path, answer.text[:200])


@pytest.mark.parametrize("permission", READING, ids=route_of)
def test_no_parameter_and_no_header_leads_elsewhere(
    permission: Permission, scene: Scene, crowd: Crowd
) -> None:
    ask, elsewhere = crowd.known(permission, scene), "https://evil.example/"
    names = ("next", "url", "redirect", "redirect_uri", "return_to", "continue", "callback")
    query = "&".join(f"{name}={elsewhere}" for name in names)
    headers = {
        "Host": "evil.example",
        "X-Forwarded-Host": "evil.example",
        "X-Forwarded-Proto": "javascript",
        "Forwarded": "host=evil.example",
        "Origin": elsewhere,
        "Referer": elsewhere,
        "X-Original-URL": "/v1/health",
        "X-HTTP-Method-Override": "DELETE",
    }
    path = ask.whole_path + ("&" if "?" in ask.whole_path else "?") + query
    person = crowd[entitled(permission)]
    for asked, sent in ((path, {}), (ask.whole_path, headers)):
        answer = person.ask("GET", asked, headers=sent)
        assert not 300 <= answer.status < 400
        assert "evil.example" not in json.dumps([answer.headers, _beside_address(answer)])


def _beside_address(answer: Any) -> Any:
    """Body without the members that repeat the address that was asked for."""
    if not isinstance(answer.json, dict):
        return answer.text
    return {name: value for name, value in answer.json.items() if name != "instance"}


def test_a_link_in_a_mail_leads_to_us_whatever_host_was_asked(stack: LocalStack) -> None:
    for headers in ({"Host": "evil.example"}, {"X-Forwarded-Host": "evil.example"}):
        before = len(stack.outbox.listed())
        connection = http.client.HTTPConnection(urlsplit(stack.url).netloc, timeout=30)
        body = json.dumps({"email": f"reader-{before}@example.org"})
        sent = {"Content-Type": "application/json", **headers}
        connection.request("POST", "/v1/subscriptions", body=body, headers=sent)
        assert connection.getresponse().status == 202
        stack.settle()
        (mail,) = stack.outbox.listed()[before:]
        links = re.findall(r"https?://[^\s\"<]+", mail["text"] + mail["html"])
        assert links
        assert all(link.startswith(f"{stack.url}/v1/") for link in links)
