"""The routes by which people subscribe: to one topic, or under ``/v1/subscriptions`` to more."""

from services.outreach.contracts.answers import (
    ConfirmedSubscription,
    PendingSubscription,
    StopCode,
    WideScope,
)
from services.outreach.model.subscription import (
    CodeConfirmation,
    SubscriptionRequest,
    WideRequest,
)
from services.shared.contracts.operation import JSON, Answer, Operation, Query

_HTML = "text/html"
_SCOPE = {"scope": WideScope}
_CONFIRMING = Query(name="token", type=str, about="The token of the link in the mail.")
_ENDING = Query(name="token", type=str, about="The `unsubscribe_token`.")
_ASKED = (Answer(status=202, model=PendingSubscription, about="Asked."),)
_NOT_TOLD = (
    "The owner of the address is asked, of a mailbox by a link, of a telephone by a code; at most "
    "once an hour. The answer does not tell whether the address is subscribed already."
)
_LINK = "The link in the mail; valid for 48 hours. Browsers are shown a page."
_BEGUN_BY_LINK = (
    Answer(
        status=200,
        model=ConfirmedSubscription,
        media_types=(JSON, _HTML),
        about="It has begun.",
    ),
)
_CODE = "The code in the text message; valid for 48 hours and five tries."
_BEGUN_BY_CODE = (Answer(status=200, model=ConfirmedSubscription, about="It has begun."),)
_ENDED = (Answer(status=204, media_types=(), about="It has ended."),)
_LOOKING = "Looking at it ends nothing: mail scanners follow links, too."
_WAY_OUT = (
    Answer(
        status=200,
        media_types=(_HTML,),
        about="A page with the button that ends it.",
    ),
)
_ONE_CLICK = "One click (RFC 8058); a body is not looked at."
_ENDED_BY_CLICK = (Answer(status=200, media_types=(_HTML,), about="A page that says so."),)

SUBSCRIPTIONS = (
    Operation(
        route="POST /v1/topics/{topic}/subscriptions",
        name="subscribe",
        title={"ar": "طلب اشتراك في الإشعارات", "en": "Ask for messages about a topic"},
        about=_NOT_TOLD,
        body=SubscriptionRequest,
        answers=_ASKED,
        problems=("conflict",),
    ),
    Operation(
        route="GET /v1/topics/{topic}/subscriptions/{subscription}/confirmation",
        name="confirm_subscription",
        title={"ar": "تأكيد الاشتراك", "en": "Begin a subscription"},
        about=_LINK,
        query=(_CONFIRMING,),
        answers=_BEGUN_BY_LINK,
        problems=("conflict",),
    ),
    Operation(
        route="POST /v1/topics/{topic}/subscriptions/{subscription}/confirmation",
        name="confirm_subscription_by_code",
        title={"ar": "تأكيد الاشتراك برمز", "en": "Begin a subscription by text message"},
        about=_CODE,
        body=CodeConfirmation,
        answers=_BEGUN_BY_CODE,
        problems=("conflict",),
    ),
    Operation(
        route="DELETE /v1/topics/{topic}/subscriptions/{subscription}",
        name="unsubscribe",
        title={"ar": "إلغاء الاشتراك", "en": "End a subscription"},
        query=(_ENDING,),
        answers=_ENDED,
        problems=("conflict",),
    ),
    Operation(
        route="GET /v1/topics/{topic}/subscriptions/{subscription}/unsubscription",
        name="show_unsubscription",
        title={"ar": "صفحة إلغاء الاشتراك", "en": "The page on which a subscription is ended"},
        about=_LOOKING,
        query=(_ENDING,),
        answers=_WAY_OUT,
    ),
    Operation(
        route="POST /v1/topics/{topic}/subscriptions/{subscription}/unsubscription",
        name="unsubscribe_with_one_click",
        title={"ar": "إلغاء الاشتراك بنقرة", "en": "End a subscription as mail programs do it"},
        about=_ONE_CLICK,
        query=(_ENDING,),
        answers=_ENDED_BY_CLICK,
        problems=("conflict",),
    ),
    Operation(
        route="POST /v1/subscriptions",
        name="subscribe_widely",
        title={
            "ar": "طلب اشتراك في استشارات جهة أو في جميعها",
            "en": "Ask for messages about an agency's consultations, or about all",
        },
        about=_NOT_TOLD,
        body=WideRequest,
        answers=_ASKED,
    ),
    Operation(
        route="GET /v1/subscriptions/{scope}/{subscription}/confirmation",
        name="confirm_wide_subscription",
        title={"ar": "تأكيد اشتراك واسع", "en": "Begin a subscription of wider scope"},
        about=_LINK,
        path=_SCOPE,
        query=(_CONFIRMING,),
        answers=_BEGUN_BY_LINK,
        problems=("conflict",),
    ),
    Operation(
        route="POST /v1/subscriptions/{scope}/{subscription}/confirmation",
        name="confirm_wide_subscription_by_code",
        title={
            "ar": "تأكيد اشتراك واسع برمز",
            "en": "Begin a subscription of wider scope by text message",
        },
        about=_CODE,
        path=_SCOPE,
        body=CodeConfirmation,
        answers=_BEGUN_BY_CODE,
        problems=("conflict",),
    ),
    Operation(
        route="DELETE /v1/subscriptions/{scope}/{subscription}",
        name="unsubscribe_widely",
        title={"ar": "إلغاء اشتراك واسع", "en": "End a subscription of wider scope"},
        path=_SCOPE,
        query=(_ENDING,),
        answers=_ENDED,
        problems=("conflict",),
    ),
    Operation(
        route="GET /v1/subscriptions/{scope}/{subscription}/unsubscription",
        name="show_wide_unsubscription",
        title={
            "ar": "صفحة إلغاء اشتراك واسع",
            "en": "The page on which a subscription of wider scope is ended",
        },
        about=_LOOKING,
        path=_SCOPE,
        query=(_ENDING,),
        answers=_WAY_OUT,
    ),
    Operation(
        route="POST /v1/subscriptions/{scope}/{subscription}/unsubscription",
        name="unsubscribe_widely_with_one_click",
        title={
            "ar": "إلغاء اشتراك واسع بنقرة",
            "en": "End a subscription of wider scope as mail programs do it",
        },
        about=_ONE_CLICK,
        path=_SCOPE,
        query=(_ENDING,),
        answers=_ENDED_BY_CLICK,
        problems=("conflict",),
    ),
    Operation(
        route="GET /v1/stop/{stop}",
        name="show_short_way_out",
        title={
            "ar": "صفحة إلغاء الاشتراك من رسالة نصية",
            "en": "The page on which a subscription is ended, from a text message",
        },
        about=f"The short link in a text message. {_LOOKING}",
        path={"stop": StopCode},
        answers=_WAY_OUT,
    ),
)
