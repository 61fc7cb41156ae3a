"""What was answered, where an exception lets the announcement leave comments without an answer.

It is for comments that had no answer when the gate closed. What moderation had rejected by then,
and restores later, is outstanding: nobody excepted it.
"""

from collections.abc import Callable, Mapping
from typing import Any

from services.analysis.model.assignment import Assignment, Assignments

Exempting = Mapping[str, Any]
"""The exception as published with the decision: ``reason``, ``outstanding``, ``recorded_at``."""
Sum = Callable[[Assignments], dict[str, Any]]
"""Counts how some comments are answered (see `summary`)."""
_RESTORATIONS = "restorations"


def covers(exception: Exempting | None, comments: int) -> bool:
    """Whether so many comments may stay without an answer: as many as it was given for."""
    return exception is not None and comments <= exception["outstanding"]


def at_gate(exception: Exempting | None, restorations: int | None) -> Exempting | None:
    """The exception as the gate keeps it, with how often comments had been restored by then."""
    return exception and {**exception, _RESTORATIONS: restorations or 0}


def is_excepted(assignment: Assignment, exception: Exempting | None) -> bool:
    """Whether the exception that the gate kept is for a comment that has no answer."""
    return exception is not None and assignment.restoration <= exception[_RESTORATIONS]


def with_exception(
    sum_up: Sum, assignments: Assignments, exception: Exempting | None
) -> dict[str, Any]:
    """What was answered, comments without an answer told as excepted; to be kept.

    Parameters
    ----------
    exception : mapping or None
        As the gate kept it (see `at_gate`).
    """
    answers = sum_up(assignments)
    if exception is None:
        return answers
    since = sum_up(assignments.restored_after(exception[_RESTORATIONS]))
    announced = answers["announced"]
    pairs = zip(answers["themes"], since["themes"], strict=True)
    return {
        **_row(answers, since),
        "announced": announced and _row(announced, since["announced"]),
        "themes": [_row(theme, restored) for theme, restored in pairs],
        "unthemed": _row(answers["unthemed"], since["unthemed"]),
        "exception": exception,
    }


def publicly(answers: dict[str, Any]) -> dict[str, Any]:
    """What was kept, its exception as it was published."""
    if "exception" not in answers:
        return answers
    exception = {name: told for name, told in answers["exception"].items() if name != _RESTORATIONS}
    return {**answers, "exception": exception}


def _row(counts: dict[str, Any], since: Mapping[str, Any]) -> dict[str, Any]:
    """Counts of a row; `since`: of those of its comments that were restored after the gate."""
    left = since["outstanding"]
    return {**counts, "outstanding": left, "excepted": counts["outstanding"] - left}
