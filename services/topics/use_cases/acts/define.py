"""Acts before the collection: submit, approve, return, publish at once."""

from datetime import datetime

from services.shared import clock
from services.shared.errors import Forbidden, Invalid
from services.topics import events
from services.topics.model.rules import timetable_faults
from services.topics.model.topic import Topic
from services.topics.use_cases.acts.shared import (
    Outcome,
    Scene,
    TransitionRequest,
    conflict,
    expect_another,
)


def submit(topic: Topic, request: TransitionRequest, scene: Scene) -> Outcome:
    """Ask for approval, or schedule the topic where the plan asks for none."""
    _still_holds(topic, scene.at)
    approval = topic.plan.approval
    changed = topic.changed(
        stage="submitted" if approval else "scheduled",
        public_since=None if approval else scene.at,
        submitted_by=scene.actor.id,
        execution=max(1, topic.execution),
    )
    return changed, events.TopicSubmitted(reason=request.reason)


def approve(topic: Topic, request: TransitionRequest, scene: Scene) -> Outcome:
    """Agree to the definition, or to the decision."""
    if topic.stage == "deciding":
        return _approve_decision(topic, request, scene)
    expect_another(topic.submitted_by, scene)
    _still_holds(topic, scene.at)
    publish_at = clock.to_text(topic.definition.timetable.publish_at)
    changed = topic.changed(stage="scheduled", public_since=scene.at)
    return changed, events.TopicApproved(publish_at=publish_at)


def send_back(topic: Topic, request: TransitionRequest, scene: Scene) -> Outcome:
    """Return the definition, or the decision, with the reason."""
    if topic.stage == "deciding":
        return _return_decision(topic, request, scene)
    expect_another(topic.submitted_by, scene)
    changed = topic.changed(stage="draft", submitted_by=None)
    return changed, events.TopicReturned(reason=request.reason or "")


def publish_now(topic: Topic, _request: TransitionRequest, scene: Scene) -> Outcome:
    """Bring the publication forward to this instant; what should be public already stays so."""
    timetable = topic.definition.timetable
    publish_at, opens_at = min(timetable.publish_at, scene.at), min(timetable.opens_at, scene.at)
    changed = topic.changed(**topic.retimed(publish_at=publish_at, opens_at=opens_at))
    return changed, events.PublicationBroughtForward(publish_at=clock.to_text(publish_at))


def _approve_decision(topic: Topic, request: TransitionRequest, scene: Scene) -> Outcome:
    _expect_neither_submitter_nor_author(topic, scene)
    _expect_what_was_read(topic, request)
    event = events.DecisionApproved(decision_version=topic.decision_version)
    return topic.changed(decision_approved=True), event


def _return_decision(topic: Topic, request: TransitionRequest, scene: Scene) -> Outcome:
    _expect_neither_submitter_nor_author(topic, scene)
    _expect_what_was_read(topic, request)
    event = events.DecisionReturned(
        decision_version=topic.decision_version, reason=request.reason or ""
    )
    return topic.changed(decision_ready=False, decision_approved=False), event


def _expect_neither_submitter_nor_author(topic: Topic, scene: Scene) -> None:
    """Refuse that somebody approves or returns the decision that they submitted or wrote last."""
    if scene.actor.id in {topic.decision_submitted_by, topic.decision_recorded_by}:
        raise Forbidden("own_decision")


def _expect_what_was_read(topic: Topic, request: TransitionRequest) -> None:
    """Refuse to decide about other words than those that the approver has read."""
    if request.decision_version not in {None, topic.decision_version}:
        raise conflict("decision_changed", topic, decision_version=topic.decision_version)


def _still_holds(topic: Topic, at: datetime) -> None:
    """Refuse a timetable that time has overtaken: the plan's shortest collection must still fit."""
    minimum = topic.plan.minimum_collection
    timetable = topic.definition.timetable
    faults = timetable_faults(timetable.opens_at, timetable.closes_at, minimum, at=at)
    if faults:
        raise Invalid(faults=faults)
