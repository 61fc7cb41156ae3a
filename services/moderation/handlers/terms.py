"""The words of a topic's own, for officers and moderators."""

from functools import cache
from typing import Any

from services.moderation.handlers import store
from services.moderation.model.topic_terms import TopicTerms
from services.moderation.settings import settings
from services.moderation.store import StoredTerms
from services.moderation.use_cases.terms import TermsDesk, change_terms, terms_of
from services.shared import clock
from services.shared.http import Api, Request, Response
from services.shared.invoke import invoke

api = Api("moderation", settings)


@api.route("GET /v1/topics/{topic}/moderation-terms")
def get_terms(request: Request) -> Response:
    """Words of a topic's own; the ETag is what a change sends back in ``If-Match``."""
    return _shown(terms_of(request.path["topic"], caller=request.caller, desk=_desk()))


@api.route("PUT /v1/topics/{topic}/moderation-terms")
def put_terms(request: Request) -> Response:
    """Change them."""
    topic_id, caller = request.path["topic"], request.caller
    terms = request.parse(
        TopicTerms, permit=lambda: terms_of(topic_id, caller=caller, desk=_desk())
    )
    read, at = request.if_match, clock.now()
    return _shown(change_terms(topic_id, terms, read=read, caller=caller, at=at, desk=_desk()))


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Answer one request of the HTTP API."""
    return api.handle(event, context)


def _shown(stored: StoredTerms) -> Response:
    body = {**stored.terms.model_dump(mode="json"), "version": stored.version}
    return Response(body=body, headers={"ETag": f'"{stored.version}"'})


def _ask_topic(topic_id: str) -> dict[str, Any] | None:
    payload = {"topic_id": topic_id, "parts": ["topic"]}
    topic: dict[str, Any] | None = invoke(settings().topics_serve_function_name, payload)["topic"]
    return topic


@cache
def _desk() -> TermsDesk:
    return TermsDesk(store=store(), ask=_ask_topic)
