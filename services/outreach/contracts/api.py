"""The routes of the outreach service."""

from services.outreach.contracts.answers import ConfirmedSubscription, PendingSubscription
from services.outreach.model.subscription import SubscriptionRequest
from services.shared.contracts.operation import JSON, NOT_MODIFIED, Answer, Operation, Query
from services.shared.language import Language

_HTML = "text/html"
_TOKEN = Query(name="token", type=str, about="The token from the mail.")

OPERATIONS = (
    Operation(
        route="GET /v1/feed.atom",
        name="read_feed",
        title={"ar": "خلاصة أتوم", "en": "The newest hundred notices as an Atom feed"},
        query=(
            Query(name="language", type=Language, about="Language of the entries."),
            Query(name="agency", type=str, about="Only notices of this agency."),
        ),
        headers=("If-None-Match",),
        answers=(
            Answer(
                status=200,
                media_types=("application/atom+xml",),
                headers=("ETag",),
                about="The feed (RFC 4287).",
            ),
            NOT_MODIFIED,
        ),
    ),
    Operation(
        route="POST /v1/topics/{topic}/subscriptions",
        name="subscribe",
        title={"ar": "طلب اشتراك في الإشعارات", "en": "Ask for mails about a topic"},
        about="The owner of the mailbox is asked by mail. The answer does not tell whether the "
        "address is subscribed already.",
        body=SubscriptionRequest,
        answers=(Answer(status=202, model=PendingSubscription, about="Asked."),),
        problems=("conflict",),
    ),
    Operation(
        route="GET /v1/topics/{topic}/subscriptions/{subscription}/confirmation",
        name="confirm_subscription",
        title={"ar": "تأكيد الاشتراك", "en": "Begin a subscription"},
        about="The link in the mail; valid for 48 hours. Browsers are shown a page.",
        query=(_TOKEN,),
        answers=(
            Answer(
                status=200,
                model=ConfirmedSubscription,
                media_types=(JSON, _HTML),
                about="It has begun.",
            ),
        ),
        problems=("conflict",),
    ),
    Operation(
        route="DELETE /v1/topics/{topic}/subscriptions/{subscription}",
        name="unsubscribe",
        title={"ar": "إلغاء الاشتراك", "en": "End a subscription"},
        query=(_TOKEN,),
        answers=(Answer(status=204, media_types=(), about="It has ended."),),
        problems=("conflict",),
    ),
    Operation(
        route="POST /v1/topics/{topic}/subscriptions/{subscription}/unsubscription",
        name="unsubscribe_with_one_click",
        title={"ar": "إلغاء الاشتراك بنقرة", "en": "End a subscription as mail programs do it"},
        about="One click (RFC 8058); a body is not looked at.",
        query=(_TOKEN,),
        answers=(
            Answer(
                status=200,
                media_types=(_HTML,),
                headers=("Content-Security-Policy", "Referrer-Policy"),
                about="A page that says so.",
            ),
        ),
        problems=("conflict",),
    ),
)
