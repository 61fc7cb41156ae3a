"""The routes of the moderation service."""

from services.moderation.contracts.answers import (
    Case,
    CasePage,
    JustDecided,
    MadeTerms,
    ModerationReport,
)
from services.moderation.model.case import Status
from services.moderation.model.doubts import Severity
from services.moderation.model.due_process import UndoOrder
from services.moderation.model.report import Format
from services.moderation.model.ruling import Decision, DecisionOrder
from services.moderation.model.topic_terms import TopicTerms
from services.shared.contracts.operation import CURSOR, JSON, ROUND, Answer, Operation, Query
from services.shared.language import Language

OPERATIONS = (
    Operation(
        route="GET /v1/moderation/cases",
        name="list_cases",
        title={"ar": "قائمة الحالات", "en": "The queue, oldest case first"},
        about="Decided and final cases are listed by `topic` only. `status=appealed` lists what "
        "senior moderators decide.",
        query=(
            Query(name="status", type=Status, about="Cases in this state; by default open ones."),
            Query(name="topic", type=str, about="Only cases of this topic."),
            Query(name="severity", type=Severity, about="Only cases that are so urgent."),
            Query(name="language", type=Language, about="Only comments in this language."),
            Query(name="assignee", type=str, about="Only cases claimed by this account, or `me`."),
            CURSOR,
        ),
        answers=(Answer(status=200, model=CasePage, about="A page."),),
    ),
    Operation(
        route="POST /v1/moderation/cases/{case}/claim",
        name="claim_case",
        title={"ar": "تولي حالة", "en": "Keep a case from other moderators for 15 minutes"},
        answers=(Answer(status=200, model=Case, about="The claimed case."),),
        problems=("conflict",),
    ),
    Operation(
        route="POST /v1/moderation/cases/{case}/decision",
        name="decide_case",
        title={"ar": "البت في حالة", "en": "Publish, mask or reject a doubted comment"},
        about="`reject` needs a `reason_code`, `redact` needs `spans`. With `identical` those that "
        "wait in the round with the very same text are decided alike, each on record by itself.",
        body=DecisionOrder,
        answers=(Answer(status=200, model=JustDecided, about="The decided case."),),
        problems=("conflict",),
    ),
    Operation(
        route="POST /v1/moderation/cases/{case}/undo",
        name="undo_decision",
        title={"ar": "التراجع عن قرار", "en": "Take a decision back"},
        about="The comment is again as it was before. Whoever decided may do so, or a senior "
        "moderator, as long as the author has not appealed.",
        body=UndoOrder,
        answers=(Answer(status=200, model=Case, about="The case, which waits again."),),
        problems=("conflict",),
    ),
    Operation(
        route="POST /v1/moderation/appeals/{case}/decision",
        name="decide_appeal",
        title={"ar": "البت في تظلم", "en": "Decide an appeal, for good"},
        about="By a senior moderator other than the one who decided first; `note` says why.",
        body=Decision,
        answers=(Answer(status=200, model=Case, about="The final case."),),
        problems=("conflict",),
    ),
    Operation(
        route="GET /v1/topics/{topic}/moderation-terms",
        name="read_moderation_terms",
        title={"ar": "كلمات موضوع في الإشراف", "en": "The words of a topic's own in moderation"},
        answers=(Answer(status=200, model=MadeTerms, headers=("ETag",), about="The words."),),
    ),
    Operation(
        route="PUT /v1/topics/{topic}/moderation-terms",
        name="change_moderation_terms",
        title={"ar": "تعديل كلمات موضوع", "en": "Change the words of a topic's own"},
        about="What `allow` names is no reason to hold a comment of this topic, what `hold` names "
        "is. For what arrives from then on, within half a minute. `If-Match` may name the version "
        "that was read; without it the last one wins.",
        headers=("If-Match",),
        body=TopicTerms,
        answers=(Answer(status=200, model=MadeTerms, headers=("ETag",), about="As they stand."),),
        problems=("precondition-failed",),
    ),
    Operation(
        route="GET /v1/topics/{topic}/moderation-report",
        name="read_moderation_report",
        title={"ar": "تقرير الإشراف العام", "en": "The public moderation report of a round"},
        query=(ROUND, Query(name="format", type=Format, about="`csv` has one figure a line.")),
        answers=(
            Answer(
                status=200,
                model=ModerationReport,
                media_types=(JSON, "text/csv"),
                about="The report.",
            ),
        ),
    ),
)
