"""People subscribe to a topic, confirm that the mailbox is theirs, and unsubscribe."""

from typing import Any

from services.outreach.handlers import ask_topics, keyring, links, mailer, subscription_store
from services.outreach.mails import confirmed_page, ended_page
from services.outreach.model.subscription import SubscriptionRequest
from services.outreach.model.tokens import SubscriptionKey, unsubscription_token
from services.outreach.settings import settings
from services.outreach.use_cases.subscribe import (
    Desk,
    confirm,
    open_topic,
    subscribe,
    unsubscribe,
)
from services.shared import clock, ids
from services.shared.http import Api, Request, Response

api = Api("outreach", settings)
_PRESENT_ROUND = 1
"""The public view of a topic is that of its present round, whichever is asked for."""
_BODY_LIMIT_BYTES = 4096
_PAGE_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "no-referrer",
}
_HTML = "text/html; charset=utf-8"


@api.route("POST /v1/topics/{topic}/subscriptions")
def ask(request: Request) -> Response:
    """Subscribe."""
    wanted = request.parse(SubscriptionRequest, limit=_BODY_LIMIT_BYTES)
    topic = open_topic(ask_topics(request.path["topic"], _PRESENT_ROUND, ("topic",)))
    subscription_id = subscribe(wanted, topic, claim=ids.random_id(), at=clock.now(), desk=_desk())
    return Response(status=202, body={"subscription_id": subscription_id, "status": "pending"})


@api.route("GET /v1/topics/{topic}/subscriptions/{subscription}/confirmation")
def follow_link(request: Request) -> Response:
    """Confirm; a browser is shown a page, any other client gets JSON."""
    key = _key(request)
    subscription = confirm(key, _token(request), at=clock.now(), desk=_desk())
    if "text/html" in request.headers.get("accept", ""):
        page = confirmed_page(request.language, unsubscribe=links().unsubscribe(key))
        return Response(body=page, headers=_PAGE_HEADERS, media_type=_HTML)
    body = {
        "subscription_id": subscription.subscription_id,
        "status": subscription.status,
        "unsubscribe_token": unsubscription_token(key, keyring()),
    }
    return Response(body=body)


@api.route("DELETE /v1/topics/{topic}/subscriptions/{subscription}")
def end(request: Request) -> Response:
    """Unsubscribe."""
    unsubscribe(_key(request), _token(request), at=clock.now(), desk=_desk())
    return Response(status=204)


@api.route("POST /v1/topics/{topic}/subscriptions/{subscription}/unsubscription")
def end_with_one_click(request: Request) -> Response:
    """Unsubscribe as mail programs and forms do it, with one click (RFC 8058)."""
    unsubscribe(_key(request), _token(request), at=clock.now(), desk=_desk())
    return Response(body=ended_page(request.language), headers=_PAGE_HEADERS, media_type=_HTML)


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Entry of ``outreach-subscriptions``."""
    return api.handle(event, context)


def _key(request: Request) -> SubscriptionKey:
    return SubscriptionKey(
        topic_id=request.path["topic"], subscription_id=request.path["subscription"]
    )


def _token(request: Request) -> str:
    return request.query.get("token", "")


def _desk() -> Desk:
    return Desk(store=subscription_store(), mailer=mailer(), keyring=keyring(), links=links())
