"""Everybody reads the Atom feed."""

import re
from typing import Any

from services.outreach.handlers import delivery_store, links
from services.outreach.settings import settings
from services.outreach.use_cases.feed import read_feed
from services.shared.errors import Malformed
from services.shared.http import Api, Request, Response
from services.shared.language import LANGUAGES, Language

api = Api("outreach", settings)
_AGENCY = re.compile(r"[a-z0-9][a-z0-9_-]{0,31}")
_PARAMETERS = {"language", "agency"}


@api.route("GET /v1/feed.atom")
def read(request: Request) -> Response:
    """The newest hundred notices."""
    unknown = sorted(set(request.query) - _PARAMETERS)
    if unknown:
        raise Malformed("bad_query", name=", ".join(unknown))
    agency = request.query.get("agency")
    if agency is not None and not _AGENCY.fullmatch(agency):
        raise Malformed("bad_query", name="agency")
    language = _language(request)
    feed = read_feed(language, agency=agency, links=links(), store=delivery_store())
    headers = {
        "ETag": feed.etag,
        "Cache-Control": "public, max-age=60",
        "Content-Language": language,
        "Vary": "Accept-Language",
    }
    if _is_known(feed.etag, request.headers.get("if-none-match", "")):
        return Response(status=304, headers=headers)
    return Response(
        body=feed.text, headers=headers, media_type="application/atom+xml; charset=utf-8"
    )


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Entry of ``outreach-read``."""
    return api.handle(event, context)


def _language(request: Request) -> Language:
    wanted = request.query.get("language", request.language)
    for language in LANGUAGES:
        if wanted == language:
            return language
    raise Malformed("bad_query", name="language")


def _is_known(etag: str, if_none_match: str) -> bool:
    """Compare weakly (RFC 9110 §13.1.2); several tags may be sent."""
    tags = {tag.strip().removeprefix("W/") for tag in if_none_match.split(",")}
    return bool(tags & {etag, "*"})
