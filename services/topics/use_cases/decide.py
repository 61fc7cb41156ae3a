"""Record the decision."""

from datetime import datetime

from services.shared.errors import Conflict, PreconditionFailed
from services.shared.identity import Caller
from services.topics import events
from services.topics.model.decision import Decision
from services.topics.model.topic import Topic
from services.topics.store import Change, ChangedMeanwhile, TopicStore


def record_decision(
    topic: Topic,
    decision: Decision,
    *,
    version: int | None,
    caller: Caller,
    at: datetime,
    store: TopicStore,
) -> Topic:
    """Write a new version of the decision; the topic is given in the state after it.

    What was submitted or agreed to before is so no more: nobody agrees to words that they have not
    seen. Nor does an exception hold that was given for them.

    Parameters
    ----------
    version : int, optional
        Version of the decision that the caller has read (``If-Match``).

    Raises
    ------
    Conflict
        If the topic is not in the stage of deciding.
    PreconditionFailed
        If somebody recorded another version since.
    """
    if topic.stage != "deciding":
        raise Conflict(
            "not_deciding",
            extensions={"stage": topic.stage, "allowed": topic.allowed},
            stage=topic.stage,
        )
    if version is not None and version != topic.decision_version:
        raise PreconditionFailed
    actor = caller.acting_as("officer")
    decided = topic.changed(
        decision_version=topic.decision_version + 1,
        decision_recorded_by=actor.id,
        decision_ready=False,
        decision_approved=False,
        exception=None,
    )
    event = events.DecisionRecorded(decision_version=decided.decision_version)
    change = Change(topic=decided, event=event, actor=actor, at=at)
    try:
        store.save_decision(change, decision.model_dump(mode="json", exclude_none=True))
    except ChangedMeanwhile as error:
        raise PreconditionFailed from error
    return decided
