"""People subscribe, confirm that the mailbox or the telephone is theirs, and unsubscribe.

To one topic under its own address; to an agency's consultations, or to all, under
``/v1/subscriptions``.
"""

from typing import Any

from services.outreach.handlers import (
    ask_topics,
    keyring,
    links,
    mailer,
    subscription_store,
    suppression_store,
    texter,
)
from services.outreach.mails import confirmed_page, ended_page, ending_page
from services.outreach.model.scope import is_wide
from services.outreach.model.subscription import (
    CodeConfirmation,
    Subscription,
    SubscriptionRequest,
    WideRequest,
)
from services.outreach.model.tokens import (
    SubscriptionKey,
    check_unsubscription,
    unsubscription_token,
)
from services.outreach.settings import settings
from services.outreach.use_cases.subscribe import (
    Desk,
    Subject,
    confirm,
    confirm_code,
    open_topic,
    subscribe,
    unsubscribe,
    wide_subject,
)
from services.outreach.use_cases.topics import public_topic
from services.shared import clock, ids
from services.shared.errors import NotFound
from services.shared.http import Api, Request, Response

api = Api("outreach", settings)
_BODY_LIMIT_BYTES = 4096
_HTML = "text/html; charset=utf-8"


@api.route("POST /v1/topics/{topic}/subscriptions")
def ask(request: Request) -> Response:
    """Subscribe to a topic."""
    wanted = request.parse(SubscriptionRequest, limit=_BODY_LIMIT_BYTES)
    subject = open_topic(public_topic(request.path["topic"], ask=ask_topics))
    return _asked(wanted, subject)


@api.route("POST /v1/subscriptions")
def ask_widely(request: Request) -> Response:
    """Subscribe to an agency's consultations, or to all of them."""
    wanted = request.parse(WideRequest, limit=_BODY_LIMIT_BYTES)
    return _asked(wanted, wide_subject(wanted))


@api.route("GET /v1/topics/{topic}/subscriptions/{subscription}/confirmation")
@api.route("GET /v1/subscriptions/{scope}/{subscription}/confirmation")
def follow_link(request: Request) -> Response:
    """Confirm; a browser is shown a page, any other client gets JSON."""
    key = _key(request)
    subscription = confirm(key, _token(request), at=clock.now(), desk=_desk())
    if "text/html" in request.headers.get("accept", ""):
        page = confirmed_page(request.language, unsubscribe=links().unsubscribe(key))
        return Response(body=page, media_type=_HTML)
    return _confirmed(subscription)


@api.route("POST /v1/topics/{topic}/subscriptions/{subscription}/confirmation")
@api.route("POST /v1/subscriptions/{scope}/{subscription}/confirmation")
def enter_code(request: Request) -> Response:
    """Confirm by the code in a text message."""
    code = request.parse(CodeConfirmation, limit=_BODY_LIMIT_BYTES).code
    return _confirmed(confirm_code(_key(request), code, at=clock.now(), desk=_desk()))


@api.route("DELETE /v1/topics/{topic}/subscriptions/{subscription}")
@api.route("DELETE /v1/subscriptions/{scope}/{subscription}")
def end(request: Request) -> Response:
    """Unsubscribe."""
    unsubscribe(_key(request), _token(request), at=clock.now(), desk=_desk())
    return Response(status=204)


@api.route("GET /v1/topics/{topic}/subscriptions/{subscription}/unsubscription")
@api.route("GET /v1/subscriptions/{scope}/{subscription}/unsubscription")
def show_way_out(request: Request) -> Response:
    """Page with the button that ends a subscription; looking at it ends nothing."""
    key = _key(request)
    check_unsubscription(_token(request), key, keyring())
    return _way_out(key, request)


@api.route("GET /v1/stop/{stop}")
def show_short_way_out(request: Request) -> Response:
    """The same page, by the short link in a text message."""
    key = subscription_store().stopped_by(request.path["stop"])
    if key is None:
        raise NotFound
    return _way_out(key, request)


@api.route("POST /v1/topics/{topic}/subscriptions/{subscription}/unsubscription")
@api.route("POST /v1/subscriptions/{scope}/{subscription}/unsubscription")
def end_with_one_click(request: Request) -> Response:
    """Unsubscribe as mail programs and forms do it, with one click (RFC 8058)."""
    unsubscribe(_key(request), _token(request), at=clock.now(), desk=_desk())
    return Response(body=ended_page(request.language), media_type=_HTML)


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Entry of ``outreach-subscriptions``."""
    return api.handle(event, context)


def _asked(wanted: SubscriptionRequest, subject: Subject) -> Response:
    subscription_id = subscribe(
        wanted, subject, claim=ids.random_id(), at=clock.now(), desk=_desk()
    )
    body = {"subscription_id": subscription_id, "scope": subject.scope, "status": "pending"}
    return Response(status=202, body=body)


def _confirmed(subscription: Subscription) -> Response:
    body = {
        "subscription_id": subscription.subscription_id,
        "status": subscription.status,
        "unsubscribe_token": unsubscription_token(subscription.key, keyring()),
    }
    return Response(body=body)


def _way_out(key: SubscriptionKey, request: Request) -> Response:
    page = ending_page(request.language, unsubscribe=links().unsubscribe(key))
    return Response(body=page, media_type=_HTML)


def _key(request: Request) -> SubscriptionKey:
    scope = request.path.get("topic") or request.path["scope"]
    if "scope" in request.path and not is_wide(scope):
        raise NotFound
    return SubscriptionKey(scope=scope, subscription_id=request.path["subscription"])


def _token(request: Request) -> str:
    return request.query.get("token", "")


def _desk() -> Desk:
    return Desk(
        store=subscription_store(),
        suppressions=suppression_store(),
        mailer=mailer(),
        texter=texter(),
        keyring=keyring(),
        links=links(),
    )
