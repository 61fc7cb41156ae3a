"""Results without the words of comments that were erased."""

from collections.abc import Collection
from typing import Any

from services.analysis.model.results import without

_Rows = list[dict[str, Any]]


def forgotten(results: dict[str, Any], erased: Collection[str]) -> dict[str, Any]:
    """Results that neither quote nor cite some comments, nor have a term that they alone show.

    Figures stay those of the analysis.
    """
    if not erased:
        return results
    gone = frozenset(erased)
    terms = {language: _of_others(rows, gone) for language, rows in results["terms"].items()}
    themes = [_theme(theme, gone) for theme in results["themes"]]
    return without({**results, "terms": terms, "themes": themes}, gone)


def _theme(theme: dict[str, Any], gone: frozenset[str]) -> dict[str, Any]:
    """A theme, and the machine's versions of it."""
    left = {**theme, "terms": _of_others(theme["terms"], gone)}
    if theme.get("machine"):
        left["machine"] = _theme(theme["machine"], gone)
    if theme.get("merged"):
        left["merged"] = [_theme(each, gone) for each in theme["merged"] if each]
    return left


def _of_others(rows: _Rows, gone: frozenset[str]) -> _Rows:
    """Terms for which somebody else is cited, or nobody was."""
    return [row for row in rows if not row["citing"] or not gone.issuperset(row["citing"])]
