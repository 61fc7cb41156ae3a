"""Move a topic on: what officers and approvers do to it, each allowed in its stages only."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from pydantic import BaseModel, ConfigDict

from services.shared import clock
from services.shared.errors import Conflict, Fault, Forbidden, Invalid
from services.shared.events import Actor, EventData
from services.shared.identity import Caller
from services.topics import events
from services.topics.model.definition import Instant, Reason
from services.topics.model.rules import shortest, timetable_faults
from services.topics.model.stages import Action, Transition, transition
from services.topics.model.topic import SHORTEST_NOTICE, Topic
from services.topics.store import Change, ChangedMeanwhile, TopicStore


class TransitionRequest(BaseModel):
    """Body of a transition."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    action: Action
    reason: Reason | None = None
    closes_at: Instant | None = None


@dataclass(frozen=True, kw_only=True)
class Counts:
    """What a transition needs to know of other services, asked for only when needed.

    Attributes
    ----------
    pending : callable
        Number of the topic's comments that moderators have not decided.
    outstanding : callable
        The disposition gate's answer: ``outstanding``, ``received`` and ``by_theme``.
    """

    pending: Callable[[Topic], int]
    outstanding: Callable[[Topic], dict[str, object]]


def move_on(
    topic: Topic,
    request: TransitionRequest,
    *,
    caller: Caller,
    counts: Counts,
    at: datetime,
    store: TopicStore,
) -> Topic:
    """Do what a transition asks for.

    Raises
    ------
    Forbidden
        If the caller's role may not, or an approver submitted the topic.
    Conflict
        If the stage does not allow it, with ``allowed``; or somebody else was quicker.
    Invalid
        If the request lacks what the action needs, or the timetable no longer holds.
    """
    act = _permitted(topic, request, caller)
    changed, event = _ACTS[request.action](topic, request, _Scene(caller, act, counts, at))
    actor = caller.acting_as(act.role)
    try:
        store.save(Change(topic=changed, event=event, actor=actor, at=at))
    except ChangedMeanwhile as error:
        present = store.get(topic.topic_id) or topic
        raise _conflict("changed_meanwhile", present) from error
    return changed


@dataclass(frozen=True)
class _Scene:
    caller: Caller
    act: Transition
    counts: Counts
    at: datetime

    @property
    def actor(self) -> Actor:
        return self.caller.acting_as(self.act.role)


def _permitted(topic: Topic, request: TransitionRequest, caller: Caller) -> Transition:
    act = transition(request.action, topic.stage)
    if act is None or request.action not in topic.allowed:
        raise _conflict("stage_does_not_allow", topic)
    if act.role not in caller.roles:
        raise Forbidden("role_may_not", role=act.role)
    if not caller.limited_to(frozenset({act.role})).covers(topic.definition.agency):
        raise Forbidden("other_agency")
    faults = []
    submission_reason = request.action == "submit" and topic.plan.submission_reason
    if (act.reason or submission_reason) and request.reason is None:
        faults.append(Fault(field="/reason", code="reason_needed"))
    if (request.action == "extend") != (request.closes_at is not None):
        needed = "missing" if request.action == "extend" else "unknown_field"
        faults.append(Fault(field="/closes_at", code=needed))
    if faults:
        raise Invalid(faults=faults)
    return act


def _conflict(code: str, topic: Topic, **extensions: object) -> Conflict:
    present = {"stage": topic.stage, "allowed": topic.allowed, **extensions}
    return Conflict(code, extensions=present, stage=topic.stage)


_Outcome = tuple[Topic, EventData]


def _submit(topic: Topic, request: TransitionRequest, scene: _Scene) -> _Outcome:
    _still_holds(topic, scene.at)
    approval = topic.plan.approval
    changed = topic.changed(
        stage="submitted" if approval else "scheduled",
        public_since=None if approval else scene.at,
        submitted_by=scene.actor.id,
        execution=max(1, topic.execution),
    )
    return changed, events.TopicSubmitted(reason=request.reason)


def _approve(topic: Topic, _request: TransitionRequest, scene: _Scene) -> _Outcome:
    if topic.stage == "deciding":
        return _approve_decision(topic, scene)
    if topic.submitted_by == scene.actor.id:
        raise Forbidden("own_topic")
    _still_holds(topic, scene.at)
    publish_at = clock.to_text(topic.definition.timetable.publish_at)
    changed = topic.changed(stage="scheduled", public_since=scene.at)
    return changed, events.TopicApproved(publish_at=publish_at)


def _approve_decision(topic: Topic, scene: _Scene) -> _Outcome:
    if topic.decision_submitted_by == scene.actor.id:
        raise Forbidden("own_topic")
    event = events.DecisionApproved(decision_version=topic.decision_version)
    return topic.changed(decision_approved=True), event


def _return(topic: Topic, request: TransitionRequest, scene: _Scene) -> _Outcome:
    if topic.stage == "deciding":
        return _return_decision(topic, request)
    if topic.submitted_by == scene.actor.id:
        raise Forbidden("own_topic")
    changed = topic.changed(stage="draft", submitted_by=None)
    return changed, events.TopicReturned(reason=request.reason or "")


def _return_decision(topic: Topic, request: TransitionRequest) -> _Outcome:
    event = events.DecisionReturned(
        decision_version=topic.decision_version, reason=request.reason or ""
    )
    return topic.changed(decision_ready=False, decision_approved=False), event


def _publish_now(topic: Topic, _request: TransitionRequest, scene: _Scene) -> _Outcome:
    changed = topic.changed(**topic.retimed(publish_at=scene.at, opens_at=scene.at))
    return changed, events.PublicationBroughtForward(publish_at=clock.to_text(scene.at))


def _extend(topic: Topic, request: TransitionRequest, scene: _Scene) -> _Outcome:
    timetable = topic.definition.timetable
    closes_at = request.closes_at or timetable.closes_at
    if timetable.closes_at <= scene.at:
        raise _conflict("already_closed", topic, closes_at=clock.to_text(timetable.closes_at))
    if closes_at <= timetable.closes_at:
        raise Invalid(faults=[Fault(field="/closes_at", code="not_later")])
    if closes_at > topic.latest_closing:
        limit = clock.to_text(topic.latest_closing)
        fault = Fault(field="/closes_at", code="beyond_the_plan", values={"limit": limit})
        raise Invalid(faults=[fault])
    return _closing_at(topic, closes_at, request, events.CollectionExtended)


def _end_collection(topic: Topic, request: TransitionRequest, scene: _Scene) -> _Outcome:
    closes_at = scene.at + SHORTEST_NOTICE
    if topic.definition.timetable.opens_at >= closes_at:
        raise _conflict("not_open_yet", topic)
    if topic.definition.timetable.closes_at <= closes_at:
        raise _conflict(
            "already_closed",
            topic,
            closes_at=clock.to_text(topic.definition.timetable.closes_at),
        )
    return _closing_at(topic, closes_at, request, events.CollectionShortened)


def _closing_at(
    topic: Topic,
    closes_at: datetime,
    request: TransitionRequest,
    event: type[events.CollectionExtended | events.CollectionShortened],
) -> _Outcome:
    previous = topic.definition.timetable.closes_at
    due = (topic.definition.timetable.decision_due_at or previous) + (closes_at - previous)
    changed = topic.changed(**topic.retimed(closes_at=closes_at, decision_due_at=due))
    return changed, event(
        closes_at=clock.to_text(closes_at),
        previous=clock.to_text(previous),
        reason=request.reason or "",
    )


def _start_analysis(topic: Topic, _request: TransitionRequest, scene: _Scene) -> _Outcome:
    pending = scene.counts.pending(topic)
    changed = topic.changed(stage="analysing", handed_over=pending)
    return changed, events.AnalysisStarted(handed_over=pending)


def _submit_decision(topic: Topic, _request: TransitionRequest, scene: _Scene) -> _Outcome:
    _decided(topic)
    event = events.DecisionSubmitted(decision_version=topic.decision_version)
    return topic.changed(decision_ready=True, decision_submitted_by=scene.actor.id), event


def _announce(topic: Topic, _request: TransitionRequest, scene: _Scene) -> _Outcome:
    _decided(topic)
    if topic.plan.decision_approval and not topic.decision_approved:
        raise _conflict("decision_not_approved", topic)
    gate = scene.counts.outstanding(topic)
    if gate["outstanding"]:
        raise _conflict(
            "dispositions_outstanding",
            topic,
            outstanding=gate["outstanding"],
            by_theme=gate["by_theme"],
        )
    changed = topic.changed(stage="announcing", decision_ready=True)
    return changed, events.AnnouncementRequested()


def _close(topic: Topic, _request: TransitionRequest, _scene: _Scene) -> _Outcome:
    return topic.changed(stage="closed"), events.TopicClosed()


def _withdraw(topic: Topic, request: TransitionRequest, scene: _Scene) -> _Outcome:
    published = topic.published_at is not None
    event = events.TopicWithdrawn(reason=request.reason or "", published=published)
    return topic.changed(stage="withdrawn", withdrawn_at=scene.at), event


_ACTS: dict[Action, Callable[[Topic, TransitionRequest, _Scene], _Outcome]] = {
    "submit": _submit,
    "approve": _approve,
    "return": _return,
    "publish-now": _publish_now,
    "extend": _extend,
    "end-collection": _end_collection,
    "start-analysis": _start_analysis,
    "submit-decision": _submit_decision,
    "announce": _announce,
    "close": _close,
    "withdraw": _withdraw,
}


def _still_holds(topic: Topic, at: datetime) -> None:
    """Refuse a timetable that time has overtaken: the plan's shortest collection must still fit."""
    minimum = shortest(topic.plan, topic.definition.plan_departures)
    timetable = topic.definition.timetable
    faults = timetable_faults(timetable.opens_at, timetable.closes_at, minimum, at=at)
    if faults:
        raise Invalid(faults=faults)


def _decided(topic: Topic) -> None:
    if topic.decision_version == 0:
        raise _conflict("no_decision", topic)
