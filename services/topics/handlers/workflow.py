"""Tasks of the state machine: read the topic's row, wait for its bell, advance its stage."""

from collections.abc import Callable
from functools import partial
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from services.shared import clock
from services.shared.invoke import invoke
from services.shared.transient import transient_errors
from services.topics.handlers import store
from services.topics.model.definition import Instant
from services.topics.model.topic import Topic
from services.topics.settings import settings
from services.topics.use_cases import workflow


class Task(BaseModel):
    """What the state machine asks for."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    action: Literal[
        "enter",
        "wait",
        "publish",
        "notified",
        "settle_inquiries",
        "close_collection",
        "start_analysis",
        "analysed",
        "hold_announcement",
        "announced",
        "close",
        "archived",
        "continue",
    ]
    topic_id: str
    round: int
    execution: int = 0
    started_at: Instant | None = None
    version: int = 0
    token: str = ""
    unanswered: int = 0
    pending: int = 0
    outstanding: int = 0
    record_root: str = ""


def _excepted(topic: Topic) -> int:
    payload = {"topic_id": topic.topic_id, "round": topic.round, "kept": True}
    return int(invoke(settings().analysis_gate_function_name, payload)["excepted"])


_ACTS: dict[str, tuple[Callable[..., Any], tuple[str, ...]]] = {
    "publish": (workflow.publish, ()),
    "notified": (workflow.notified, ()),
    "settle_inquiries": (workflow.settle_inquiries, ("unanswered",)),
    "close_collection": (workflow.close_collection, ()),
    "start_analysis": (workflow.start_analysis, ("pending",)),
    "analysed": (workflow.analysed, ()),
    "hold_announcement": (workflow.hold_announcement, ("outstanding",)),
    "announced": (partial(workflow.announced, excepted=_excepted), ()),
    "close": (workflow.close, ()),
    "archived": (workflow.archived, ("record_root",)),
    "continue": (workflow.go_on, ("execution",)),
}
"""What each advance does, and which fields of the task it takes."""


@transient_errors()
def handler(event: dict[str, Any], _context: Any) -> Any:
    """Entry of ``topics-workflow``."""
    task = Task.model_validate(event)
    at = clock.now()
    topic = _topic(task)
    if task.action == "enter":
        turn = workflow.Turn(task.round, task.execution, task.started_at or at)
        return workflow.enter(topic, turn=turn, at=at)
    if topic.round != task.round:
        raise workflow.RowChanged  # the round is over: the machine looks again, and ends
    if task.action == "wait":
        return workflow.wait(topic, version=task.version, token=task.token, store=store())
    act, fields = _ACTS[task.action]
    return act(topic, **{name: getattr(task, name) for name in fields}, at=at, store=store())


def _topic(task: Task) -> Topic:
    topic = store().get(task.topic_id)
    if topic is None:
        raise LookupError(f"no topic {task.topic_id}")
    return topic
