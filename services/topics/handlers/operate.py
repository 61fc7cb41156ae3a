"""Operators see which executions need them, and set them going again."""

from dataclasses import asdict
from typing import Any

from services.shared import clock, cursors
from services.shared.errors import NotFound
from services.shared.http import Api, Request, Response
from services.shared.invoke import invoke
from services.shared.language import Language
from services.shared.table import Table
from services.topics.events import ReconciliationRequested
from services.topics.executions import Execution
from services.topics.handlers import cursor_key, executions, page_of_topics, store
from services.topics.logbook import Logbook
from services.topics.model.execution import STATUSES, execution_name, status_of
from services.topics.model.schedule import next_instant
from services.topics.model.topic import Topic
from services.topics.settings import settings
from services.topics.use_cases import explain, read
from services.topics.use_cases.operate import resume
from services.topics.use_cases.reconciliation import ReconcileRequest, must_be_whole, order_of

api = Api("topics", settings)


@api.route("GET /v1/ops/executions")
def list_executions(request: Request) -> Response:
    """At most 100 topics with their executions, the newest topics first."""
    status = request.one_of("status", STATUSES)

    def admits(topic: Topic) -> bool:
        # That a topic is public does not make its execution so: that is its agency's.
        is_ours = request.caller.covers(topic.definition.agency)
        return is_ours and topic.execution > 0 and status in {None, status_of(topic)}

    topics, cursor = page_of_topics(request, scope=f"executions/{status}", admits=admits)
    return Response(body={"items": [_view(topic) for topic in topics], "next_cursor": cursor})


@api.route("GET /v1/ops/executions/{topic}")
def show_execution(request: Request) -> Response:
    """How a topic's execution stands, and its history in words, newest first."""
    topic = read.staff_topic(request.path["topic"], caller=request.caller, store=store())
    if topic.execution == 0:
        raise NotFound
    scope = f"history/{topic.topic_id}/{topic.round}"
    newest = explain.page_of_history(topic, begin=None, executions=executions())
    page = newest
    if position := request.query.get("cursor"):
        begin = explain.Place(**cursors.decode(position, key=cursor_key(), scope=scope))
        page = explain.page_of_history(topic, begin=begin, executions=executions())
    following = None
    if page.next:
        following = cursors.encode(asdict(page.next), key=cursor_key(), scope=scope)
    history = explain.story(page, language=request.language)
    body = _standing(topic, newest, language=request.language)
    return Response(body=body | {"history": history, "next_cursor": following})


@api.route("POST /v1/ops/executions/{topic}/resume")
def resume_execution(request: Request) -> Response:
    """Start the next execution of a topic that needs attention."""
    topic = read.staff_topic(request.path["topic"], caller=request.caller, store=store())
    resumed = resume(topic, caller=request.caller, at=clock.now(), store=store())
    return Response(status=202, body=_view(resumed))


@api.route("POST /v1/ops/reconcile")
def reconcile(request: Request) -> Response:
    """Have a service make good what got lost, a piece at a time."""
    asked = request.parse(ReconcileRequest)
    must_be_whole(asked)
    if asked.topic_id is not None:
        read.staff_topic(asked.topic_id, caller=request.caller, store=store())
    scope = f"reconcile/{asked.model_dump_json(exclude={'cursor', 'dry_run'})}"
    begin = cursors.decode(asked.cursor, key=cursor_key(), scope=scope) if asked.cursor else None
    Logbook(Table(settings().topics_table_name)).note(
        ReconciliationRequested(**asked.model_dump(include={"service", "action", "dry_run"})),
        subject=f"reconcile/{asked.service}",
        actor=request.caller.acting_as("operator"),
        at=clock.now(),
    )
    answer = invoke(_reconciliations()[asked.service], order_of(asked, cursor=begin))
    position = answer.pop("cursor")
    following = cursors.encode(position, key=cursor_key(), scope=scope) if position else None
    return Response(body={"service": asked.service, **answer, "next_cursor": following})


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Entry of ``topics-operate``."""
    return api.handle(event, context)


def _view(topic: Topic) -> dict[str, Any]:
    until = next_instant(topic)
    return {
        "topic_id": topic.topic_id,
        "round": topic.round,
        "execution": execution_name(topic),
        "status": status_of(topic),
        "stage": topic.stage,
        "next_instant": clock.to_text(until) if until else None,
    }


def _standing(topic: Topic, newest: explain.Page, *, language: Language) -> dict[str, Any]:
    stored = store().stored(topic.topic_id)
    changed_at = stored.changed_at if stored else topic.created_at
    tried = explain.attempts(topic, executions=executions())
    name = execution_name(topic)
    return {
        **_view(topic),
        "attention_needed": topic.attention_needed,
        "execution_arn": executions().arn(name),
        "console_url": executions().console_url(name),
        "attempts": topic.execution,
        "executions": [_attempt(found) for found in tried],
        "waiting": explain.waiting(topic, newest, changed_at=changed_at, language=language),
        "last_error": explain.last_error(topic, newest, tried, changed_at=changed_at),
    }


def _attempt(found: Execution) -> dict[str, Any]:
    return {
        "execution": found.name,
        "arn": found.arn,
        "status": found.status,
        "started_at": clock.to_text(found.started_at),
        "stopped_at": clock.to_text(found.stopped_at) if found.stopped_at else None,
    }


def _reconciliations() -> dict[str, str]:
    found = settings()
    return {
        "topics": found.topics_reconcile_function_name,
        "comments": found.comments_reconcile_function_name,
        "moderation": found.moderation_reconcile_function_name,
        "analysis": found.analysis_reconcile_function_name,
        "outreach": found.outreach_reconcile_function_name,
        "archive": found.archive_reconcile_function_name,
    }
