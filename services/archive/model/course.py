"""Whether the timeline in a record is one that the procedure allows.

It is a check of `services.archive.model.soundness`: it says what it looked at, and raises `Broken`
at the first thing that is wrong.
"""

from collections.abc import Mapping
from typing import Any

from services.archive.model.opened import Opened
from services.archive.model.paths import TIMELINE, TOPIC
from services.archive.model.reading import Broken

_FIRST = "TopicDefined"
_AFTER: Mapping[str, frozenset[str]] = {
    "TopicSubmitted": frozenset({_FIRST, "TopicReturned"}),
    "TopicApproved": frozenset({"TopicSubmitted", "FurtherRoundOpened"}),
    "TopicReturned": frozenset({"TopicSubmitted", "FurtherRoundOpened"}),
    # Where the plan asks for no approval, submitting is enough.
    "TopicPublished": frozenset({"TopicApproved", "TopicSubmitted", "FurtherRoundOpened"}),
    "CollectionOpened": frozenset({"TopicPublished"}),
    "CollectionClosed": frozenset({"CollectionOpened"}),
    "AnalysisStarted": frozenset(
        {"CollectionClosed", "AnalysisStarted", "AnalysisCompleted", "TopicReopened"}
        | {"AnnouncementRequested"}
    ),
    "AnalysisCompleted": frozenset({"AnalysisStarted"}),
    # The gate may hold an announcement back, and it is asked for again.
    "AnnouncementRequested": frozenset(
        {"AnalysisCompleted", "TopicReopened", "AnnouncementRequested"}
    ),
    "DecisionAnnounced": frozenset({"AnnouncementRequested"}),
    "TopicClosed": frozenset({"DecisionAnnounced"}),
    "RoundArchived": frozenset({"TopicClosed", "TopicWithdrawn"}),
    "TopicReopened": frozenset({"RoundArchived"}),
    "FurtherRoundOpened": frozenset({"RoundArchived"}),
}
"""Of each event that moves a topic on, which of them may stand before it."""
_WITHDRAWN = "TopicWithdrawn"
_TOO_LATE = frozenset({"DecisionAnnounced", "TopicClosed", "RoundArchived", _WITHDRAWN})
_ENDS: Mapping[str, str] = {"closed": "TopicClosed", "withdrawn": _WITHDRAWN}


def course(record: Opened) -> str:
    """Events in their order of time, each after one that it can follow, up to the topic's stage."""
    before, at, looked = "", "", 0
    for looked, row in enumerate(record.rows(TIMELINE, "event", "occurred_at"), start=1):
        event = row["event"]
        if row["occurred_at"] < at:
            raise Broken(TIMELINE, f"line {looked}: {event} is told of after what came later")
        at = row["occurred_at"]
        if event not in _AFTER and event not in {_FIRST, _WITHDRAWN}:
            continue
        if not _may_follow(event, before):
            raise Broken(TIMELINE, f"line {looked}: {event} cannot follow {before or 'nothing'}")
        before = event
    if looked:
        _ends_at(record.document(TOPIC) if TOPIC in record.names else {}, before)
    return f"{looked} events"


def _may_follow(event: str, before: str) -> bool:
    if event == _FIRST:
        return not before
    if event == _WITHDRAWN:
        return before not in _TOO_LATE
    return before in _AFTER[event]


def _ends_at(topic: Mapping[str, Any], last: str) -> None:
    stage = topic.get("stage")
    if _ENDS.get(str(stage), last) != last:
        raise Broken(TIMELINE, f"ends with {last}, and the topic is {stage}")
