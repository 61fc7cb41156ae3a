"""The routes of the outreach service."""

from services.outreach.contracts.answers import (
    DeliveryPage,
    NoticePage,
    RegisteredWebhook,
    Webhooks,
)
from services.outreach.contracts.subscriptions import SUBSCRIPTIONS
from services.outreach.model.scope import AgencyId
from services.outreach.model.webhook import WebhookRequest
from services.shared.contracts.operation import (
    CURSOR,
    NOT_MODIFIED,
    ROUND,
    Answer,
    Operation,
    Query,
)
from services.shared.language import Language

_LANGUAGE = Query(name="language", type=Language, about="Language of the entries.")
_FEED = (
    Answer(
        status=200,
        media_types=("application/atom+xml",),
        headers=("ETag",),
        about="The feed (RFC 4287).",
    ),
    NOT_MODIFIED,
)

OPERATIONS = (
    Operation(
        route="GET /v1/feed.atom",
        name="read_feed",
        title={"ar": "خلاصة أتوم", "en": "The newest hundred notices as an Atom feed"},
        query=(
            _LANGUAGE,
            Query(name="agency", type=AgencyId, about="Only notices of this agency."),
        ),
        headers=("If-None-Match",),
        answers=_FEED,
    ),
    Operation(
        route="GET /v1/topics/{topic}/feed.atom",
        name="read_topic_feed",
        title={"ar": "خلاصة أتوم لموضوع", "en": "The newest hundred notices of a topic"},
        query=(_LANGUAGE,),
        headers=("If-None-Match",),
        answers=_FEED,
    ),
    Operation(
        route="GET /v1/topics/{topic}/notices",
        name="list_notices",
        title={"ar": "إشعارات صفحة الموضوع", "en": "The notices on a topic's page"},
        about="Of all rounds, the newest first; the feeds tell the same.",
        query=(CURSOR,),
        answers=(Answer(status=200, model=NoticePage, about="A page."),),
    ),
    Operation(
        route="GET /v1/topics/{topic}/deliveries",
        name="list_deliveries",
        title={"ar": "تقرير تسليم الإشعارات", "en": "What came of a topic's notices"},
        about="For each notice and channel the outcome that holds, with what came back of mails "
        "since, and the outcomes before it. Counts alone: nobody who was told can be found in "
        "them, and what went to authors is one count for all of them. The record has the same.",
        query=(ROUND, CURSOR),
        answers=(Answer(status=200, model=DeliveryPage, about="A page."),),
    ),
    *SUBSCRIPTIONS,
    Operation(
        route="GET /v1/webhooks",
        name="list_webhooks",
        title={"ar": "عناوين الشركاء المسجلة", "en": "The endpoints that partners are told by"},
        about="Officers see their agency's.",
        answers=(Answer(status=200, model=Webhooks, about="All of them."),),
    ),
    Operation(
        route="POST /v1/webhooks",
        name="register_webhook",
        title={"ar": "تسجيل عنوان لشريك", "en": "Register an endpoint of a partner's site"},
        about="It is told of the agency's consultations; an operator who names no agency registers "
        "it for all. Its name must lead to public addresses only. Every message is signed with the "
        "secret (`Tashawur-Signature`, `Tashawur-Timestamp`).",
        body=WebhookRequest,
        answers=(
            Answer(
                status=201,
                model=RegisteredWebhook,
                about="Registered; the secret is in no other answer.",
            ),
        ),
        problems=("conflict",),
    ),
    Operation(
        route="DELETE /v1/webhooks/{webhook}",
        name="remove_webhook",
        title={"ar": "إزالة عنوان شريك", "en": "Remove an endpoint"},
        about="Removing it again has no effect.",
        answers=(Answer(status=204, media_types=(), about="It is told no more."),),
        problems=("conflict",),
    ),
)
