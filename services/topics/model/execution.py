"""Executions as the topic's row counts them: their names, and whether one should be running."""

from typing import Literal

from services.topics.model.topic import Topic

Status = Literal["attention_needed", "running", "ended"]
STATUSES: tuple[Status, ...] = ("attention_needed", "running", "ended")


def execution_name(topic: Topic, number: int | None = None) -> str:
    """Name of an execution of the round, by default the present one: ``<topic>-r<round>-<n>``."""
    return f"{topic.topic_id}-r{topic.round}-{number or topic.execution}"


def status_of(topic: Topic) -> Status:
    """How the topic's execution should stand, as far as the row knows."""
    if topic.attention_needed:
        return "attention_needed"
    never_public = topic.stage == "withdrawn" and topic.published_at is None
    return "ended" if topic.record_root is not None or never_public else "running"


def should_run(topic: Topic) -> bool:
    """Tell whether an execution was asked for and has not come to its end yet."""
    return topic.execution > 0 and status_of(topic) == "running"
