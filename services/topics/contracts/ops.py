"""The routes of operators."""

from services.shared.contracts.operation import CURSOR, Answer, Operation, Query
from services.topics.contracts.ops_answers import (
    Execution,
    ExecutionPage,
    ExecutionStanding,
    Queues,
    Recount,
    Redriven,
    Reemission,
    Replay,
)
from services.topics.handlers.queues import RedriveRequest
from services.topics.model.execution import Status
from services.topics.use_cases.reconciliation import ReconcileRequest

OF_OPERATORS = (
    Operation(
        route="GET /v1/ops/executions",
        name="list_executions",
        title={"ar": "مسارات التنفيذ", "en": "Executions of the workflow, newest topics first"},
        query=(
            Query(name="status", type=Status, about="Only executions in this state."),
            CURSOR,
        ),
        answers=(Answer(status=200, model=ExecutionPage, about="A page."),),
    ),
    Operation(
        route="GET /v1/ops/executions/{topic}",
        name="read_execution",
        title={
            "ar": "حال مسار التنفيذ وما جرى فيه",
            "en": "How a topic's execution stands, and its history in words",
        },
        about="What it waits for, since when and until when, and what went wrong last; never "
        "anything that a participant wrote.",
        query=(CURSOR,),
        answers=(Answer(status=200, model=ExecutionStanding, about="With a page of the history."),),
    ),
    Operation(
        route="POST /v1/ops/executions/{topic}/resume",
        name="resume_execution",
        title={"ar": "استئناف مسار متوقف", "en": "Start the next execution of a topic's round"},
        answers=(Answer(status=202, model=Execution, about="The execution that was asked for."),),
        problems=("conflict",),
    ),
    Operation(
        route="POST /v1/ops/reconcile",
        name="reconcile",
        title={
            "ar": "استدراك ما ضاع بين جدول والخدمات الأخرى",
            "en": "Make good what got lost between a service's table and the others",
        },
        about="`reemit` publishes events again, of `topic_id` or `since` an instant; `replay` "
        "hands parked batches to their readers; `recount` counts the comments of a `topic_id` and "
        "`round`. One request does a piece: send it again with its `next_cursor` as `cursor`.",
        body=ReconcileRequest,
        answers=(
            Answer(status=200, model=Reemission | Replay | Recount, about="A piece is done."),
        ),
        problems=("not-found",),
    ),
    Operation(
        route="GET /v1/ops/queues",
        name="list_queues",
        title={"ar": "طوابير الرسائل", "en": "The queues of all services"},
        answers=(Answer(status=200, model=Queues, about="All of them."),),
    ),
    Operation(
        route="POST /v1/ops/queues/{queue}/redrive",
        name="redrive_queue",
        title={
            "ar": "إعادة ما تعذرت معالجته",
            "en": "Send what failed to its consumer once more",
        },
        about="At most 1,000 messages a request. With `dry_run` everything stays where it is.",
        path={"queue": str},
        body=RedriveRequest,
        answers=(Answer(status=200, model=Redriven, about="What was, or would be, moved."),),
    ),
)
