"""Move a topic on: what officers and approvers do to it, each allowed in its stages only."""

from collections.abc import Callable, Iterator
from datetime import datetime

from services.shared.errors import Fault, Forbidden, Invalid
from services.shared.identity import Caller
from services.topics.model.stages import Action, Transition, transition
from services.topics.model.topic import Topic
from services.topics.store import Change, ChangedMeanwhile, TopicStore
from services.topics.use_cases.acts import archive, collect, decide, define
from services.topics.use_cases.acts.shared import (
    Counts,
    Outcome,
    Scene,
    TransitionRequest,
    conflict,
)

_ACTS: dict[Action, Callable[[Topic, TransitionRequest, Scene], Outcome]] = {
    "submit": define.submit,
    "approve": define.approve,
    "return": define.send_back,
    "publish-now": define.publish_now,
    "extend": collect.extend,
    "end-collection": collect.end_collection,
    "start-analysis": decide.start_analysis,
    "submit-decision": decide.submit_decision,
    "announce": decide.announce,
    "close": decide.close,
    "open-further-round": archive.open_further_round,
    "reopen": archive.reopen,
    "withdraw": decide.withdraw,
}
_FIELDS: dict[str, Action] = {
    "closes_at": "extend",
    "timetable": "open-further-round",
    "questions": "open-further-round",
    "demographics": "open-further-round",
}
"""Members of the request that one action alone has."""


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
    scene = Scene(caller=caller, act=act, counts=counts, at=at)
    changed, event = _ACTS[request.action](topic, request, scene)
    change = Change(topic=changed, event=event, actor=scene.actor, at=at)
    try:
        if changed.round == topic.round:
            store.save(change)
        else:
            former = topic.model_copy(update={"next_round": changed.round})
            store.open_round(change, former=former)
    except ChangedMeanwhile as error:
        present = store.get(topic.topic_id) or topic
        raise conflict("changed_meanwhile", present) from error
    return changed


def _permitted(topic: Topic, request: TransitionRequest, caller: Caller) -> Transition:
    act = transition(request.action, topic.stage)
    if act is None or request.action not in topic.allowed:
        raise conflict("stage_does_not_allow", topic)
    if act.role not in caller.roles:
        raise Forbidden("role_may_not", role=act.role)
    if not caller.limited_to(frozenset({act.role})).covers(topic.definition.agency):
        raise Forbidden("other_agency")
    faults = list(_faults(topic, request, act))
    if faults:
        raise Invalid(faults=faults)
    return act


def _faults(topic: Topic, request: TransitionRequest, act: Transition) -> Iterator[Fault]:
    submission_reason = request.action == "submit" and topic.plan.submission_reason
    if (act.reason or submission_reason) and request.reason is None:
        yield Fault(field="/reason", code="reason_needed")
    if request.action == "extend" and request.closes_at is None:
        yield Fault(field="/closes_at", code="missing")
    for name, action in _FIELDS.items():
        if getattr(request, name) is not None and request.action != action:
            yield Fault(field=f"/{name}", code="unknown_field")
    yield from _version_faults(topic, request)


def _version_faults(topic: Topic, request: TransitionRequest) -> Iterator[Fault]:
    """Agreeing to a decision names the version that was read; nothing else may but returning it."""
    on_decision = topic.stage == "deciding" and request.action in {"approve", "return"}
    if request.decision_version is not None and not on_decision:
        yield Fault(field="/decision_version", code="unknown_field")
    if request.decision_version is None and on_decision and request.action == "approve":
        yield Fault(field="/decision_version", code="missing")
