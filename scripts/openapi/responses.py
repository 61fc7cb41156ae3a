"""Refusals, headers and parameters that many routes share: the document's other components."""

import json
from collections.abc import Iterator
from typing import Any

from scripts.openapi.declared import ROOT
from services.shared.contracts.operation import Operation
from services.shared.permissions import BY_ROUTE

PROBLEM_JSON = "application/problem+json"
GATEWAYS_OWN = {"sign-in-required", "too-large", "too-many-requests", "internal", "unavailable"}
"""Problems that the gateway may tell by itself, in words of its own."""
RETRIED = {"too-many-requests", "unavailable"}
"""Problems that say when to send the request again."""
_TEXT = {"type": "string"}
ALWAYS = (
    "Cache-Control",
    "Content-Language",
    "Content-Security-Policy",
    "Referrer-Policy",
    "Vary",
    "X-Content-Type-Options",
)
"""Headers of every answer that a function gives."""
_HEADERS = {
    "Cache-Control": "How long the answer may be kept.",
    "Content-Language": "Language of the texts that are in one language only.",
    "Content-Security-Policy": "What a browser may load of it: nothing, or a page its style.",
    "ETag": "Version of what was answered.",
    "Location": "Where the new object is.",
    "Referrer-Policy": "Keeps the token out of other sites' logs.",
    "Retry-After": "Seconds after which to send the request again.",
    "Vary": "What the answer depends on.",
    "X-Content-Type-Options": "`nosniff`.",
}
_SENT = {
    "Accept-Language": ("Language of messages (RFC 9110): `ar` or `en`, else Arabic.", _TEXT),
    "Idempotency-Key": (
        "Visible ASCII characters, best a random UUID; repeats are safe.",
        {**_TEXT, "pattern": "^[!-~]{1,200}$"},
    ),
    "Challenge-Solution": (
        "Solution of a challenge (`GET /v1/challenge`), base64: needed where challenges are on, by "
        "whoever is not signed in.",
        _TEXT,
    ),
    "If-Match": ("ETag that was read.", {**_TEXT, "pattern": '^(W/)?"[0-9]{1,9}"$'}),
    "If-None-Match": ("ETag that the caller has.", _TEXT),
}


def problem_types() -> dict[str, dict[str, Any]]:
    """Status, meaning and advice of every problem type by its slug."""
    path = ROOT / "services" / "shared" / "problem_types.json"
    return dict(json.loads(path.read_text("utf-8")))


def titles() -> dict[str, dict[str, str]]:
    """Messages that all services share, by code."""
    path = ROOT / "services" / "shared" / "messages.json"
    return dict(json.loads(path.read_text("utf-8")))


def component_name(text: str) -> str:
    """Name of a component: words without what parts them, e.g. ``NotFound``."""
    return "".join(word[:1].upper() + word[1:] for word in text.replace("_", "-").split("-"))


def headers() -> dict[str, Any]:
    """Header components."""
    return {
        component_name(name): {"description": about, "schema": _TEXT, "required": name in ALWAYS}
        for name, about in _HEADERS.items()
    }


def header_references(*names: str) -> dict[str, Any]:
    """References to headers."""
    return {name: {"$ref": f"#/components/headers/{component_name(name)}"} for name in names}


def sent_headers() -> dict[str, Any]:
    """Components of the headers that callers send."""
    return {
        component_name(name): {"name": name, "in": "header", "description": about, "schema": schema}
        for name, (about, schema) in _SENT.items()
    }


def responses() -> dict[str, Any]:
    """A response component per problem type."""
    shared = titles()
    found = {}
    for slug, entry in problem_types().items():
        # The gateway's own answer has none of the headers of a function's.
        always = () if slug in GATEWAYS_OWN else ALWAYS
        retry = ("Retry-After",) if slug in RETRIED else ()
        content = {PROBLEM_JSON: _problem(slug, entry, shared[slug])}
        if slug in GATEWAYS_OWN:
            content["application/json"] = _gateway()
        found[component_name(slug)] = {
            "description": f"{entry['meaning']['ar']}\n\n{entry['meaning']['en']}",
            "headers": header_references(*always, *retry),
            "content": content,
        }
    return found


def problems_of(operation: Operation) -> Iterator[str]:
    """Slugs of the problems that a route may answer with, in the order of their status."""
    sign_in = BY_ROUTE[operation.route].sign_in
    expected = {"too-many-requests", "internal", "unavailable", *operation.problems}
    if sign_in != "none":
        expected.add("sign-in-required")
    if sign_in == "required":
        expected.add("forbidden")
    if operation.body or operation.file:
        expected |= {"malformed", "too-large", "unsupported-media-type", "invalid"}
    if "{" in operation.route:
        expected.add("not-found")
    if operation.query or {"Idempotency-Key", "If-Match"} & set(operation.headers):
        expected.add("malformed")
    return (slug for slug in problem_types() if slug in expected)


def _problem(slug: str, entry: dict[str, Any], title: dict[str, str]) -> dict[str, Any]:
    examples = {
        language: {
            "value": {
                "type": f"/problems/{slug}",
                "title": title[language].format(limit=262144),
                "status": entry["status"],
                "code": slug,
                "detail": title[language].format(limit=262144),
                "instance": "/v1/topics",
                "errors": [],
            }
        }
        for language in ("ar", "en")
    }
    return {"schema": {"$ref": "#/components/schemas/Problem"}, "examples": examples}


def _gateway() -> dict[str, Any]:
    return {"schema": {"$ref": "#/components/schemas/GatewayMessage"}}
