"""What the services declare of their routes, and what they have left out."""

import importlib
import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from services.shared.contracts.operation import JSON, Answer, Operation
from services.shared.permissions import PERMISSIONS

ROOT = Path(__file__).parents[2]
SERVICES = ("topics", "comments", "moderation", "analysis", "outreach", "archive")
_STUB = """{route} is not described. Add to services/{service}/contracts/api.py:
    Operation(
        route="{route}",
        name="...",
        title={{"ar": "...", "en": "..."}},
        answers=(Answer(status=200, model=..., about="..."),),
    ),
and its examples as services/{service}/contracts/examples/<name>.json; then run
`python -m scripts.openapi`. services/shared/contracts/operation.py explains the words."""


class Undescribed(Exception):
    """A route lacks its description or an example; the message says what to add where."""


@cache
def operations() -> dict[str, Operation]:
    """Declared operations by route key, in the order of the permission table."""
    found = {entry.route: entry for service in SERVICES for entry in operations_of(service)}
    return {entry.route: found[entry.route] for entry in PERMISSIONS if entry.route in found}


def operations_of(service: str) -> tuple[Operation, ...]:
    """Operations that one service declares."""
    module = importlib.import_module(f"services.{service}.contracts.api")
    declared: tuple[Operation, ...] = module.OPERATIONS
    return declared


def service_of(route: str) -> str:
    """Service whose function serves a route."""
    return next(e.function for e in PERMISSIONS if e.route == route).partition("-")[0]


def gaps() -> list[str]:
    """Everything that is missing or too much, each with what to do about it."""
    return [*_routes(), *_examples()]


def examples(operation: Operation) -> dict[str, dict[str, Any]]:
    """Examples by ``"request"`` or status, then by language; empty if there is no file."""
    path = _file(operation)
    return dict(json.loads(path.read_text("utf-8"))) if path.is_file() else {}


def example_keys(operation: Operation) -> Iterator[str]:
    """Names under which the file of examples must have some."""
    if key := request_key(operation):
        yield key
    for answer in operation.answers:
        yield from (example_key(answer, media_type) for media_type in answer.media_types)


def request_key(operation: Operation) -> str:
    """Name of a request's examples, with the media type of a file; empty where nothing is sent."""
    return f"request {operation.file}" if operation.file else "request" if operation.body else ""


def example_key(answer: Answer, media_type: str) -> str:
    """Name of an answer's examples: the status, with the media type if it is not JSON."""
    return str(answer.status) if media_type == JSON else f"{answer.status} {media_type}"


def _routes() -> Iterator[str]:
    routes = {entry.route for entry in PERMISSIONS} - {"$default"}
    for route in sorted(routes - set(operations())):
        yield _STUB.format(route=route, service=service_of(route))
    for service in SERVICES:
        for operation in operations_of(service):
            where = f"services/{service}/contracts/api.py"
            if operation.route not in routes:
                yield f"{where} describes {operation.route}, which is no route."
            elif service_of(operation.route) != service:
                yield f"{where} describes {operation.route}, which another service serves."


def _examples() -> Iterator[str]:
    for operation in operations().values():
        known, where = examples(operation), _file(operation).relative_to(ROOT)
        wanted = set(example_keys(operation))
        for key in sorted(wanted - set(known)):
            yield f'{where} lacks "{key}": an example in "ar" and one in "en", or one for "both".'
        for key in sorted(set(known) - wanted):
            yield f'{where} has "{key}", but {operation.route} has no such body.'
        for key in sorted(wanted & set(known)):
            if set(known[key]) not in ({"ar", "en"}, {"both"}):
                yield f'{where}: "{key}" needs "ar" and "en", or "both" alone.'
    named = {_file(operation) for operation in operations().values()}
    for path in sorted(set(ROOT.glob("services/*/contracts/examples/*.json")) - named):
        yield f"{path.relative_to(ROOT)} belongs to no operation."


def _file(operation: Operation) -> Path:
    service = service_of(operation.route)
    return ROOT / "services" / service / "contracts" / "examples" / f"{operation.name}.json"
