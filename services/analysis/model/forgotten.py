"""Results without the words of comments that were erased."""

from collections.abc import Collection
from typing import Any

from services.analysis.model.results import without

_Rows = list[dict[str, Any]]


def forgotten(results: dict[str, Any], comment_ids: Collection[str]) -> dict[str, Any]:
    """Results that neither quote nor cite some comments, nor have a term that they alone show.

    Figures stay those of the analysis.
    """
    left = without(results, comment_ids)
    terms = {
        language: _shown_by_others(rows, before=results["terms"][language])
        for language, rows in left["terms"].items()
    }
    pairs = zip(left["themes"], results["themes"], strict=True)
    return {**left, "terms": terms, "themes": [_theme(now, before) for now, before in pairs]}


def _theme(now: dict[str, Any], before: dict[str, Any]) -> dict[str, Any]:
    return {**now, "terms": _shown_by_others(now["terms"], before=before["terms"])}


def _shown_by_others(rows: _Rows, *, before: _Rows) -> _Rows:
    """Terms of which somebody else is cited, or nobody was."""
    pairs = zip(rows, before, strict=True)
    return [row for row, former in pairs if row["citing"] or not former["citing"]]
