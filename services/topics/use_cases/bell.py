"""The bell: a changed row starts the execution that it asks for and wakes the one that waits."""

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

from services.shared import aws
from services.topics.model.execution import execution_name
from services.topics.model.topic import Topic, window
from services.topics.store import TopicStore

_NOBODY_WAITS = frozenset({"TaskDoesNotExist", "TaskTimedOut", "InvalidToken"})
SetWindow = Callable[[dict[str, Any]], Any]


def start_execution(topic: Topic, *, machine_arn: str) -> None:
    """Start the execution that the row counts; started already is success."""
    payload = {"topic_id": topic.topic_id, "round": topic.round, "execution": topic.execution}
    try:
        aws.client("stepfunctions").start_execution(
            stateMachineArn=machine_arn,
            name=execution_name(topic),
            input=json.dumps(payload),
        )
    except Exception as error:
        if aws.error_code(error) != "ExecutionAlreadyExists":
            raise


def wants_execution(before: Topic, after: Topic, *, store: TopicStore) -> bool:
    """Tell whether an execution should be asked for.

    Beside the change that counts one up, every change of a topic for which no task has ever waited
    asks again: a start that failed for good is made good by whatever happens next. Once the topic
    needs attention, only an operator asks: two executions of a round would be in their way.
    """
    if after.attention_needed:
        return False
    counted = (before.round, before.execution) != (after.round, after.execution)
    return after.execution > 0 and (counted or store.token(after.topic_id) is None)


def ring(topic_id: str, *, store: TopicStore) -> None:
    """Wake the task that waits; a lost, late or double ring does no harm, the row decides."""
    token = store.token(topic_id)
    if token is None:
        return
    try:
        aws.client("stepfunctions").send_task_success(taskToken=token, output="{}")
    except Exception as error:
        if aws.error_code(error) not in _NOBODY_WAITS:
            raise


def write_window(topic: Topic, *, set_window: SetWindow) -> None:
    """Tell the comments service the topic's window; an older version than it knows is ignored."""
    set_window(window(topic))


def window_moved(before: Topic, after: Topic) -> bool:
    """Tell whether a change made a topic public, or moved the window of a public one."""
    if after.public_since is None:
        return False
    return before.public_since is None or _window_of(before) != _window_of(after)


def _window_of(topic: Topic) -> tuple[int, datetime, datetime]:
    return topic.round, topic.definition.timetable.opens_at, topic.collects_until
