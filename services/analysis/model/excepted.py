"""What was answered, where an exception lets the announcement leave comments without an answer."""

from collections.abc import Mapping
from typing import Any

Exempting = Mapping[str, Any]
"""The exception as published with the decision: ``reason``, ``outstanding``, ``recorded_at``."""


def covers(exception: Exempting | None, comments: int) -> bool:
    """Whether so many comments may stay without an answer: as many as it was given for."""
    return exception is not None and comments <= exception["outstanding"]


def with_exception(answers: dict[str, Any], exception: Exempting | None) -> dict[str, Any]:
    """What was answered (see `summary`), comments without an answer told as excepted."""
    if exception is None:
        return answers
    announced = answers["announced"]
    return {
        **_row(answers),
        "announced": announced and _row(announced),
        "themes": [_row(theme) for theme in answers["themes"]],
        "unthemed": _row(answers["unthemed"]),
        "exception": exception,
    }


def _row(counts: dict[str, Any]) -> dict[str, Any]:
    return {**counts, "outstanding": 0, "excepted": counts["outstanding"]}
