"""The routes of the topics service."""

from typing import Annotated

from pydantic import Field

from services.shared.contracts.operation import (
    CURSOR,
    NOT_MODIFIED,
    ROUND,
    Answer,
    Operation,
    Query,
)
from services.shared.language import Language
from services.topics.contracts.answers import (
    Agencies,
    Contract,
    Health,
    Plans,
    ProblemType,
    Timeline,
    Topic,
    TopicPage,
    TransitionBody,
)
from services.topics.contracts.decision_answers import (
    DecisionDeadline,
    DecisionVersions,
    PublishedException,
    RecordedDecision,
)
from services.topics.contracts.ops import OF_OPERATORS
from services.topics.model.decision import Decision
from services.topics.model.definition import Definition, Importance, Slug, TopicType
from services.topics.model.delay import Delay
from services.topics.model.exception import RequestedException
from services.topics.model.proposal import Need
from services.topics.model.search import LONGEST_QUERY
from services.topics.model.stages import Stage

VersionNumber = Annotated[int, Field(ge=1, le=999_999)]
_AGENCIES = Query(
    name="agency", type=list[Slug], about="Only topics of these agencies, parted by commas."
)
_CALENDAR = (
    Answer(
        status=200,
        media_types=("text/calendar",),
        headers=("ETag",),
        about="The calendar (RFC 5545).",
    ),
    NOT_MODIFIED,
)
_CALENDAR_LANGUAGE = Query(
    name="language", type=Language, about="Language of the entries; calendar programs send none."
)

OPERATIONS = (
    Operation(
        route="GET /v1/topics",
        name="list_topics",
        title={"ar": "الموضوعات، الأحدث أولًا", "en": "Topics, newest first"},
        about="Staff also see drafts of their agency.",
        query=(
            Query(
                name="stage",
                type=list[Stage],
                about="Only topics in these stages, parted by commas.",
            ),
            _AGENCIES,
            Query(
                name="type",
                type=list[TopicType],
                about="Only topics of these types, parted by commas.",
            ),
            Query(
                name="q",
                type=Annotated[str, Field(max_length=LONGEST_QUERY)],
                about="Only topics with words that begin with these, in title, summary or "
                "objective; Arabic however it is spelled.",
            ),
            CURSOR,
        ),
        answers=(Answer(status=200, model=TopicPage, about="A page."),),
    ),
    Operation(
        route="GET /v1/topics/{topic}",
        name="read_topic",
        title={"ar": "موضوع واحد", "en": "One topic"},
        query=(ROUND,),
        headers=("If-None-Match",),
        answers=(
            Answer(status=200, model=Topic, headers=("ETag",), about="The topic."),
            NOT_MODIFIED,
        ),
    ),
    Operation(
        route="GET /v1/topics/{topic}/timeline",
        name="read_timeline",
        title={"ar": "ما جرى للموضوع", "en": "What happened to a topic, oldest first"},
        query=(ROUND,),
        answers=(Answer(status=200, model=Timeline, about="The timeline."),),
    ),
    Operation(
        route="GET /v1/topics/{topic}/decision",
        name="read_decision",
        title={"ar": "القرار", "en": "The decision"},
        about="Before the announcement for the agency's staff alone.",
        query=(
            ROUND,
            Query(
                name="version",
                type=VersionNumber,
                about="This version of it; everybody reads those that were announced.",
            ),
        ),
        answers=(
            Answer(status=200, model=RecordedDecision, headers=("ETag",), about="The decision."),
        ),
    ),
    Operation(
        route="GET /v1/topics/{topic}/decision/versions",
        name="list_decision_versions",
        title={"ar": "إصدارات القرار", "en": "The versions of the decision, oldest first"},
        about="Staff see all of them, everybody those that were announced.",
        query=(ROUND,),
        answers=(Answer(status=200, model=DecisionVersions, about="The versions."),),
    ),
    Operation(
        route="GET /v1/topics/{topic}/calendar.ics",
        name="read_topic_calendar",
        title={"ar": "تقويم موضوع", "en": "What is to come of a topic, for calendar programs"},
        query=(_CALENDAR_LANGUAGE,),
        headers=("If-None-Match",),
        answers=_CALENDAR,
    ),
    Operation(
        route="GET /v1/calendar.ics",
        name="read_calendar",
        title={
            "ar": "تقويم الاستشارات القادمة والجارية",
            "en": "The consultations to come and under way, for calendar programs",
        },
        about="At most 200 topics.",
        query=(_AGENCIES, _CALENDAR_LANGUAGE),
        headers=("If-None-Match",),
        answers=_CALENDAR,
    ),
    Operation(
        route="GET /v1/plans",
        name="list_plans",
        title={"ar": "الخطط، والأنسب منها", "en": "The plans, and which of them fits"},
        query=(
            Query(name="topic_type", type=TopicType, about="Propose a plan for this type."),
            Query(name="importance", type=Importance, about="Propose a plan for this importance."),
            Query(name="need", type=Need, about="Propose a plan for this need."),
        ),
        answers=(Answer(status=200, model=Plans, about="All plans."),),
    ),
    Operation(
        route="GET /v1/agencies",
        name="list_agencies",
        title={"ar": "الجهات المشاركة", "en": "The agencies that take part"},
        answers=(Answer(status=200, model=Agencies, about="All agencies."),),
    ),
    Operation(
        route="GET /v1/health",
        name="check_health",
        title={"ar": "هل تعمل الخدمة", "en": "Whether the service and its table answer"},
        answers=(Answer(status=200, model=Health, about="They do."),),
    ),
    Operation(
        route="GET /openapi.json",
        name="read_contract",
        title={"ar": "وصف هذه الواجهة", "en": "This document"},
        headers=("If-None-Match",),
        answers=(
            Answer(status=200, model=Contract, headers=("ETag",), about="The document."),
            NOT_MODIFIED,
        ),
    ),
    Operation(
        route="GET /problems/{problem}",
        name="read_problem_type",
        title={"ar": "معنى نوع من المشكلات", "en": "What a problem's type means"},
        path={"problem": str},
        answers=(Answer(status=200, model=ProblemType, about="In both languages."),),
    ),
    Operation(
        route="POST /v1/topics",
        name="define_topic",
        title={"ar": "تعريف موضوع", "en": "Define a topic"},
        about="Refused with every fault at once.",
        body=Definition,
        answers=(
            Answer(status=201, model=Topic, headers=("ETag", "Location"), about="The new draft."),
        ),
    ),
    Operation(
        route="PUT /v1/topics/{topic}",
        name="edit_topic",
        title={"ar": "تعديل مسودة", "en": "Replace the definition of a draft"},
        headers=("If-Match",),
        body=Definition,
        answers=(
            Answer(status=200, model=Topic, headers=("ETag",), about="The draft as it is now."),
        ),
        problems=("conflict", "precondition-failed", "precondition-required"),
    ),
    Operation(
        route="POST /v1/topics/{topic}/transitions",
        name="move_topic",
        title={"ar": "نقل الموضوع إلى مرحلة أخرى", "en": "Move a topic on"},
        about="`extend` needs `closes_at`, `approve` of a decision the `decision_version` that "
        "was read, which `return` of one may name (`decision_changed` if there is another by "
        "then). `open-further-round` may bring a changed `timetable` and `questions`; `reopen` "
        "takes the last round up again. `return`, `extend`, "
        "`end-collection`, `withdraw`, `open-further-round` and `reopen` need a `reason`, and so "
        "does `submit` where the plan says so. A `conflict` carries the `stage` and what is "
        "`allowed` in it.",
        body=TransitionBody,
        answers=(
            Answer(status=202, model=Topic, headers=("ETag",), about="The topic as it is now."),
        ),
        problems=("conflict",),
    ),
    Operation(
        route="PUT /v1/topics/{topic}/decision",
        name="record_decision",
        title={"ar": "تسجيل القرار", "en": "Record the decision, or a new version of it"},
        about="`If-Match` may name the version that was read; without it the last one wins. What "
        "was submitted or agreed to before has to be so again.",
        headers=("If-Match",),
        body=Decision,
        answers=(
            Answer(status=200, model=RecordedDecision, headers=("ETag",), about="As recorded."),
        ),
        problems=("conflict", "precondition-failed"),
    ),
    Operation(
        route="PUT /v1/topics/{topic}/decision/delay",
        name="explain_delay",
        title={"ar": "شرح تأخر القرار", "en": "Tell the public why the decision comes late"},
        about="From the closing until the round is closed, also before the decision is late. The "
        "last explanation is shown in the topic, all are in the timeline; the deadline stays as "
        "it is. Without one no late decision is announced.",
        body=Delay,
        answers=(
            Answer(status=200, model=DecisionDeadline, about="The deadline as it is now shown."),
        ),
        problems=("conflict",),
    ),
    Operation(
        route="PUT /v1/topics/{topic}/decision/exception",
        name="make_exception",
        title={
            "ar": "إجازة الإعلان قبل الرد على جميع المشاركات",
            "en": "Let the decision be announced before every comment is answered",
        },
        about="For the comments without an answer at this moment, and the decision as it stands: "
        "where more are without one at the announcement, or another version is recorded, an "
        "exception is needed anew. If by now there is another `decision_version` than was read "
        "(`decision_changed`), or more comments are without an answer than the `outstanding` that "
        "are agreed to (`more_are_outstanding`), the `conflict` says which, or how many. The "
        "reason is public at once. Whoever recorded or submitted the decision cannot give one.",
        body=RequestedException,
        answers=(
            Answer(status=200, model=PublishedException, about="The exception as it now holds."),
        ),
        problems=("conflict",),
    ),
    Operation(
        route="DELETE /v1/topics/{topic}/decision/exception",
        name="take_back_exception",
        title={
            "ar": "سحب إجازة الإعلان قبل الرد على جميع المشاركات",
            "en": "Take the exception back: every comment needs an answer again",
        },
        about="While the decision is considered; the timeline tells it. Taking it back again has "
        "no effect.",
        answers=(Answer(status=204, media_types=(), about="No exception holds any more."),),
        problems=("conflict",),
    ),
    *OF_OPERATORS,
)
