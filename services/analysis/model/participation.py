"""Who took part, list by list and against the target groups [W6], as the results say it."""

from typing import Any

from services.shared.participation import (
    ListCounts,
    Measure,
    Participation,
    measured,
    shown_cells,
)


def described(participation: Participation | None) -> dict[str, Any] | None:
    """Table of each list that was offered, and each target group against its population share.

    ``None`` where nobody counted, as with a file of comments. A figure counts submissions, and
    whatever is suppressed is ``None`` (`services.shared.participation`).
    """
    if participation is None:
        return None
    return {
        "basis": "published comments",
        "published": participation.submissions,
        "by": {each.name: _table(each, participation.submissions) for each in participation.lists},
        "target_groups": [_group(measure) for measure in measured(participation)],
    }


def _table(counts: ListCounts, published: int) -> dict[str, Any]:
    cells, not_told = shown_cells(counts)
    told = None if not_told is None else published - not_told
    return {
        "told": told,
        "not_told": not_told,
        "suppressed": cells.count(None) + (not_told is None),
        "cells": [
            {"value": each.value, "count": cell, "percent": _percent(cell, told)}
            for each, cell in zip(counts.values, cells, strict=True)
        ],
    }


def _percent(count: int | None, told: int | None) -> float | None:
    return round(100 * count / told, 1) if told and count is not None else None


def _group(measure: Measure) -> dict[str, Any]:
    return {
        "id": measure.group.id,
        "asked_as": measure.group.asked_as,
        "values": list(measure.group.values),
        "population_share": measure.group.population_share,
        "participants": measure.participants,
        "told": measure.told,
        "share": _rounded(measure.share),
        "ratio": _rounded(measure.ratio),
        "interval": [round(end, 3) for end in measure.interval] if measure.interval else None,
        "verdict": measure.verdict,
    }


def _rounded(figure: float | None) -> float | None:
    return None if figure is None else round(figure, 3)
