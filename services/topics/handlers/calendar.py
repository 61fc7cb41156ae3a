"""Everybody subscribes to the forward calendar in a calendar program."""

from typing import Any

from services.shared import clock
from services.shared.http import Api, Request, Response
from services.shared.language import LANGUAGES, Language
from services.topics.calendar_file import CalendarFile, Place
from services.topics.handlers import store
from services.topics.model.narrowing import Narrowing
from services.topics.settings import settings
from services.topics.use_cases.calendar import programme_calendar, topic_calendar

api = Api("topics", settings)


@api.route("GET /v1/calendar.ics")
def read_calendar(request: Request) -> Response:
    """The topics to come and under way."""
    agency_ids = Narrowing.of(request.query, parameters=("agency", "language")).agencies
    narrowed = f"&agency={','.join(agency_ids)}" if agency_ids else ""
    place = _place(request, "/v1/calendar.ics", narrowed)
    return _shown(
        programme_calendar(agency_ids, place, at=clock.now(), store=store()), place, request
    )


@api.route("GET /v1/topics/{topic}/calendar.ics")
def read_topic_calendar(request: Request) -> Response:
    """One topic."""
    Narrowing.of(request.query, parameters=("language",))
    topic_id = request.path["topic"]
    place = _place(request, f"/v1/topics/{topic_id}/calendar.ics")
    return _shown(topic_calendar(topic_id, place, store=store()), place, request)


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Entry of ``topics-calendar``."""
    return api.handle(event, context)


def _place(request: Request, path: str, narrowed: str = "") -> Place:
    """Where the caller reads; calendar programs send no language, so that the address may."""
    language = _language(request)
    base_url = settings().public_base_url.rstrip("/")
    return Place(base_url=base_url, path=f"{path}?language={language}{narrowed}", language=language)


def _language(request: Request) -> Language:
    wanted = request.query.get("language", request.language)
    return next(language for language in LANGUAGES if language == wanted)


def _shown(calendar: CalendarFile, place: Place, request: Request) -> Response:
    headers = {
        "ETag": calendar.etag,
        "Cache-Control": "public, max-age=60",
        "Content-Language": place.language,
        "Vary": "Accept-Language",
    }
    if request.knows(calendar.etag):
        return Response(status=304, headers=headers)
    return Response(body=calendar.text, headers=headers, media_type="text/calendar; charset=utf-8")
