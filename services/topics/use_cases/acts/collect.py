"""Acts during the collection: extend it, end it early."""

from datetime import datetime

from services.shared import clock
from services.shared.errors import Fault, Invalid
from services.topics import events
from services.topics.model.topic import SHORTEST_NOTICE, RecordedDeparture, Topic
from services.topics.use_cases.acts.shared import Outcome, Scene, TransitionRequest, conflict


def extend(topic: Topic, request: TransitionRequest, scene: Scene) -> Outcome:
    """Move the closing to a later instant, as far as the plan goes."""
    timetable = topic.definition.timetable
    closes_at = request.closes_at or timetable.closes_at
    if timetable.closes_at <= scene.at:
        raise _already_closed(topic)
    if closes_at <= timetable.closes_at:
        raise Invalid(faults=[Fault(field="/closes_at", code="not_later")])
    if closes_at > topic.latest_closing:
        limit = clock.to_text(topic.latest_closing)
        fault = Fault(field="/closes_at", code="beyond_the_plan", values={"limit": limit})
        raise Invalid(faults=[fault])
    event = events.CollectionExtended(
        closes_at=clock.to_text(closes_at),
        previous=clock.to_text(timetable.closes_at),
        reason=request.reason or "",
    )
    return topic.changed(**topic.closing_at(closes_at)), event


def end_collection(topic: Topic, request: TransitionRequest, scene: Scene) -> Outcome:
    """End the collection at the shortest notice, though never below the legal minimum.

    What is shorter than the plan has it is recorded as a departure. Inquiries that have no answer
    do not extend what an officer ended on purpose.
    """
    timetable = topic.definition.timetable
    closes_at = scene.at + SHORTEST_NOTICE
    if timetable.opens_at >= closes_at:
        raise conflict("not_open_yet", topic)
    if timetable.closes_at <= closes_at:
        raise _already_closed(topic)
    departures = _departures(topic, closes_at, request.reason or "", scene)
    changed = topic.changed(
        **topic.closing_at(closes_at), departures=departures, inquiries_settled_for=closes_at
    )
    event = events.CollectionShortened(
        closes_at=clock.to_text(closes_at),
        previous=clock.to_text(timetable.closes_at),
        reason=request.reason or "",
    )
    return changed, event


def _departures(
    topic: Topic, closes_at: datetime, reason: str, scene: Scene
) -> tuple[RecordedDeparture, ...]:
    opens_at = topic.definition.timetable.opens_at
    least = topic.plan.departures["minimum_collection"].least
    if least is not None and closes_at < opens_at + least:
        earliest = clock.to_text(opens_at + least - SHORTEST_NOTICE)
        raise conflict("too_early_to_end", topic, earliest=earliest)
    if closes_at >= opens_at + topic.plan.minimum_collection:
        return topic.departures
    departure = RecordedDeparture(
        field="minimum_collection",
        value=closes_at - opens_at,
        reason=reason,
        by=scene.actor.id,
        at=scene.at,
    )
    return (*topic.departures, departure)


def _already_closed(topic: Topic) -> Exception:
    closes_at = clock.to_text(topic.definition.timetable.closes_at)
    return conflict("already_closed", topic, closes_at=closes_at)
