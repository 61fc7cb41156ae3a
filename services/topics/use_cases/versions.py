"""Read the decision of a round, and the versions that it has had."""

from typing import Any

from pydantic import BaseModel, ConfigDict

from services.shared.errors import NotFound
from services.shared.identity import Caller
from services.topics.model.definition import Instant
from services.topics.model.topic import Topic
from services.topics.store import TopicStore


class DecisionVersion(BaseModel):
    """A version of a round's decision; `announced_at` is when it was announced, if it was."""

    model_config = ConfigDict(frozen=True)

    version: int
    recorded_at: Instant
    announced_at: Instant | None = None


def recorded_decision(topic: Topic, *, store: TopicStore) -> dict[str, Any] | None:
    """Decision as recorded last, with the exception that holds now; ``None`` if none."""
    decision = store.decision(topic, topic.decision_version)
    given = topic.exception.model_dump(mode="json") if topic.exception else None
    return {**decision, "exception": given} if decision else None


def decision_shown(
    topic: Topic, *, version: int | None, caller: Caller, store: TopicStore
) -> dict[str, Any]:
    """Decision of the topic's round: as announced last, for its staff as recorded last.

    Everybody sees the exception with which a version was announced; staff, of the one recorded
    last, that which holds now.

    Parameters
    ----------
    version : int, optional
        Which one instead: staff read all, everybody those that were announced.

    Raises
    ------
    NotFound
        If there is none, or it was never announced.
    """
    is_staff = caller.covers(topic.definition.agency)
    if version is None:
        version = topic.decision_version if is_staff else topic.announced_version
    elif version not in _readable(topic, caller=caller, store=store):
        raise NotFound
    if is_staff and version == topic.decision_version:
        decision = recorded_decision(topic, store=store)
    else:
        decision = store.decision(topic, version) if version else None
    if decision is None:
        raise NotFound
    return decision


def decision_versions(topic: Topic, *, caller: Caller, store: TopicStore) -> list[DecisionVersion]:
    """Versions of the round's decision that the caller may read, oldest first."""
    return list(_readable(topic, caller=caller, store=store).values())


def _readable(topic: Topic, *, caller: Caller, store: TopicStore) -> dict[int, DecisionVersion]:
    """By number; what was announced twice has the first instant."""
    found: dict[int, DecisionVersion] = {}
    for item in store.timeline(topic.topic_id, round_=topic.round):
        event = item["event"]
        number, at = event["data"].get("decision_version"), event["occurred_at"]
        if event["type"] == "DecisionRecorded":
            found[number] = DecisionVersion(version=number, recorded_at=at)
        elif event["type"] == "DecisionAnnounced" and found[number].announced_at is None:
            found[number] = DecisionVersion.model_validate(
                {**found[number].model_dump(mode="json"), "announced_at": at}
            )
    if caller.covers(topic.definition.agency):
        return found
    return {number: each for number, each in found.items() if each.announced_at}
