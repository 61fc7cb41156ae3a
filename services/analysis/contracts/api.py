"""The routes of the analysis service."""

from typing import Literal

from services.analysis.contracts.answered import Amended, DispositionPage
from services.analysis.contracts.answers import (
    Applied,
    Imported,
    Outstanding,
    Results,
    StaffResults,
)
from services.analysis.contracts.runs import Asked, Charts, Progress
from services.analysis.contracts.themes import Corrected, CorrectionPage
from services.analysis.engine.brief import Brief
from services.analysis.model.correction import Corrections
from services.analysis.model.late import LateCorrections
from services.analysis.model.templates import Dispositions
from services.shared.contracts.operation import CURSOR, ROUND, Answer, Id, Operation, Query

_FLAG = Literal["true", "false"]

OPERATIONS = (
    Operation(
        route="GET /v1/topics/{topic}/analysis",
        name="read_analysis",
        title={"ar": "التحليل لموظفي الجهة", "en": "What the analysis found, for the staff"},
        query=(ROUND,),
        answers=(Answer(status=200, model=StaffResults, about="The analysis."),),
    ),
    Operation(
        route="GET /v1/topics/{topic}/analysis/progress",
        name="read_analysis_progress",
        title={"ar": "مدى تقدم التحليل", "en": "How far the analysis is"},
        query=(ROUND,),
        answers=(Answer(status=200, model=Progress, about="Stage and percent."),),
    ),
    Operation(
        route="GET /v1/topics/{topic}/results",
        name="read_results",
        title={"ar": "النتائج العامة", "en": "The same for everybody, once it is public"},
        query=(ROUND,),
        answers=(Answer(status=200, model=Results, about="The results."),),
    ),
    Operation(
        route="GET /v1/topics/{topic}/results/charts",
        name="list_charts",
        title={"ar": "الرسوم البيانية للنتائج", "en": "Charts of the results"},
        query=(ROUND,),
        answers=(Answer(status=200, model=Charts, about="Which there are."),),
    ),
    Operation(
        route="GET /v1/topics/{topic}/results/charts/{chart}",
        name="read_chart",
        title={"ar": "رسم بياني للنتائج", "en": "One chart, as accessible SVG"},
        query=(ROUND,),
        answers=(Answer(status=200, media_types=("image/svg+xml",), about="The chart."),),
    ),
    Operation(
        route="PATCH /v1/topics/{topic}/analysis/themes",
        name="correct_themes",
        title={"ar": "تصحيح المحاور", "en": "Correct themes, up to 50 corrections at once"},
        about="All or none; terms seed the theme in the next run. `If-Match`: the version seen.",
        query=(ROUND,),
        headers=("If-Match",),
        body=Corrections,
        answers=(Answer(status=200, model=Corrected, about="They stand."),),
        problems=("conflict",),
    ),
    Operation(
        route="GET /v1/topics/{topic}/analysis/corrections",
        name="list_corrections",
        title={"ar": "تصحيحات المحاور", "en": "Corrections of themes, the newest first"},
        query=(ROUND, CURSOR),
        answers=(Answer(status=200, model=CorrectionPage, about="A page."),),
    ),
    Operation(
        route="GET /v1/topics/{topic}/analysis/brief",
        name="read_analysis_brief",
        title={"ar": "ما يُطلب من التحليل", "en": "What is asked of the next analysis"},
        query=(ROUND,),
        answers=(Answer(status=200, model=Asked, about="The brief.", headers=("ETag",)),),
    ),
    Operation(
        route="PUT /v1/topics/{topic}/analysis/brief",
        name="ask_of_analysis",
        title={"ar": "طلب شيء من التحليل", "en": "Ask something of the next analysis"},
        about="`start-analysis`, while the decision is prepared, analyses anew.",
        query=(ROUND,),
        headers=("If-Match",),
        body=Brief,
        answers=(Answer(status=200, model=Asked, about="Asked.", headers=("ETag",)),),
        problems=("conflict",),
    ),
    Operation(
        route="PUT /v1/topics/{topic}/dispositions",
        name="record_dispositions",
        title={"ar": "تسجيل الردود", "en": "Answer comments, up to 99 targets at once"},
        about=(
            "All or none; what holds already is not recorded again. A reason is a text, or a "
            "template of `templates` and what stands in its `{{ fields }}`."
        ),
        query=(ROUND,),
        body=Dispositions,
        answers=(Answer(status=200, model=Applied, about="They hold."),),
        problems=("conflict",),
    ),
    Operation(
        route="POST /v1/topics/{topic}/dispositions/import",
        name="import_dispositions",
        title={"ar": "تسجيل الردود من ملف", "en": "Answer comments by a CSV file"},
        about=(
            "Columns: one of `comment_id`, `campaign_id`, `theme_id` in each row, `outcome`, "
            "`reason_ar`, `reason_en`, `clause_ids` (parted by spaces); at most 256 KiB of UTF-8. "
            "With a bad row nothing is recorded, and each fault is at `/<line>/<column>`, unless "
            "bad rows are skipped. Many rows are recorded in parts: after a failure or a conflict "
            "the same file once more completes them."
        ),
        query=(
            Query(name="dry_run", type=_FLAG, about="Record nothing; tell what is wrong."),
            Query(name="skip_bad", type=_FLAG, about="Record the good rows, tell the others."),
            ROUND,
        ),
        file="text/csv",
        answers=(Answer(status=200, model=Imported, about="What the file has."),),
        problems=("conflict",),
    ),
    Operation(
        route="POST /v1/topics/{topic}/dispositions/corrections",
        name="correct_dispositions",
        title={
            "ar": "تصحيح الردود المعلنة",
            "en": "Correct what was announced, up to 99 targets at once",
        },
        about=(
            "From the announcement on, until the record is gathered. All or none; what is "
            "corrected so already is not recorded again. A filter, or all that remain, can be "
            "corrected if they were announced as such. Everybody sees the explanation, and what "
            "was announced beside what holds."
        ),
        query=(ROUND,),
        body=LateCorrections,
        answers=(Answer(status=200, model=Amended, about="They hold."),),
        problems=("conflict",),
    ),
    Operation(
        route="GET /v1/topics/{topic}/dispositions/outstanding",
        name="list_outstanding",
        title={"ar": "المشاركات التي تنتظر ردًا", "en": "Comments that have no disposition yet"},
        query=(
            Query(name="theme_id", type=Id, about="Only comments of this theme."),
            Query(name="campaign_id", type=Id, about="Only comments of this campaign."),
            ROUND,
            CURSOR,
        ),
        answers=(Answer(status=200, model=Outstanding, about="A page, and the groups."),),
    ),
    Operation(
        route="GET /v1/topics/{topic}/dispositions",
        name="list_dispositions",
        title={
            "ar": "الردود المسجلة",
            "en": "Dispositions, the newest first, and what they answer",
        },
        about="The newest of a target holds. A disposition that cites a clause which the decision "
        "does not have any more answers nobody: what it covers is outstanding.",
        query=(
            Query(
                name="history",
                type=Literal["true", "false"],
                about="`true`: also those that another one of the same target replaced.",
            ),
            ROUND,
            CURSOR,
        ),
        answers=(Answer(status=200, model=DispositionPage, about="A page, and the counts."),),
    ),
)
