"""What an execution's history tells of its course, in a form that is the same every time."""

import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

HISTORIES = Path(__file__).parent / "histories"
PRESENT = max(HISTORIES.iterdir(), key=lambda folder: int(folder.name))
"""Folder of the present machine's histories; those of machines before it have lower numbers."""
LOOP = {"EnterAt", "ChooseStage"}
"""Every section begins with these; how often the loop turns is a matter of late bells."""

_LONGEST_REPETITION = 4
_PARTS = ("Topics", "Outreach", "Comments", "Moderation", "Analysis")
_CHANNELS = ("Deliver", "ChooseParts", "SumUp", "RecordFailure")
SIDE_BY_SIDE = (*_CHANNELS, *(f"Gather{part}" for part in _PARTS))
"""States of maps and branches, whose order is chance."""

Event = Mapping[str, Any]
Course = dict[str, Any]


def course_of(history: Iterable[Event]) -> Course:
    """Course of an execution.

    Returns
    -------
    dict
        ``path``: states in order, the loop and immediate repetitions left out, those of maps and
        branches sorted; ``edges``: pairs of states, those aside, of which one led to the other;
        ``errors``: what tasks failed with, by state; ``calls``: the function that each task called
        and the members of what it was given.
    """
    events = {event["id"]: event for event in history}
    path: list[str] = []
    edges: set[tuple[str, str]] = set()
    errors: dict[str, set[str]] = {}
    calls: dict[str, dict[str, Any]] = {}
    for event in events.values():
        kind = event["type"]
        if kind.endswith("StateEntered"):
            state = _details(event)["name"]
            path.append(state)
            former = next(_before(event, events, "StateExited"), None)
            if former and not state.startswith(SIDE_BY_SIDE):
                edges.add((_details(former)["name"], state))
        elif kind in {"TaskFailed", "TaskTimedOut"}:
            errors.setdefault(_state(event, events), set()).add(_details(event)["error"])
        elif kind == "TaskScheduled":
            asked = json.loads(_details(event)["parameters"])
            function = asked["FunctionName"].rpartition(":")[2].removeprefix("tashawur-local-")
            calls[_state(event, events)] = {"function": function, "given": sorted(asked["Payload"])}
    return {
        "path": _collapsed(path),
        "edges": sorted(list(edge) for edge in edges),
        "errors": {state: sorted(found) for state, found in sorted(errors.items())},
        "calls": dict(sorted(calls.items())),
    }


def recorded(name: str) -> Course | None:
    """Course of the golden history of a name."""
    file = PRESENT / f"{name}.json"
    return json.loads(file.read_text("utf-8")) if file.exists() else None


def record(name: str, course: Course) -> None:
    """Keep a course as the golden one."""
    text = json.dumps(course, indent=1, ensure_ascii=False) + "\n"
    (PRESENT / f"{name}.json").write_text(text, "utf-8")


def all_recorded() -> dict[str, Course]:
    """All golden courses of the present machine by name."""
    names = sorted(file.stem for file in PRESENT.glob("*.json"))
    return {name: course for name in names if (course := recorded(name))}


def calls_ever_recorded() -> Iterator[tuple[str, dict[str, Any]]]:
    """Each state that ever was, and how it called its function, by whatever machine."""
    for file in sorted(HISTORIES.glob("*/*.json")):
        yield from json.loads(file.read_text("utf-8"))["calls"].items()


def _collapsed(path: list[str]) -> list[str]:
    """Neighbours that run at the same time are sorted; the same state in a row counts once."""
    seen = [state for state in path if state not in LOOP]
    groups: list[str] = []
    together: list[str] = []
    for state in [*seen, ""]:
        if state.startswith(SIDE_BY_SIDE):
            together.append(state)
            continue
        groups += sorted(set(together))
        together = []
        groups += [state] if state else []
    return _without_repetitions(groups)


def _without_repetitions(path: list[str]) -> list[str]:
    """What is done again at once, one state or a few, is told once: how often is chance."""
    for length in range(1, _LONGEST_REPETITION + 1):
        kept: list[str] = []
        for state in path:
            kept.append(state)
            if kept[-length:] == kept[-2 * length : -length]:
                del kept[-length:]
        path = kept
    return path


def _state(event: Event, events: Mapping[int, Event]) -> str:
    return str(_details(next(_before(event, events, "StateEntered")))["name"])


def _before(event: Event, events: Mapping[int, Event], kind: str) -> Iterator[Event]:
    """Events that led to one, nearest first, of a kind, back to where a state was entered."""
    former = events.get(event["previousEventId"])
    while former:
        if former["type"].endswith(kind):
            yield former
        if former["type"].endswith("StateEntered"):
            return
        former = events.get(former["previousEventId"])


def _details(event: Event) -> Mapping[str, Any]:
    return next(value for name, value in event.items() if name.endswith("Details"))
