"""What operators see and mend: executions that ended otherwise than they should."""

import re
from datetime import datetime

from services.shared.errors import Conflict
from services.shared.events import SYSTEM
from services.shared.identity import Caller
from services.topics import events
from services.topics.model.topic import Topic
from services.topics.store import Change, ChangedMeanwhile, TopicStore

_NAME = re.compile(r"(?P<topic>[a-z2-7]{26})-r(?P<round>\d+)-(?P<execution>\d+)")


def report_failure(name: str, *, status: str, at: datetime, store: TopicStore) -> None:
    """Mark a topic whose execution failed, timed out or was aborted.

    An execution that has a successor already, and one that was reported before, changes nothing.

    Parameters
    ----------
    name : str
        Name of the execution, ``<topic>-r<round>-<n>``.
    status : str
        How it ended, as Step Functions says.

    Raises
    ------
    ChangedMeanwhile
        If the row was changed at the same time; the message comes again.
    """
    found = _NAME.fullmatch(name)
    topic = store.get(found["topic"]) if found else None
    if found is None or topic is None or topic.attention_needed:
        return
    if (topic.round, topic.execution) != (int(found["round"]), int(found["execution"])):
        return
    event = events.WorkflowFailed(execution=topic.execution, status=status)
    marked = topic.changed(attention_needed=True)
    store.save(Change(topic=marked, event=event, actor=SYSTEM, at=at))


def resume(topic: Topic, *, caller: Caller, at: datetime, store: TopicStore) -> Topic:
    """Ask for the next execution of the round; it goes on at the stage in the row.

    Raises
    ------
    Conflict
        If the topic's execution is healthy, or somebody else was quicker.
    """
    if not topic.attention_needed:
        raise Conflict("execution_is_healthy", extensions={"stage": topic.stage})
    resumed = topic.changed(attention_needed=False, execution=topic.execution + 1)
    event = events.WorkflowResumed(execution=resumed.execution)
    change = Change(topic=resumed, event=event, actor=caller.acting_as("operator"), at=at)
    try:
        store.save(change)
    except ChangedMeanwhile as error:
        raise Conflict("changed_meanwhile", stage=topic.stage) from error
    return resumed
