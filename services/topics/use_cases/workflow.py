"""What the state machine does to a topic; every act may be repeated without a second effect."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services.shared import clock
from services.shared.events import SYSTEM, EventData
from services.topics import events
from services.topics.model.schedule import (
    LIFE_OF_AN_EXECUTION,
    inquiries_are_due,
    is_due,
    wait_seconds,
)
from services.topics.model.stages import Stage
from services.topics.model.topic import Topic, window
from services.topics.store import Change, ChangedMeanwhile, TopicStore

_INQUIRIES = "استفسارات لم يُجب عنها قبيل الإغلاق. Inquiries had no answer shortly before closing."
_LAST: frozenset[Stage] = frozenset({"closed", "archived", "withdrawn"})
"""Stages in which an execution has no more than hours before it."""


class RowChanged(Exception):
    """The row is not as the state machine takes it to be; its ``Catch`` reads it again."""


@dataclass(frozen=True)
class Turn:
    """Which execution asks, by round and number, and since when (UTC) it runs."""

    round: int
    execution: int
    started_at: datetime


def enter(topic: Topic, *, turn: Turn, at: datetime) -> dict[str, Any]:
    """Where the topic stands and when to look again; see docs/architecture.md."""
    return {
        "superseded": (topic.round, topic.execution) > (turn.round, turn.execution),
        "outlived": topic.stage not in _LAST and at - turn.started_at >= LIFE_OF_AN_EXECUTION,
        "stage": topic.stage,
        "version": topic.version,
        "due": is_due(topic, at=at),
        "inquiries_due": inquiries_are_due(topic, at=at),
        "wait_seconds": wait_seconds(topic, at=at),
        "channels": list(topic.definition.channels or ()),
        "agency": topic.definition.agency,
        "published": topic.published_at is not None,
        "notified": topic.notified,
        "announced": topic.decision_is_public,
        "occasion": f"edition-{topic.reopened + 1}" if topic.reopened else "",
        "sealed": topic.record_root is not None,
    }


def wait(topic: Topic, *, version: int, token: str, store: TopicStore) -> None:
    """Keep the token of the waiting task, to be rung by the next change of the row.

    Raises
    ------
    RowChanged
        If the row changed since the state machine read it.
    """
    try:
        store.keep_token(topic.topic_id, version=version, token=token)
    except ChangedMeanwhile as error:
        raise RowChanged from error


def publish(topic: Topic, *, at: datetime, store: TopicStore) -> dict[str, Any]:
    """Make the round public; the answer has the window for the comments service."""
    if topic.stage == "scheduled":
        event = events.TopicPublished(
            agency=topic.definition.agency, channels=topic.definition.channels or ()
        )
        published = topic.changed(stage="collecting", published_at=at)
        topic = _save(published, event, at=at, store=store)
    _expect(topic, "collecting")
    return {"window": window(topic)}


def notified(topic: Topic, *, at: datetime, store: TopicStore) -> None:
    """Note that every channel has its outcome, for the publication or for the announcement."""
    if topic.notified:
        return
    _expect(topic, "collecting", "announced")
    timetable = topic.definition.timetable
    event: EventData = events.AnnouncementDelivered()
    if topic.stage == "collecting":
        event = events.CollectionOpened(
            opens_at=clock.to_text(timetable.opens_at),
            closes_at=clock.to_text(timetable.closes_at),
        )
    _save(topic.changed(notified=True), event, at=at, store=store)


def settle_inquiries(
    topic: Topic, *, unanswered: int, at: datetime, store: TopicStore
) -> dict[str, Any]:
    """Extend the collection if inquiries have no answer yet [S3]: once, and within the plan.

    The answer has the window for the comments service, as it is now.

    Raises
    ------
    RowChanged
        If that was settled, or the row changed, meanwhile.
    """
    if not inquiries_are_due(topic, at=at):
        raise RowChanged
    present = topic.definition.timetable.closes_at
    # The shorter of two lengths: an instant may be beyond what there are dates for.
    closes_at = present + min(topic.plan.inquiry_period, topic.latest_closing - present)
    if not unanswered or closes_at <= present:
        # Who asks within the last hour is looked for again; where the plan ends nothing is left.
        nobody_waits, for_good = {"inquiries_looked_at": at}, {"inquiries_settled_for": present}
        settled = topic.changed(**(for_good if unanswered else nobody_waits))
        event: EventData = events.InquiriesSettled(unanswered=unanswered)
        return {"window": window(_save(settled, event, at=at, store=store))}
    extended = topic.changed(**topic.closing_at(closes_at), extended_by_rule=True)
    event = events.CollectionExtended(
        closes_at=clock.to_text(closes_at),
        previous=clock.to_text(present),
        reason=_INQUIRIES,
        automatic=True,
    )
    return {"window": window(_save(extended, event, at=at, store=store))}


def close_collection(topic: Topic, *, at: datetime, store: TopicStore) -> None:
    """End the collection: the window has passed.

    Raises
    ------
    RowChanged
        If it was extended meanwhile.
    """
    if topic.stage == "reviewing":
        return
    _expect(topic, "collecting")
    if not is_due(topic, at=at):
        raise RowChanged
    closes_at = clock.to_text(topic.definition.timetable.closes_at)
    event = events.CollectionClosed(closes_at=closes_at)
    _save(topic.changed(stage="reviewing", reviewing_since=at), event, at=at, store=store)


def start_analysis(topic: Topic, *, pending: int, at: datetime, store: TopicStore) -> None:
    """Begin the analysis; comments still pending are handed over visibly."""
    event = events.AnalysisStarted(handed_over=pending)
    step = topic.changed(stage="analysing", handed_over=pending)
    _advance(topic, step, event, source="reviewing", at=at, store=store)


def analysed(topic: Topic, *, at: datetime, store: TopicStore) -> None:
    """Hand the topic to the officers for the decision."""
    step = topic.changed(stage="deciding")
    _advance(topic, step, events.AnalysisCompleted(), source="analysing", at=at, store=store)


def hold_announcement(topic: Topic, *, outstanding: int, at: datetime, store: TopicStore) -> None:
    """Go back to the decision: comments without an answer turned up.

    A first announcement was then not asked for; a later one leaves the first as it was.
    """
    event = events.AnnouncementHeld(outstanding=outstanding)
    asked_at = topic.announcement_asked_at if topic.decided_at else None
    step = topic.changed(stage="deciding", decision_ready=False, announcement_asked_at=asked_at)
    _advance(topic, step, event, source="announcing", at=at, store=store)


def announced(
    topic: Topic, *, excepted: Callable[[Topic], int], at: datetime, store: TopicStore
) -> None:
    """Make the decision public; then the channels are told.

    An exception is not made public with it if all was answered before the gate closed.

    Parameters
    ----------
    excepted : callable
        How many comments the gate has let pass without an answer.
    """
    if topic.stage == "announced":
        return
    _expect(topic, "announcing")
    event = events.DecisionAnnounced(decision_version=topic.decision_version)
    is_excepting = topic.exception is not None and excepted(topic) > 0
    step = topic.changed(
        stage="announced",
        announced_at=at,
        first_announced_at=topic.decided_at or at,
        announced_version=topic.decision_version,
        exception=topic.exception if is_excepting else None,
        notified=False,
    )
    _written(store.save_announcement, step, event, at=at)


def close(topic: Topic, *, at: datetime, store: TopicStore) -> None:
    """Close the round because the plan's time is over."""
    step = topic.changed(stage="closed")
    event = events.TopicClosed(personal_data_until=topic.personal_data_until(at))
    _advance(topic, step, event, source="announced", at=at, store=store)


def archived(topic: Topic, *, record_root: str, at: datetime, store: TopicStore) -> None:
    """Note the sealed record; a withdrawn topic stays withdrawn."""
    if topic.record_root == record_root:
        return
    event = events.RoundArchived(record_root=record_root)
    stage: Stage = "withdrawn" if topic.stage == "withdrawn" else "archived"
    _expect(topic, "withdrawn", "closed")
    _save(topic.changed(stage=stage, record_root=record_root), event, at=at, store=store)


def go_on(topic: Topic, *, execution: int, at: datetime, store: TopicStore) -> None:
    """Have the next execution of the round go on in place of one that has lived long enough."""
    if topic.execution > execution:
        return
    continued = topic.changed(execution=execution + 1)
    event = events.WorkflowContinued(execution=continued.execution)
    _save(continued, event, at=at, store=store)


def _advance(
    topic: Topic,
    step: Topic,
    event: EventData,
    *,
    source: Stage,
    at: datetime,
    store: TopicStore,
) -> None:
    """Move from one stage to the next; having moved already is success."""
    if topic.stage == step.stage:
        return
    _expect(topic, source)
    _save(step, event, at=at, store=store)


def _expect(topic: Topic, *stages: Stage) -> None:
    if topic.stage not in stages:
        raise RowChanged


def _save(topic: Topic, event: EventData, *, at: datetime, store: TopicStore) -> Topic:
    _written(store.save, topic, event, at=at)
    return topic


def _written(
    save: Callable[[Change], None], topic: Topic, event: EventData, *, at: datetime
) -> None:
    try:
        save(Change(topic=topic, event=event, actor=SYSTEM, at=at))
    except ChangedMeanwhile as error:
        raise RowChanged from error
