"""Results without the words of comments that were erased, and without what no erasure reaches."""

from collections.abc import Collection, Mapping
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
    return without(named({**results, "terms": terms, "themes": themes}), gone)


def lasting(results: dict[str, Any]) -> dict[str, Any]:
    """Results to be sealed for good: without words that stand apart from whose they are.

    A term that one comment alone has is that person's word, in a label too; what varies in a letter
    is the words of more people than are named beside it. Quotes and letters stay, as the record has
    them where erasure reaches them.
    """
    terms = {language: _shared(rows) for language, rows in results["terms"].items()}
    themes = [_with_terms(theme, _shared(theme["terms"])) for theme in results["themes"]]
    campaigns = [{**campaign, "variation": []} for campaign in results["campaigns"]]
    return named({**results, "terms": terms, "themes": themes, "campaigns": campaigns})


def named(results: dict[str, Any]) -> dict[str, Any]:
    """Results whose answers by theme have the labels that their themes have."""
    answers = results.get("answers")
    if not answers:
        return results
    labels = {theme["theme_id"]: theme["label"] for theme in results["themes"]}
    themes = [
        # What officers made of themes since the announcement the answers do not know.
        {**row, "label": labels.get(row["theme_id"], row.get("label", ""))}
        for row in answers["themes"]
    ]
    return {**results, "answers": {**answers, "themes": themes}}


def _shared(rows: _Rows) -> _Rows:
    return [row for row in rows if row["comments"] > 1]


def _with_terms(theme: dict[str, Any], kept: _Rows) -> dict[str, Any]:
    """A theme with some of its terms; the machine's label has none of the others."""
    left = {**theme, "terms": kept}
    if theme["label"] in _officers_names(theme):
        return left
    lost = {row["term"] for row in theme["terms"]} - {row["term"] for row in kept}
    words = theme["label"].split(LABEL_JOINT)
    return {**left, "label": LABEL_JOINT.join(word for word in words if word not in lost)}


def _officers_names(theme: Mapping[str, Any]) -> set[str]:
    title = theme.get("title") or {}
    return {name for name in (theme.get("seed"), title.get("en")) if name}


def _theme(theme: dict[str, Any], gone: frozenset[str]) -> dict[str, Any]:
    """A theme, and the machine's versions of it."""
    left = _with_terms(theme, _of_others(theme["terms"], gone))
    if theme.get("machine"):
        left["machine"] = _theme(theme["machine"], gone)
    if theme.get("merged"):
        left["merged"] = [_theme(each, gone) for each in theme["merged"] if each]
    return left


def _of_others(rows: _Rows, gone: frozenset[str]) -> _Rows:
    """Terms for which somebody else is cited, or nobody was."""
    return [row for row in rows if not row["citing"] or not gone.issuperset(row["citing"])]
