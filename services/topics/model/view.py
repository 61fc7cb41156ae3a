"""What those who read are shown of a topic."""

from datetime import datetime
from typing import Any

from services.shared import clock
from services.topics.model.deadline import deadline
from services.topics.model.stages import STEP_OF
from services.topics.model.topic import Topic


def view(topic: Topic, *, at: datetime) -> dict[str, Any]:
    """The topic as the API shows it at an instant."""
    return {
        **topic.definition.model_dump(mode="json", exclude_none=True),
        "topic_id": topic.topic_id,
        "version": topic.version,
        "round": topic.round,
        "step": STEP_OF[topic.stage],
        "stage": topic.stage,
        "plan_version": topic.plan_version,
        "author_names": topic.plan.author_names,
        "reminders": [clock.length_to_text(length) for length in topic.plan.reminders],
        "departures": [entry.model_dump(mode="json", exclude={"by"}) for entry in topic.departures],
        "previous_round": topic.earlier[-1].model_dump(exclude={"public_since"})
        if topic.earlier
        else None,
        "next_round": topic.next_round,
        "attention_needed": topic.attention_needed,
        "created_at": topic.model_dump(mode="json")["created_at"],
        "allowed_transitions": topic.allowed,
        "handed_over": topic.handed_over,
        "record_root": topic.record_root,
        "decision_deadline": deadline_view(topic, at=at),
    }


def deadline_view(topic: Topic, *, at: datetime) -> dict[str, Any] | None:
    """Until when the decision was or is due, and why it is late; ``None`` while nothing is due."""
    found = deadline(topic, at=at)
    if found is None:
        return None
    explained = topic.delay.model_dump(mode="json") if topic.delay else None
    return {**found.model_dump(mode="json"), "explanation": explained}
