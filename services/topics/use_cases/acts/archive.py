"""Acts on what is archived [S6]: consult further, take the round up again."""

from typing import Any

from services.topics import events
from services.topics.model.plan import plans
from services.topics.model.rules import checked
from services.topics.model.topic import EarlierRound, Topic, as_defined
from services.topics.use_cases.acts.shared import Outcome, Scene, TransitionRequest


def open_further_round(topic: Topic, request: TransitionRequest, scene: Scene) -> Outcome:
    """Begin the topic's next round: submitted, or scheduled where the plan asks for no approval.

    Raises
    ------
    Invalid
        With every fault of the new timetable, questions and demographics.
    """
    document = _defined_anew(topic, request)
    actor = scene.actor
    fields = as_defined(
        checked(document, at=scene.at), former=topic.departures, by=actor.id, at=scene.at
    )
    over = EarlierRound(
        round=topic.round, public_since=topic.public_since, record_root=topic.record_root
    )
    approval = plans()[topic.definition.plan].approval
    opened = Topic(
        topic_id=topic.topic_id,
        version=topic.version + 1,
        round=topic.round + 1,
        stage="submitted" if approval else "scheduled",
        execution=1,
        created_at=topic.created_at,
        created_by=topic.created_by,
        submitted_by=actor.id,
        public_since=None if approval else scene.at,
        earlier=(*topic.earlier, over),
        **fields,
    )
    return opened, events.FurtherRoundOpened(
        reason=request.reason or "", previous_round=topic.round
    )


def _defined_anew(topic: Topic, request: TransitionRequest) -> dict[str, Any]:
    document = topic.definition.model_dump(mode="json", exclude_none=True)
    # Without a timetable of its own the round would have that of the last one, which is past.
    if request.timetable is not None:
        document["timetable"] = request.timetable
    asked_anew = {"questions": request.questions, "demographics": request.demographics}
    document |= {name: value for name, value in asked_anew.items() if value is not None}
    if request.demographics is not None:
        groups = document.get("target_groups", [])
        document["target_groups"] = [_measured_anew(group, document) for group in groups]
    return document


def _measured_anew(group: dict[str, Any], document: dict[str, Any]) -> dict[str, Any]:
    """A target group of the last round, no more by values that the new lists do not offer."""
    offered = document["demographics"]
    for name, values in group.get("demographic", {}).items():
        listed = offered.get(name)
        entries = listed if isinstance(listed, list) else []
        known = {str(each.get("id")) for each in entries if isinstance(each, dict)}
        if not known.issuperset(values):
            return {key: value for key, value in group.items() if key != "demographic"}
    return group


def reopen(topic: Topic, request: TransitionRequest, _scene: Scene) -> Outcome:
    """Consider the decision anew: the round goes on in its next execution, to its next edition.

    What was announced stays public until something else is announced.
    """
    changed = topic.changed(
        stage="deciding",
        execution=topic.execution + 1,
        attention_needed=False,  # an execution that ended badly has its successor
        decision_ready=False,
        decision_approved=False,
        exception=None,
        record_root=None,
        reopened=topic.reopened + 1,
    )
    event = events.TopicReopened(reason=request.reason or "", execution=changed.execution)
    return changed, event
