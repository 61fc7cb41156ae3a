"""The OpenAPI document says of every route what the code does, and shows it by valid examples."""

import gzip
import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from scripts.openapi import declared
from scripts.openapi.__main__ import TARGET, main, text
from scripts.openapi.document import document
from scripts.openapi.responses import ALWAYS
from services.shared.permissions import PERMISSIONS, Permission
from services.topics.handlers import read
from tests.support.calls import http
from tests.support.contract import disagreements, faults

ROUTES = [permission for permission in PERMISSIONS if permission.route != "$default"]
WHOLE = json.loads(TARGET.read_text("utf-8"))
METHODS = ("get", "post", "put", "patch", "delete")
_ARABIC = re.compile("[\u0600-\u06ff]")


def bodies() -> Iterator[tuple[str, dict[str, Any]]]:
    """Every described body, under a name that tells which it is."""
    for path, item in WHOLE["paths"].items():
        for method, operation in item.items():
            found = [("request", operation.get("requestBody", {}))]
            found += operation["responses"].items()
            for key, part in found:
                for media_type, content in part.get("content", {}).items():
                    yield f"{method} {path} {key} {media_type}", content


BODIES = dict(bodies())
IN_ONE_LANGUAGE = [name for name, content in BODIES.items() if "ar" in content["examples"]]


def test_every_route_is_described_with_its_examples() -> None:
    assert not declared.gaps(), "\n\n".join(declared.gaps())


def test_a_route_without_a_description_is_told_with_what_to_add(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    new = Permission(route="GET /v1/topics/{topic}/weather", function="topics-read")
    monkeypatch.setattr(declared, "PERMISSIONS", (*PERMISSIONS, new))
    (told,) = declared.gaps()
    assert "GET /v1/topics/{topic}/weather" in told
    assert "services/topics/contracts/api.py" in told


def test_a_missing_example_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        declared, "examples", lambda op: {"200": {"en": 1}} if op.name == "check_health" else {}
    )
    told = "\n".join(declared.gaps())
    assert 'contracts/examples/check_health.json: "200" needs "ar" and "en"' in told
    assert 'contracts/examples/submit_comment.json lacks "request"' in told


def test_the_committed_document_is_that_of_the_code() -> None:
    assert TARGET.read_text("utf-8") == text(), "python -m scripts.openapi"


def test_the_check_finds_drift(tmp_path: Any, capsys: pytest.CaptureFixture[str]) -> None:
    target = tmp_path / "openapi.json"
    assert main(["--check"], target=target) == 1
    assert "python -m scripts.openapi" in capsys.readouterr().out
    assert main([], target=target) == 0
    assert main(["--check"], target=target) == 0
    target.write_text(target.read_text("utf-8").replace("list_topics", "list_themes"), "utf-8")
    assert main(["--check"], target=target) == 1


def test_the_document_is_small_enough_to_travel_with_every_function() -> None:
    assert len(gzip.compress(TARGET.read_bytes())) < 100_000


def test_the_paths_are_the_permission_table() -> None:
    described = {
        f"{method.upper()} {path}" for path, item in WHOLE["paths"].items() for method in item
    }
    assert described == {permission.route for permission in ROUTES}


@pytest.mark.parametrize("permission", ROUTES, ids=lambda permission: permission.route)
def test_sign_in_roles_and_scope_are_those_of_the_permission_table(permission: Permission) -> None:
    operation = operation_of(permission.route)
    security = {
        "required": [{"bearer": []}],
        "optional": [{}, {"bearer": []}],
        "none": [],
    }
    assert operation["security"] == security[permission.sign_in]
    assert set(operation["x-roles"]) == permission.roles
    assert operation["x-scope"] == permission.scope
    refused = set(operation["responses"]) & {"401", "403"}
    if "challenge-required" in declared.operations()[permission.route].problems:
        refused -= {"403"}  # this one is for whoever has no role at all
    expected = {"required": {"401", "403"}, "optional": {"401"}, "none": set()}
    assert refused == expected[permission.sign_in]


@pytest.mark.parametrize("permission", ROUTES, ids=lambda permission: permission.route)
def test_a_route_tells_what_it_does_in_both_languages(permission: Permission) -> None:
    operation = operation_of(permission.route)
    assert operation["summary"]
    assert _ARABIC.search(operation["description"])
    assert {"429", "500", "503"} <= set(operation["responses"])
    variables = set(re.findall(r"\{(\w+)\}", permission.route))
    named = {p["name"] for p in operation["parameters"] if p.get("in") == "path"}
    assert named == variables


def test_operations_have_names_of_their_own() -> None:
    names = [
        operation["operationId"] for item in WHOLE["paths"].values() for operation in item.values()
    ]
    assert len(set(names)) == len(names)


def test_every_reference_leads_somewhere() -> None:
    for reference in set(re.findall(r'"\$ref": "#/([^"]+)"', json.dumps(WHOLE))):
        place: Any = WHOLE
        for name in reference.split("/"):
            place = place[name]


def test_every_component_is_used() -> None:
    whole = json.dumps(WHOLE)
    for kind, members in WHOLE["components"].items():
        for name in members if kind != "securitySchemes" else ():
            assert f'"#/components/{kind}/{name}"' in whole, name


@pytest.mark.parametrize("name", sorted(WHOLE["components"]["schemas"]))
def test_a_schema_is_json_schema(name: str) -> None:
    Draft202012Validator.check_schema(WHOLE["components"]["schemas"][name])


@pytest.mark.parametrize("name", sorted(BODIES))
def test_examples_are_what_their_schema_says_in_both_languages(name: str) -> None:
    content = BODIES[name]
    assert set(content["examples"]) in ({"ar", "en"}, {"both"})
    for example in content["examples"].values():
        assert faults(content["schema"], example["value"], root=WHOLE) == []


@pytest.mark.parametrize(
    "name", [name for name in sorted(BODIES) if "ar" in BODIES[name]["examples"]]
)
def test_an_arabic_example_is_in_arabic(name: str) -> None:
    shown = BODIES[name]["examples"]
    assert _ARABIC.search(json.dumps(shown["ar"], ensure_ascii=False))
    assert shown["ar"] != shown["en"]


def test_a_wrong_example_would_be_found() -> None:
    schema = operation_of("POST /v1/topics/{topic}/comments")["requestBody"]["content"]
    wrong = {"kind": "rant", "consent": {"publish": True}, "colour": "blue"}
    told = "\n".join(faults(schema["application/json"]["schema"], wrong, root=WHOLE))
    assert "rant" in told
    assert "colour" in told
    assert "privacy_notice" in told


def test_no_function_needs_the_contracts_which_are_not_shipped() -> None:
    for path in (declared.ROOT / "services").rglob("*.py"):
        if "contracts" not in path.parts:
            assert ".contracts" not in path.read_text("utf-8"), path


def test_it_is_made_the_same_each_time() -> None:
    assert document() == document()


def operation_of(route: str) -> dict[str, Any]:
    method, _, path = route.partition(" ")
    return dict(WHOLE["paths"][path][method.lower()])


def test_the_document_is_served_as_committed_and_need_not_be_sent_twice() -> None:
    answer = http(read.handler, "GET /openapi.json")
    assert (answer.status, answer.text) == (200, TARGET.read_text("utf-8"))
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["cache-control"] == "public, max-age=300"
    etag = answer.headers["etag"]
    # CloudFront makes the tag of what it compresses a weak one.
    for known in (etag, f"W/{etag}", f'"other", {etag}', "*"):
        again = http(read.handler, "GET /openapi.json", headers={"if-none-match": known})
        assert (again.status, again.text) == (304, "")


def test_an_answer_that_the_document_does_not_describe_is_found() -> None:
    headers = dict.fromkeys(map(str.lower, ALWAYS), "")
    headers["content-type"] = "application/json"
    sound = {"status": "ok", "stage": "dev", "time": "2026-12-01T09:00:00.000Z"}

    def told(body: Any, *, status: int = 200, without: str = "") -> str:
        sent = {name: value for name, value in headers.items() if name != without}
        route, text_ = "GET /v1/health", json.dumps(body)
        return "\n".join(disagreements(route, status=status, headers=sent, text=text_))

    assert told(sound) == ""
    assert "does not describe 418" in told(sound, status=418)
    assert "lacks the header Vary" in told(sound, without="vary")
    assert "colour" in told({**sound, "colour": "blue"})
    assert "stage" in told({"status": "ok", "time": sound["time"]})
    assert "date-time" in told({**sound, "time": "today"})
