"""Answers out: their text, and the headers that each of them has."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from aws_lambda_powertools.event_handler import Response as GatewayResponse

from services.shared.language import Language

_CLOSED = "default-src 'none'; base-uri 'none'; frame-ancestors 'none'"
_NOTHING = f"{_CLOSED}; form-action 'none'"
"""What an answer may do that a browser shows though it is no page: a feed, a file of a record."""
_PAGES = f"{_CLOSED}; form-action 'self'; style-src 'unsafe-inline'"
"""Our own pages have a style and a form, and never a script."""
_PICTURES = f"{_NOTHING}; style-src 'unsafe-inline'"
"""What is drawn has styles, and words of themes: whoever opens it runs and fetches nothing."""
_POLICIES = {"text/html": _PAGES, "image/svg+xml": _PICTURES}


@dataclass(frozen=True, kw_only=True)
class Response:
    """An answer: `body` is a JSON-able value, or the text itself if `media_type` is not JSON."""

    status: int = 200
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)
    media_type: str = "application/json"


def written(response: Response, language: Language) -> GatewayResponse[str]:
    """An answer as the gateway takes it, with the headers that every answer has."""
    policy = _POLICIES.get(response.media_type.partition(";")[0], _NOTHING)
    headers = {
        "Cache-Control": "no-store",
        "Content-Language": language,
        "Content-Security-Policy": policy,
        "Referrer-Policy": "no-referrer",
        "Vary": "Accept-Language, Authorization",
        "X-Content-Type-Options": "nosniff",
        **response.headers,
    }
    is_json = response.media_type.endswith("json") and not isinstance(response.body, str)
    text = json.dumps(response.body, ensure_ascii=False) if is_json else response.body
    if response.status in {204, 304}:
        text = ""
    return GatewayResponse(
        status_code=response.status,
        content_type=response.media_type,
        body=text,
        headers=dict(headers),
    )
