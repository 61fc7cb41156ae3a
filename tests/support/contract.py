"""Holds real answers to the OpenAPI document: status, headers, media type and every member."""

import json
import re
from datetime import datetime
from functools import cache
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker

from scripts.openapi.declared import gaps, operations
from scripts.openapi.document import document
from services.shared.ids import ID_PATTERN

FORMATS = FormatChecker(formats=())
_FORBIDDEN = 403
_DURATION = re.compile(r"P(?=.)(\d+W|(\d+D)?(T(?=\d)(\d+H)?(\d+M)?(\d+(\.\d+)?S)?)?)")


@FORMATS.checks("date-time", raises=ValueError)
def _is_instant(text: object) -> bool:
    return not isinstance(text, str) or datetime.fromisoformat(text).tzinfo is not None


@FORMATS.checks("date", raises=ValueError)
def _is_day(text: object) -> bool:
    return not isinstance(text, str) or bool(datetime.strptime(text, "%Y-%m-%d"))  # noqa: DTZ007


@FORMATS.checks("duration")
def _is_length(text: object) -> bool:
    return not isinstance(text, str) or bool(_DURATION.fullmatch(text))


def faults(schema: dict[str, Any], value: Any, *, root: dict[str, Any]) -> list[str]:
    """What of a value breaks a schema of a document."""
    validator = Draft202012Validator(
        {**schema, "components": root["components"]}, format_checker=FORMATS
    )
    return [f"{error.json_path}: {error.message[:300]}" for error in validator.iter_errors(value)]


def disagreements(route: str, *, status: int, headers: dict[str, str], text: str) -> list[str]:
    """What of an answer the document does not say; of a route that it lacks, nothing."""
    if not _is_described(route):
        return []  # tests/contract says so, once
    if status == _FORBIDDEN and json.loads(text)["code"] == "past_the_edge":
        return []  # nobody at the public address, which the document describes, is told so
    method, _, path = route.partition(" ")
    operation = closed_document()["paths"][path][method.lower()]
    described = operation["responses"].get(str(status))
    if described is None:
        return [f"{route} does not describe {status}: {text[:200]}"]
    described = _resolved(described)
    found = [
        f"{route} {status} lacks the header {name}"
        for name, header in described.get("headers", {}).items()
        if _resolved(header)["required"] and name.lower() not in headers
    ]
    return [*found, *(f"{route} {status} {each}" for each in _body(described, headers, text))]


@cache
def _is_described(route: str) -> bool:
    return not gaps() and route in operations()


@cache
def closed_document() -> dict[str, Any]:
    """The document as the code has it, but members that it does not name are faults.

    What an id looks like is left out: many tests have ids that a reader can tell apart.
    """
    pattern = f'"pattern": {json.dumps(ID_PATTERN)}, '
    whole: dict[str, Any] = json.loads(json.dumps(document()).replace(pattern, ""))
    for schema in whole["components"]["schemas"].values():
        if "properties" in schema:
            schema.setdefault("additionalProperties", False)
    return whole


def _body(described: dict[str, Any], headers: dict[str, str], text: str) -> list[str]:
    content = described.get("content", {})
    media_type = headers.get("content-type", "").partition(";")[0]
    if not content:
        return [f"has a body: {text[:100]}"] if text else []
    if media_type not in content:
        return [f"does not describe {media_type}"]
    if not media_type.endswith("json"):
        return []
    return faults(content[media_type]["schema"], json.loads(text), root=closed_document())


def _resolved(value: dict[str, Any]) -> dict[str, Any]:
    found: Any = value
    if "$ref" in value:
        found = closed_document()
        for name in value["$ref"].removeprefix("#/").split("/"):
            found = found[name]
    return dict(found)
