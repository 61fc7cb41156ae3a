"""The routes of the moderation service."""

from services.moderation.contracts.answers import Case, CasePage, ModerationReport
from services.moderation.model.case import Status
from services.moderation.model.ruling import Decision
from services.shared.contracts.operation import CURSOR, ROUND, Answer, Operation, Query

OPERATIONS = (
    Operation(
        route="GET /v1/moderation/cases",
        name="list_cases",
        title={"ar": "قائمة الحالات", "en": "The queue, oldest case first"},
        about="Decided cases are listed by `topic` only.",
        query=(
            Query(name="status", type=Status, about="Cases in this state; by default open ones."),
            Query(name="topic", type=str, about="Only cases of this topic."),
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
        about="`reject` needs a `reason_code`, `redact` needs `spans`.",
        body=Decision,
        answers=(Answer(status=200, model=Case, about="The decided case."),),
        problems=("conflict",),
    ),
    Operation(
        route="GET /v1/topics/{topic}/moderation-report",
        name="read_moderation_report",
        title={"ar": "تقرير الإشراف العام", "en": "The public moderation report of a round"},
        query=(ROUND,),
        answers=(Answer(status=200, model=ModerationReport, about="The report."),),
    ),
)
