"""Results without the words of comments that were erased, and without what no erasure reaches."""

from collections.abc import Collection
from typing import Any

from services.analysis.model.results import LABEL_JOINT, without

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


def lasting(results: dict[str, Any]) -> dict[str, Any]:
    """Results to be sealed for good: without words that stand apart from whose they are.

    A term that one comment alone has is that person's word, in a label too; what varies in a letter
    is the words of more people than are named beside it. Quotes and letters stay, as the record has
    them where erasure reaches them.
    """
    terms = {language: _shared(rows) for language, rows in results["terms"].items()}
    themes = [
        {**theme, "terms": _shared(theme["terms"]), "label": _lasting_label(theme)}
        for theme in results["themes"]
    ]
    campaigns = [{**campaign, "variation": []} for campaign in results["campaigns"]]
    return {**results, "terms": terms, "themes": themes, "campaigns": campaigns}


def _shared(rows: _Rows) -> _Rows:
    return [row for row in rows if row["comments"] > 1]


def _lasting_label(theme: dict[str, Any]) -> str:
    alone = {row["term"] for row in theme["terms"] if row["comments"] <= 1}
    words = theme["label"].split(LABEL_JOINT)
    return LABEL_JOINT.join(word for word in words if word not in alone)


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
