"""Why a step or an execution failed, without anything that a participant may have written.

Step Functions keeps a function's whole error document. Its message can quote what the function was
working on, so that only the error's name and the place in our code are told; the function's log has
the rest. What Step Functions itself says is kept up to the first thing that it quotes.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

_NAME = re.compile(r"[A-Za-z][\w.]{0,99}")
_PLACE = re.compile(r'File "[^"]*?(services/[\w/]+\.py)", line (\d+), in (\w+)')
_QUOTED = re.compile(r"[{\[<].*", re.DOTALL)
_ADDRESS = re.compile(r"\S+@\S+|\+?\d[\d\s-]{5,}\d")
_LONGEST = 200
_DETAILS = {
    "taskFailedEventDetails": "FAILED",
    "taskTimedOutEventDetails": "TIMED_OUT",
    "executionFailedEventDetails": "FAILED",
    "executionAbortedEventDetails": "ABORTED",
    "executionTimedOutEventDetails": "TIMED_OUT",
}
"""Where an event says why, and what it is called if it names no error."""


@dataclass(frozen=True, kw_only=True)
class Failure:
    """What failed.

    Attributes
    ----------
    name : str
        Name of the error, e.g. ``"TransientError"``.
    cause : str
        Where it was raised, or what Step Functions says; may be empty.
    state, function : str or None
        State of the machine, and the function that it had called.
    """

    name: str
    cause: str = ""
    state: str | None = None
    function: str | None = None


def failure_of(event: Mapping[str, Any], by_id: Mapping[int, Mapping[str, Any]]) -> Failure | None:
    """What an event of a history says of a failure, or ``None`` if it is of another kind.

    Parameters
    ----------
    by_id : mapping
        Events of the same page, in which the state and the called function are looked for.
    """
    kind = next((name for name in _DETAILS if name in event), None)
    if kind is None:
        return None
    details = event[kind]
    state = function = None
    earlier: Mapping[str, Any] | None = event
    while earlier is not None and state is None:
        if function is None and "taskScheduledEventDetails" in earlier:
            function = _function(earlier["taskScheduledEventDetails"])
        if "stateEnteredEventDetails" in earlier:
            state = str(earlier["stateEnteredEventDetails"]["name"])
        earlier = by_id.get(earlier.get("previousEventId", 0))
    return Failure(
        name=named(details.get("error"), otherwise=_DETAILS[kind]),
        cause=told_cause(details.get("cause")),
        state=state,
        function=function,
    )


def named(error: str | None, *, otherwise: str) -> str:
    """Name of an error, if it has the form of one."""
    return error if error and _NAME.fullmatch(error) else otherwise


def told_cause(cause: str | None) -> str:
    """What may be told of a cause."""
    try:
        document = json.loads(cause or "")
    except ValueError:
        plain = _ADDRESS.sub("…", _QUOTED.sub("…", cause or ""))
        return plain[:_LONGEST].strip()
    trace = document.get("stackTrace") if isinstance(document, dict) else None
    places = [match for line in trace or () for match in _PLACE.findall(str(line))]
    if not places:
        return ""
    path, line, function = places[-1]
    return f"{path}:{line} ({function})"


def _function(details: Mapping[str, Any]) -> str | None:
    try:
        name = json.loads(details.get("parameters", "")).get("FunctionName")
    except ValueError:
        return None
    return str(name).rpartition(":")[2] if name else None
