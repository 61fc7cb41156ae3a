"""Acts after the collection: analyse, submit the decision, announce, close, withdraw."""

from services.shared import clock
from services.topics import events
from services.topics.model.deadline import deadline
from services.topics.model.topic import Topic
from services.topics.use_cases.acts.shared import Outcome, Scene, TransitionRequest, conflict


def start_analysis(topic: Topic, _request: TransitionRequest, scene: Scene) -> Outcome:
    """Analyse at once; what moderators have not decided is handed over visibly.

    An exception was for comments as they were analysed before, and holds no more.
    """
    pending = scene.counts.pending(topic)
    changed = topic.changed(stage="analysing", handed_over=pending, exception=None)
    return changed, events.AnalysisStarted(handed_over=pending)


def submit_decision(topic: Topic, _request: TransitionRequest, scene: Scene) -> Outcome:
    """Hold the decision ready; where the plan wants it, for the approver."""
    _expect_decision(topic)
    event = events.DecisionSubmitted(decision_version=topic.decision_version)
    return topic.changed(decision_ready=True, decision_submitted_by=scene.actor.id), event


def announce(topic: Topic, _request: TransitionRequest, scene: Scene) -> Outcome:
    """Open the gate, if a late decision is explained and every comment answered or excepted."""
    _expect_explanation(topic, scene)
    _expect_decision(topic)
    if topic.plan.decision_approval and not topic.decision_approved:
        raise conflict("decision_not_approved", topic)
    gate = scene.counts.outstanding(topic)
    if gate["outstanding"]:
        raise conflict(
            "dispositions_outstanding",
            topic,
            outstanding=gate["outstanding"],
            by_theme=gate["by_theme"],
            unknown_clauses=gate["unknown_clauses"],
        )
    asked_at = topic.announcement_asked_at if topic.decided_at else scene.at
    changed = topic.changed(stage="announcing", decision_ready=True, announcement_asked_at=asked_at)
    return changed, events.AnnouncementRequested()


def close(topic: Topic, _request: TransitionRequest, scene: Scene) -> Outcome:
    """Close the round before the plan's time does."""
    event = events.TopicClosed(personal_data_until=topic.personal_data_until(scene.at))
    return topic.changed(stage="closed"), event


def withdraw(topic: Topic, request: TransitionRequest, scene: Scene) -> Outcome:
    """Give the topic up, with the reason."""
    published = topic.published_at is not None
    event = events.TopicWithdrawn(
        reason=request.reason or "",
        published=published,
        personal_data_until=topic.personal_data_until(scene.at),
    )
    return topic.changed(stage="withdrawn", withdrawn_at=scene.at), event


def _expect_explanation(topic: Topic, scene: Scene) -> None:
    """Refuse to announce what is late while the public has not been told why."""
    due = deadline(topic, at=scene.at)
    if due is None or due.announced_at is not None or not due.is_late or topic.delay is not None:
        return
    late = {"due_at": clock.to_text(due.due_at), "days_overdue": due.days_overdue}
    raise conflict("delay_not_explained", topic, **late)


def _expect_decision(topic: Topic) -> None:
    if topic.decision_version == 0:
        raise conflict("no_decision", topic)
