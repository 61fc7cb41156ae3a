"""The routes of the comments service."""

from typing import Literal

from services.comments.contracts.answers import (
    CheckedReceipt,
    CommentPage,
    FlaggedComment,
    InquiryPage,
    IssuedChallenge,
    LodgedAppeal,
    PublicComment,
    PublicKeys,
    ReceivedComment,
    SeenParticipation,
    WithdrawnComment,
)
from services.comments.contracts.personal import ErasureState, HeldComments, NotedErasure
from services.comments.handlers.access import AccessBody
from services.comments.handlers.manage import (
    AnswerBody,
    AppealBody,
    ErasureBody,
    FlagBody,
    WithdrawalBody,
)
from services.comments.model.receipts import Receipt
from services.comments.model.submission import Kind, Submission
from services.shared.contracts.operation import (
    CURSOR,
    NOT_MODIFIED,
    ROUND,
    Answer,
    Id,
    Operation,
    Query,
)
from services.shared.language import Language

OPERATIONS = (
    Operation(
        route="GET /v1/topics/{topic}/comments",
        name="list_comments",
        title={"ar": "المشاركات المنشورة", "en": "Published comments and the round's counts"},
        query=(
            Query(name="kind", type=Kind, about="Only contributions of this kind."),
            Query(name="parent", type=Id, about="Only replies to this comment."),
            Query(name="language", type=Language, about="Only contributions in this language."),
            Query(
                name="order",
                type=Literal["oldest", "newest"],
                about="Which come first, by publication; `oldest` by default.",
            ),
            ROUND,
            CURSOR,
        ),
        about="A page may have fewer than 100 items, or none, where a filter finds few: as long as "
        "there is a `next_cursor`, there is more to look through.",
        headers=("If-None-Match",),
        answers=(
            Answer(status=200, model=CommentPage, headers=("ETag",), about="A page."),
            NOT_MODIFIED,
        ),
    ),
    Operation(
        route="GET /v1/topics/{topic}/comments/{comment}",
        name="read_comment",
        title={"ar": "مشاركة منشورة", "en": "One published comment"},
        headers=("If-None-Match",),
        answers=(
            Answer(status=200, model=PublicComment, headers=("ETag",), about="The comment."),
            NOT_MODIFIED,
        ),
    ),
    Operation(
        route="GET /v1/topics/{topic}/participation",
        name="read_participation",
        title={
            "ar": "من شارك حتى الآن من الفئات المستهدفة",
            "en": "Who takes part so far, against the target groups",
        },
        about="As it was when somebody looked last, once a day; without counts, and rounded.",
        query=(ROUND,),
        answers=(Answer(status=200, model=SeenParticipation, about="The target groups."),),
    ),
    Operation(
        route="GET /v1/topics/{topic}/inquiries",
        name="list_inquiries",
        title={
            "ar": "الاستفسارات وما ينتظر الرد منها",
            "en": "Inquiries, and which of them wait for an answer",
        },
        about="In the order of receipt. What moderation holds is counted, and not shown.",
        query=(
            Query(
                name="answered",
                type=Literal["true", "false"],
                about="Only inquiries with an answer, or only those without.",
            ),
            ROUND,
            CURSOR,
        ),
        answers=(Answer(status=200, model=InquiryPage, about="A page."),),
    ),
    Operation(
        route="POST /v1/topics/{topic}/comments",
        name="submit_comment",
        title={"ar": "إرسال مشاركة", "en": "Send a comment, a reply or an inquiry"},
        about="Sent again under the same `Idempotency-Key` with the same body, it gets the very "
        "same answer, even after closing; another body is refused as `invalid`. "
        "What somebody tells of themselves must be of the topic's lists (`demographics`), where it "
        "has some; whether there is a name is as the topic says (`author_names`).",
        headers=("Idempotency-Key", "Challenge-Solution"),
        body=Submission,
        answers=(
            Answer(status=202, model=ReceivedComment, about="Received; screening comes next."),
        ),
        problems=("conflict", "challenge-required"),
    ),
    Operation(
        route="GET /v1/challenge",
        name="get_challenge",
        title={"ar": "تحدٍّ لمن لم يسجل دخوله", "en": "A challenge for whoever is not signed in"},
        about="In the form that ALTCHA widgets (version 2) solve; one solution is good for one "
        "contribution, however often that is sent.",
        answers=(
            Answer(status=200, model=IssuedChallenge, about="To be solved within half an hour."),
            Answer(status=204, media_types=(), about="No challenge is asked for."),
        ),
    ),
    Operation(
        route="POST /v1/receipts/check",
        name="check_receipt",
        title={"ar": "التحقق من إيصال", "en": "What became of a receipt's comment"},
        about="A receipt that the programme did not sign, to the letter, is not `valid`, and "
        "nothing is told. One that it signed for a comment that is not there as the receipt has "
        "it is `valid` with a `status` of null: something was lost or changed.",
        body=Receipt,
        answers=(
            Answer(status=200, model=CheckedReceipt, about="Whether it is valid, and the status."),
        ),
    ),
    Operation(
        route="GET /.well-known/tashawur-keys.json",
        name="list_keys",
        title={
            "ar": "المفاتيح العامة",
            "en": "Public keys of receipts and heads",
        },
        about="Every key that ever signed or will sign, with its time. Keys of a `use` or "
        "`algorithm` that a client does not know are to be left aside.",
        headers=("If-None-Match",),
        answers=(
            Answer(status=200, model=PublicKeys, headers=("ETag",), about="The keys."),
            NOT_MODIFIED,
        ),
    ),
    Operation(
        route="POST /v1/topics/{topic}/comments/{comment}/withdrawal",
        name="withdraw_comment",
        title={"ar": "سحب مشاركة", "en": "Take one's comment back"},
        about="Authorised by the receipt's secret, or by the account that sent it, which needs no "
        "body. Withdrawing again has no further effect.",
        body=WithdrawalBody,
        body_required=False,
        answers=(Answer(status=200, model=WithdrawnComment, about="It is withdrawn."),),
        problems=("conflict",),
    ),
    Operation(
        route="POST /v1/topics/{topic}/comments/{comment}/appeal",
        name="appeal_decision",
        title={
            "ar": "التظلم من قرار إشراف",
            "en": "Appeal a decision on one's comment",
        },
        about="Authorised as a withdrawal is. Within fourteen days of the decision, once; the same "
        "statement again has no further effect. What comes of it, the receipt's check tells.",
        body=AppealBody,
        answers=(Answer(status=202, model=LodgedAppeal, about="It is lodged."),),
        problems=("conflict",),
    ),
    Operation(
        route="POST /v1/topics/{topic}/comments/{comment}/flag",
        name="flag_comment",
        title={"ar": "الإبلاغ عن مشاركة", "en": "Doubt a published comment"},
        about="Each account counts once, as does a network address without one. Enough of "
        "them bring the comment before a moderator; it stays public until that.",
        body=FlagBody,
        answers=(Answer(status=202, model=FlaggedComment, about="It is noted."),),
    ),
    Operation(
        route="POST /v1/topics/{topic}/comments/{comment}/answer",
        name="answer_inquiry",
        title={"ar": "الرد على استفسار", "en": "Answer an inquiry, or replace the answer"},
        about="The same text once more changes nothing. Another text for an inquiry that has an "
        "answer is refused (`already_answered`) with that `answer`, unless `replace` is true: then "
        "it takes its place.",
        body=AnswerBody,
        answers=(Answer(status=200, model=PublicComment, about="The inquiry with its answer."),),
        problems=("conflict",),
    ),
    Operation(
        route="POST /v1/erasure-requests",
        name="request_erasure",
        title={"ar": "طلب محو المشاركات", "en": "Have one's comments erased for good"},
        about="With receipts' secrets the comments are erased at once, all of them or none. An "
        "account that names none means all that it sent in the topic until now: that is noted, and "
        "carried out within a day or two. The same request again has no further effect.",
        body=ErasureBody,
        answers=(Answer(status=202, model=NotedErasure, about="It is carried out, or waits."),),
        problems=("conflict",),
    ),
    Operation(
        route="GET /v1/erasure-requests/{request}",
        name="read_erasure_request",
        title={"ar": "حالة طلب محو", "en": "How far a request of erasure is"},
        about="For whoever has the id of the request, which nobody can guess.",
        answers=(Answer(status=200, model=ErasureState, about="How far it is."),),
    ),
    Operation(
        route="POST /v1/access-requests",
        name="request_access",
        title={"ar": "طلب الاطلاع على بياناتي", "en": "All that is held about one's comments"},
        about="For whoever has the receipts' secrets, whatever became of the comments. That it was "
        "given is recorded, without the data.",
        body=AccessBody,
        answers=(Answer(status=200, model=HeldComments, about="All that is held."),),
    ),
)
