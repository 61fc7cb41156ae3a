"""Let a decision be announced though comments have no answer, or take that back."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from services.shared.errors import Forbidden
from services.shared.events import EventData
from services.shared.identity import Caller
from services.topics import events
from services.topics.model.exception import RecordedException, RequestedException
from services.topics.model.topic import Topic
from services.topics.store import Change, ChangedMeanwhile, TopicStore
from services.topics.use_cases.acts.shared import conflict


def give_exception(
    topic: Topic,
    requested: RequestedException,
    *,
    caller: Caller,
    outstanding: Callable[[Topic], dict[str, Any]],
    at: datetime,
    store: TopicStore,
) -> Topic:
    """Record an exception for the comments without an answer now, and the decision as it stands.

    The same exception again changes nothing, unless more comments are without an answer than it is
    for, or fewer are agreed to.

    Parameters
    ----------
    outstanding : callable
        Gives the disposition gate's answer.

    Raises
    ------
    Conflict
        If the topic is not in the stage of deciding, or has no decision or another than was read;
        if every comment has its answer, or some have one that cites a clause which the decision
        does not have; if more comments are without an answer than the approver agrees to; or if
        somebody else was quicker.
    Forbidden
        If the caller recorded or submitted the decision.
    """
    _expect_time(topic)
    _expect_decision_of_others(topic, caller)
    if requested.decision_version != topic.decision_version:
        raise conflict("decision_changed", topic, decision_version=topic.decision_version)
    gate = outstanding(topic)
    number, given = int(gate["outstanding"] + gate["excepted"]), topic.exception
    is_same = given is not None and given.reason == requested.reason
    if given and is_same and number <= given.outstanding <= requested.outstanding:
        return topic
    if gate["misled"]:
        # These have an answer, and a wrong one: no reason makes it right.
        raise conflict("answers_cite_lost_clauses", topic, unknown_clauses=gate["unknown_clauses"])
    if number == 0:
        raise conflict("nothing_to_except", topic)
    if number > requested.outstanding:
        agreed = {"outstanding": number, "agreed": requested.outstanding}
        raise conflict("more_are_outstanding", topic, **agreed)
    recorded = RecordedException(reason=requested.reason, outstanding=number, recorded_at=at)
    excepted = topic.changed(exception=recorded)
    event = events.AnswersExcepted(
        decision_version=topic.decision_version, outstanding=number, reason=recorded.reason
    )
    _save(excepted, event, caller=caller, at=at, store=store)
    return excepted


def take_back_exception(topic: Topic, *, caller: Caller, at: datetime, store: TopicStore) -> None:
    """Have every comment need an answer again; without an exception nothing changes.

    Raises
    ------
    Conflict
        If the topic is not in the stage of deciding, or somebody else was quicker.
    """
    _expect_time(topic)
    if topic.exception is None:
        return
    event = events.ExceptionTakenBack(decision_version=topic.decision_version)
    _save(topic.changed(exception=None), event, caller=caller, at=at, store=store)


def _expect_time(topic: Topic) -> None:
    if topic.stage != "deciding":
        raise conflict("not_time_for_exceptions", topic)


def _expect_decision_of_others(topic: Topic, caller: Caller) -> None:
    if topic.decision_version == 0:
        raise conflict("no_decision", topic)
    if caller.subject in {topic.decision_submitted_by, topic.decision_recorded_by}:
        raise Forbidden("own_decision")


def _save(
    topic: Topic, event: EventData, *, caller: Caller, at: datetime, store: TopicStore
) -> None:
    try:
        store.save(Change(topic=topic, event=event, actor=caller.acting_as("approver"), at=at))
    except ChangedMeanwhile as error:
        present = store.get(topic.topic_id) or topic
        raise conflict("changed_meanwhile", present) from error
