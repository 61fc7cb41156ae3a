"""Everybody reads the Atom feeds."""

import re
from typing import Any

from services.outreach.handlers import ask_topics, delivery_store, links
from services.outreach.model.notice import About
from services.outreach.model.scope import AGENCY_PATTERN
from services.outreach.settings import settings
from services.outreach.use_cases.feed import read_feed
from services.shared.errors import Malformed
from services.shared.http import Api, Request, Response
from services.shared.language import LANGUAGES

api = Api("outreach", settings)


@api.route("GET /v1/feed.atom")
def read(request: Request) -> Response:
    """The newest hundred notices of all, or of one agency."""
    _must_know(request, "language", "agency")
    agency = request.query.get("agency")
    if agency is not None and not re.fullmatch(AGENCY_PATTERN, agency):
        raise Malformed("bad_query", name="agency")
    return _feed(request, About(agency=agency))


@api.route("GET /v1/topics/{topic}/feed.atom")
def read_topics(request: Request) -> Response:
    """The newest hundred notices of one topic."""
    _must_know(request, "language")
    return _feed(request, About(topic_id=request.path["topic"]))


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Entry of ``outreach-read``."""
    return api.handle(event, context)


def _feed(request: Request, about: About) -> Response:
    language = request.one_of("language", LANGUAGES) or request.language
    feed = read_feed(language, about, links=links(), store=delivery_store(), ask=ask_topics)
    headers = {
        "ETag": feed.etag,
        "Cache-Control": "public, max-age=60",
        "Content-Language": language,
        "Vary": "Accept-Language",
    }
    if request.knows(feed.etag):
        return Response(status=304, headers=headers)
    return Response(
        body=feed.text, headers=headers, media_type="application/atom+xml; charset=utf-8"
    )


def _must_know(request: Request, *parameters: str) -> None:
    unknown = sorted(set(request.query) - set(parameters))
    if unknown:
        raise Malformed("bad_query", name=", ".join(unknown))
