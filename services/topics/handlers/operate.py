"""Operators see which executions need them, and set them going again."""

from typing import Any

from services.shared import clock
from services.shared.errors import Malformed
from services.shared.http import Api, Request, Response
from services.topics.handlers import page_of_topics, store
from services.topics.model.execution import STATUSES, execution_name, status_of
from services.topics.model.schedule import next_instant
from services.topics.model.topic import Topic
from services.topics.settings import settings
from services.topics.use_cases import read
from services.topics.use_cases.operate import resume

api = Api("topics", settings)


@api.route("GET /v1/ops/executions")
def list_executions(request: Request) -> Response:
    """At most 100 topics with their executions, the newest topics first."""
    status = request.query.get("status")
    if status not in {None, *STATUSES}:
        raise Malformed("bad_query", name="status")
    topics, cursor = page_of_topics(
        request,
        scope=f"executions/{status}",
        admits=lambda topic: topic.execution > 0 and status in {None, status_of(topic)},
    )
    return Response(body={"items": [_view(topic) for topic in topics], "next_cursor": cursor})


@api.route("POST /v1/ops/executions/{topic}/resume")
def resume_execution(request: Request) -> Response:
    """Start the next execution of a topic that needs attention."""
    topic = read.staff_topic(request.path["topic"], caller=request.caller, store=store())
    resumed = resume(topic, caller=request.caller, at=clock.now(), store=store())
    return Response(status=202, body=_view(resumed))


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
