"""The routes of the topics service."""

from typing import Literal

from services.shared.contracts.operation import CURSOR, NOT_MODIFIED, Answer, Operation, Query
from services.topics.contracts.answers import (
    Agencies,
    Contract,
    Execution,
    ExecutionPage,
    Health,
    Plans,
    ProblemType,
    RecordedDecision,
    Timeline,
    Topic,
    TopicPage,
)
from services.topics.model.decision import Decision
from services.topics.model.definition import Definition, Importance, TopicType
from services.topics.model.proposal import Need
from services.topics.model.stages import Stage
from services.topics.use_cases.acts.shared import TransitionRequest

OPERATIONS = (
    Operation(
        route="GET /v1/topics",
        name="list_topics",
        title={"ar": "الموضوعات، الأحدث أولًا", "en": "Topics, newest first"},
        about="Staff also see drafts of their agency.",
        query=(
            Query(name="stage", type=Stage, about="Only topics in this stage."),
            Query(name="agency", type=str, about="Only topics of this agency."),
            Query(name="q", type=str, about="Only topics with this in title or summary."),
            CURSOR,
        ),
        answers=(Answer(status=200, model=TopicPage, about="A page."),),
    ),
    Operation(
        route="GET /v1/topics/{topic}",
        name="read_topic",
        title={"ar": "موضوع واحد", "en": "One topic"},
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
        answers=(Answer(status=200, model=Timeline, about="The timeline."),),
    ),
    Operation(
        route="GET /v1/topics/{topic}/decision",
        name="read_decision",
        title={"ar": "القرار", "en": "The decision"},
        about="Before the announcement for the agency's staff alone.",
        answers=(
            Answer(status=200, model=RecordedDecision, headers=("ETag",), about="The decision."),
        ),
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
        about="`extend` needs `closes_at`; `return`, `extend`, `end-collection`, `withdraw` need a "
        "`reason`. A `conflict` carries the `stage` and what is `allowed` in it.",
        body=TransitionRequest,
        answers=(
            Answer(status=202, model=Topic, headers=("ETag",), about="The topic as it is now."),
        ),
        problems=("conflict",),
    ),
    Operation(
        route="PUT /v1/topics/{topic}/decision",
        name="record_decision",
        title={"ar": "تسجيل القرار", "en": "Record the decision, or a new version of it"},
        about="`If-Match` may name the version that was read; without it the last one wins.",
        headers=("If-Match",),
        body=Decision,
        answers=(
            Answer(status=200, model=RecordedDecision, headers=("ETag",), about="As recorded."),
        ),
        problems=("conflict", "precondition-failed"),
    ),
    Operation(
        route="GET /v1/ops/executions",
        name="list_executions",
        title={"ar": "مسارات التنفيذ", "en": "Executions of the workflow, newest topics first"},
        query=(
            Query(
                name="status",
                type=Literal["attention_needed", "running", "ended"],
                about="Only executions in this state.",
            ),
            CURSOR,
        ),
        answers=(Answer(status=200, model=ExecutionPage, about="A page."),),
    ),
    Operation(
        route="POST /v1/ops/executions/{topic}/resume",
        name="resume_execution",
        title={"ar": "استئناف مسار متوقف", "en": "Start the next execution of a topic's round"},
        answers=(Answer(status=202, model=Execution, about="The execution that was asked for."),),
        problems=("conflict",),
    ),
)
