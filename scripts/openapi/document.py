"""The document, put together from the permission table, the declarations and the models."""

import re
from typing import Any

from scripts.openapi import responses
from scripts.openapi.declared import (
    JSON,
    Undescribed,
    example_key,
    examples,
    gaps,
    operations,
    request_key,
    service_of,
)
from scripts.openapi.schemas import schemas_of
from services.shared.contracts.operation import Answer, Id, Operation, Query
from services.shared.contracts.problem import GatewayMessage, Problem
from services.shared.permissions import BY_ROUTE, Permission

_INFO = {
    "title": "تشاور | Tashawur",
    "version": "1",
    "summary": "National e-consultation: define, publish, collect, analyse, announce, archive.",
    "description": (
        "واجهة برنامج الاستشارات العامة. النصوص بالعربية والإنجليزية، والأوقات بتوقيت UTC.\n\n"
        "The API of the national e-consultation programme. Texts in two languages are "
        '`{"ar", "en"}`, times RFC 3339 in UTC, lists have at most 100 items and an opaque '
        "`next_cursor`. Every refusal is a problem (RFC 9457) whose `type` can be read; an address "
        "that is not described here answers 404 with one. Members may be added to answers; "
        "unknown members of requests are refused."
    ),
    "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
}
_TAGS = {
    "topics": {"ar": "الموضوعات", "en": "topics, plans, decisions and the workflow"},
    "comments": {"ar": "المشاركات", "en": "comments, inquiries and receipts"},
    "moderation": {"ar": "الإشراف", "en": "the queue and the public report"},
    "analysis": {"ar": "التحليل", "en": "results and dispositions"},
    "outreach": {"ar": "الإشعارات", "en": "feed and subscriptions"},
    "archive": {"ar": "الأرشيف", "en": "sealed records"},
}
_BEARER = {
    "type": "http",
    "scheme": "bearer",
    "bearerFormat": "JWT",
    "description": "Access token; roles and agency are its groups (`officer`, `agency.health`).",
}
_VARIABLE = re.compile(r"\{(\w+)\}")


def document() -> dict[str, Any]:
    """The OpenAPI 3.1 document.

    Raises
    ------
    Undescribed
        If a route or an example is missing; with all that is.
    """
    missing = gaps()
    if missing:
        raise Undescribed("\n".join(missing))
    declared = operations()
    schemas, components = schemas_of(_types(declared))
    paths: dict[str, dict[str, Any]] = {}
    for route, operation in declared.items():
        method, _, path = route.partition(" ")
        paths.setdefault(path, {})[method.lower()] = _operation(operation, schemas)
    return {
        "openapi": "3.1.0",
        "info": _INFO,
        "servers": [{"url": "/"}],
        "tags": [{"name": n, "description": f"{t['ar']}: {t['en']}"} for n, t in _TAGS.items()],
        "paths": paths,
        "components": {
            "schemas": components,
            "responses": responses.responses(),
            "parameters": responses.sent_headers(),
            "headers": responses.headers(),
            "securitySchemes": {"bearer": _BEARER},
        },
    }


def _types(declared: dict[str, Operation]) -> dict[str, Any]:
    types: dict[str, Any] = {"Problem": Problem, "GatewayMessage": GatewayMessage}
    for operation in declared.values():
        if operation.body:
            types[f"{operation.name} request"] = operation.body
        for answer in operation.answers:
            if answer.model:
                types[f"{operation.name} {answer.status}"] = answer.model
        for name in _VARIABLE.findall(operation.route):
            types[f"{operation.name} {{{name}}}"] = operation.path.get(name, Id)
        for query in operation.query:
            types[f"{operation.name} ?{query.name}"] = query.type
    return types


def _operation(operation: Operation, schemas: dict[str, Any]) -> dict[str, Any]:
    permission = BY_ROUTE[operation.route]
    told = {
        "operationId": operation.name,
        "tags": [service_of(operation.route)],
        "summary": operation.title["en"],
        "description": _description(operation, permission),
        "security": _security(permission),
        "x-roles": sorted(permission.roles),
        "x-scope": permission.scope,
        "parameters": [*_parameters(operation, schemas)],
    }
    if key := request_key(operation):
        told["requestBody"] = {
            "required": operation.body_required,
            "content": {operation.file or JSON: _content(operation, key, schemas)},
        }
    return {**told, "responses": _responses(operation, schemas)}


def _description(operation: Operation, permission: Permission) -> str:
    roles = ", ".join(sorted(permission.roles))
    scope = {
        "own_agency": "objects of the token's agency",
        "programme": "the whole programme",
        "public": "what is public",
    }[permission.scope]
    parts = (
        f"{operation.title['ar']}.",
        operation.about,
        f"Roles: {roles}; {scope}." if roles else "",
    )
    return "\n\n".join(part for part in parts if part)


def _security(permission: Permission) -> list[dict[str, list[str]]]:
    if permission.sign_in == "required":
        return [{"bearer": []}]
    return [{}, {"bearer": []}] if permission.sign_in == "optional" else []


def _parameters(operation: Operation, schemas: dict[str, Any]) -> list[dict[str, Any]]:
    sent = ("Accept-Language", *operation.headers)
    return [
        *(
            {
                "name": n,
                "in": "path",
                "required": True,
                "schema": schemas[f"{operation.name} {{{n}}}"],
            }
            for n in _VARIABLE.findall(operation.route)
        ),
        *(_query(query, schemas[f"{operation.name} ?{query.name}"]) for query in operation.query),
        *({"$ref": f"#/components/parameters/{responses.component_name(name)}"} for name in sent),
    ]


def _query(query: Query, schema: dict[str, Any]) -> dict[str, Any]:
    """Query parameter; several values are parted by commas."""
    told = {
        "name": query.name,
        "in": "query",
        "required": query.required,
        "description": query.about,
        "schema": schema,
    }
    return {**told, "style": "form", "explode": False} if schema.get("type") == "array" else told


def _responses(operation: Operation, schemas: dict[str, Any]) -> dict[str, Any]:
    found = {str(a.status): _answer(operation, a, schemas) for a in operation.answers}
    types = responses.problem_types()
    refusals = {
        str(types[slug]["status"]): responses.component_name(slug)
        for slug in responses.problems_of(operation)
    }
    referred = {code: {"$ref": f"#/components/responses/{n}"} for code, n in refusals.items()}
    return dict(sorted({**found, **referred}.items()))


def _answer(operation: Operation, answer: Answer, schemas: dict[str, Any]) -> dict[str, Any]:
    told = {
        "description": answer.about,
        "headers": responses.header_references(*responses.ALWAYS, *answer.headers),
    }
    content = {
        media_type: _content(operation, example_key(answer, media_type), schemas)
        for media_type in answer.media_types
    }
    return {**told, "content": content} if content else told


def _content(operation: Operation, key: str, schemas: dict[str, Any]) -> dict[str, Any]:
    """Schema and examples of a body; of what is not JSON we say only that it is text."""
    status, _, media_type = key.partition(" ")
    is_text = media_type and not media_type.endswith("+json")
    schema = {"type": "string"} if is_text else schemas[f"{operation.name} {status}"]
    shown = {name: {"value": value} for name, value in examples(operation)[key].items()}
    return {"schema": schema, "examples": shown}
