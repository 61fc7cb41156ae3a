"""What was told: the Atom feeds and a topic's notices for everybody, the report for its staff."""

import re
from typing import Any

from services.outreach.handlers import (
    ask_topics,
    cursor_key,
    delivery_store,
    links,
    notice_store,
    part_store,
    plan_store,
)
from services.outreach.model.notice import About
from services.outreach.model.scope import AGENCY_PATTERN
from services.outreach.settings import settings
from services.outreach.use_cases.deliveries import list_deliveries
from services.outreach.use_cases.feed import read_feed
from services.outreach.use_cases.notices import list_notices
from services.outreach.use_cases.report import Books
from services.outreach.use_cases.topics import staff_topic
from services.shared import clock, cursors
from services.shared.errors import Malformed
from services.shared.http import Api, Request, Response
from services.shared.language import LANGUAGES

api = Api("outreach", settings)
_CACHED = "public, max-age=60"


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


@api.route("GET /v1/topics/{topic}/notices")
def read_notices(request: Request) -> Response:
    """The notices on a topic's page, newest first, a hundred a page."""
    _must_know(request, "cursor")
    topic_id = request.path["topic"]
    scope = f"notices/{topic_id}"
    found = list_notices(
        topic_id, after=_position(request, scope), store=notice_store(), ask=ask_topics
    )
    body = {
        "topic_id": topic_id,
        "items": [notice.view() for notice in found.items],
        "next_cursor": _cursor(found.last, scope),
    }
    return Response(body=body, headers={"Cache-Control": _CACHED})


@api.route("GET /v1/topics/{topic}/deliveries")
def read_deliveries(request: Request) -> Response:
    """What came of a round's notices over their channels, ten notices a page."""
    _must_know(request, "cursor", "round")
    topic = staff_topic(
        request.path["topic"], round_=request.round, caller=request.caller, ask=ask_topics
    )
    scope = f"deliveries/{topic.topic_id}/{topic.round}"
    books = Books(deliveries=delivery_store(), parts=part_store(), plans=plan_store())
    found = list_deliveries(topic, after=_position(request, scope), at=clock.now(), books=books)
    body = {
        "topic_id": topic.topic_id,
        "round": topic.round,
        "items": found.items,
        "next_cursor": _cursor(found.last, scope),
    }
    return Response(body=body)


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Entry of ``outreach-read``."""
    return api.handle(event, context)


def _feed(request: Request, about: About) -> Response:
    language = request.one_of("language", LANGUAGES) or request.language
    feed = read_feed(language, about, links=links(), store=delivery_store(), ask=ask_topics)
    headers = {
        "ETag": feed.etag,
        "Cache-Control": _CACHED,
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


def _position(request: Request, scope: str) -> Any:
    """Place after which to begin; ``None`` for the beginning."""
    cursor = request.query.get("cursor")
    return None if cursor is None else cursors.decode(cursor, key=cursor_key(), scope=scope)


def _cursor(last: Any, scope: str) -> str | None:
    return None if last is None else cursors.encode(last, key=cursor_key(), scope=scope)
