"""An execution's history in words: Step Functions' events as sentences in both languages."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from importlib import resources
from typing import Any

from services.shared.language import Language
from services.topics.model.failure import Failure, failure_of

Event = Mapping[str, Any]
ENTERED = "stateEnteredEventDetails"
ROW_CHANGED = "RowChanged"
WAITING_FOR: Mapping[str, str] = {
    "AwaitApproval": "approval",
    "AwaitPublication": "publication",
    "AwaitClosing": "closing",
    "AwaitReview": "review",
    "AwaitDecision": "decision",
    "AwaitClose": "close",
    "AwaitLastComments": "last_comments",
}
"""What the states that wait wait for."""
_LOOKS = frozenset({"EnterAt"})
"""Steps between the steps: the row is read and says where to go on."""
_ENDS = {
    "ExecutionStarted": "started",
    "ExecutionSucceeded": "succeeded",
    "ExecutionFailed": "failed",
    "ExecutionAborted": "aborted",
    "ExecutionTimedOut": "timed_out",
}
_STEP_ENDS = {"TaskFailed": "step_failed", "TaskTimedOut": "step_timed_out"}


@dataclass(frozen=True, kw_only=True)
class Happening:
    """One thing that happened in an execution.

    Attributes
    ----------
    code : str
        ``entered``, or a key of the sentences under ``happened``.
    state : str or None
        State of the machine in which it happened.
    failure : Failure or None
        What failed, where something did.
    """

    at: datetime
    code: str
    state: str | None = None
    failure: Failure | None = None


@cache
def sentences() -> Mapping[str, Mapping[str, Mapping[Language, str]]]:
    """The sentences, by kind and code, read from their file once."""
    text = resources.files("services.topics").joinpath("history.json").read_text("utf-8")
    return dict(json.loads(text))


def happenings(events: Sequence[Event]) -> list[Happening]:
    """What a page of a history tells, newest first as its events; steps between steps left out.

    A state that is entered again with nothing in between was rung for nothing: it is told once, as
    of when it was first entered.
    """
    by_id = {event["id"]: event for event in events}
    told: list[Happening] = []
    for event in events:
        happening = _happening(event, by_id)
        if happening is None:
            continue
        same = happening.code == "entered" and (happening.code, happening.state)
        if told and (told[-1].code, told[-1].state) == same:
            told.pop()
        told.append(happening)
    return told


def present_state(events: Sequence[Event]) -> tuple[str, datetime] | None:
    """State that was entered last and when, of a history's newest page."""
    entered = (found for found in happenings(events) if found.code == "entered")
    newest = next(entered, None)
    return (newest.state or "", newest.at) if newest else None


def told(happening: Happening, *, number: int, language: Language) -> str:
    """Sentence for a happening of the execution of a number."""
    known = sentences()
    sentence = known["entered"].get(happening.state or "")
    if happening.code == "entered" and sentence:
        return sentence[language]
    # A history may be older than the definition that this code knows.
    code = "step" if happening.code == "entered" else happening.code
    error = happening.failure.name if happening.failure else ""
    template = known["happened"][code][language]
    return template.format(state=happening.state, number=number, error=error)


def _happening(event: Event, by_id: Mapping[int, Event]) -> Happening | None:
    kind, at = event["type"], _instant(event)
    if kind in _ENDS:
        return Happening(at=at, code=_ENDS[kind], failure=failure_of(event, by_id))
    if kind in _STEP_ENDS:
        return _step_ended(event, by_id)
    if ENTERED in event and kind != "ChoiceStateEntered" and event[ENTERED]["name"] not in _LOOKS:
        return Happening(at=at, code="entered", state=event[ENTERED]["name"])
    return None


def _step_ended(event: Event, by_id: Mapping[int, Event]) -> Happening:
    failure = failure_of(event, by_id)
    state = failure.state if failure else None
    code = _STEP_ENDS[event["type"]]
    if event["type"] == "TaskTimedOut" and state in WAITING_FOR:
        return Happening(at=_instant(event), code="wait_over", state=state)
    if failure and failure.name == ROW_CHANGED:
        return Happening(at=_instant(event), code="row_changed", state=state)
    return Happening(at=_instant(event), code=code, state=state, failure=failure)


def _instant(event: Event) -> datetime:
    timestamp: datetime = event["timestamp"]
    return timestamp.astimezone(UTC)
