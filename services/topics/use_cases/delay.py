"""Tell the public why a decision comes late."""

from datetime import datetime

from services.shared import clock
from services.shared.errors import Invalid
from services.shared.identity import Caller
from services.topics import events
from services.topics.model.deadline import deadline, delay_faults
from services.topics.model.delay import Delay, RecordedDelay
from services.topics.model.stages import Stage
from services.topics.model.topic import Topic
from services.topics.store import Change, ChangedMeanwhile, TopicStore
from services.topics.use_cases.acts.shared import conflict

_STAGES: frozenset[Stage] = frozenset(
    {"reviewing", "analysing", "deciding", "announcing", "announced"}
)
"""From the closing on, and until the round is closed and its record sealed."""


def explain_delay(
    topic: Topic, delay: Delay, *, caller: Caller, at: datetime, store: TopicStore
) -> Topic:
    """Record an explanation; the last one is shown, all are in the timeline.

    It may be given before the decision is late, as soon as that is foreseen. The deadline stays
    where it is. The same explanation again changes nothing.

    Raises
    ------
    Conflict
        If the collection has not ended, the round is over, or the announcement was asked for in
        time; or somebody else was quicker.
    Invalid
        If the day on which the decision is expected makes no sense.
    """
    due = deadline(topic, at=at)
    if due is None or topic.stage not in _STAGES:
        raise conflict("no_delay_to_explain", topic)
    if topic.delay is not None and topic.delay.told == delay:
        return topic
    if (due.asked_at or due.announced_at) and not due.is_late:
        raise conflict("announced_in_time", topic)
    faults = list(delay_faults(topic, delay, at=at))
    if faults:
        raise Invalid(faults=faults)
    recorded = RecordedDelay(
        reason=delay.reason,
        expected_on=delay.expected_on,
        version=topic.delay.version + 1 if topic.delay else 1,
        recorded_at=at,
    )
    explained = topic.changed(delay=recorded)
    _save(explained, recorded, due_at=due.due_at, caller=caller, at=at, store=store)
    return explained


def _save(
    topic: Topic,
    recorded: RecordedDelay,
    *,
    due_at: datetime,
    caller: Caller,
    at: datetime,
    store: TopicStore,
) -> None:
    event = events.DecisionDelayExplained(
        explanation_version=recorded.version,
        reason=recorded.reason,
        due_at=clock.to_text(due_at),
        expected_on=recorded.expected_on.isoformat() if recorded.expected_on else None,
    )
    try:
        store.save(Change(topic=topic, event=event, actor=caller.acting_as("officer"), at=at))
    except ChangedMeanwhile as error:
        present = store.get(topic.topic_id) or topic
        raise conflict("changed_meanwhile", present) from error
