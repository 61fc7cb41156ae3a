"""What the results of a run say, and what of them an answer over HTTP carries."""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from services.shared.lines import cut
from services.shared.suppression import MINIMUM_CELL

FORMAT = "tashawur-analysis/2"
LABEL_JOINT = " · "
"""Between the terms of a theme's label that the machine made."""
_LISTED = 100
"""Groups, and members of a group, that an answer over HTTP carries; the record has all."""
_REASON = 400
"""Characters of a reason that it carries."""
METHOD = {
    "minimum_cell": MINIMUM_CELL,
    "suppression": "cells of 1 to 4 people, and what subtraction, percentages or means would give",
    "participation": (
        "published submissions by what their authors told; a share's 95 % interval after Wilson, "
        "by the population share; chance alone, as if who took part had been drawn by lot"
    ),
    "campaigns": (
        "texts alike after NFKC, case folding and Arabic normalisation, or, of six words and more, "
        "near-identical: runs of three words, MinHash of 42 bands, Jaccard similarity of .3"
    ),
    "terms": "stems (Snowball) less stop words, in their commonest form, by distinct texts",
    "themes": (
        "spherical k-means on TF-IDF of stems, of distinct texts of a question and language; "
        "labelled by log-odds with an informative Dirichlet prior; 20 bootstrap draws"
    ),
    "stances": (
        "answers: sums of the cells shown of a single-choice question. learned: from 40 different "
        "texts that officers labelled, or more, a letter being one; logistic regression on TF-IDF "
        "of stems, pairs of them and runs of letters; scored on labels held out (five folds); "
        "refused below a kappa of .2; unsure below .6 against the next label; by machine, "
        "unreviewed"
    ),
    "sentiment": (
        "indicative only: words of praise less words of complaint on the project's own lists in "
        "Arabic and English, turned round within two words of a negation; blind to irony and to "
        "what is only asked for or reported; not measured in Arabic"
    ),
}


@dataclass(frozen=True, kw_only=True)
class Totals:
    """Counts of a round: in the export, public, distinct among the public, groups."""

    received: int
    published: int
    distinct: int
    campaigns: int


def shortened(results: dict[str, Any]) -> dict[str, Any]:
    """Results as HTTP answers them: the 100 largest groups, of each 100 members; reasons cut."""
    campaigns = [
        {**campaign, "comment_ids": campaign["comment_ids"][:_LISTED]}
        for campaign in results["campaigns"][:_LISTED]
    ]
    return {**results, "campaigns": campaigns, **_shortly(results.get("answers"))}


def _shortly(answers: Mapping[str, Any] | None) -> dict[str, Any]:
    """What was answered, of each reason its beginning; the record has all of it."""
    if answers is None:
        return {}
    told = {
        "themes": [_row_shortly(row) for row in answers["themes"]],
        "unthemed": _row_shortly(answers["unthemed"]),
        "corrections": [_in_few_words(each) for each in answers["corrections"]],
    }
    return {"answers": {**answers, **told}}


def _row_shortly(row: Mapping[str, Any]) -> dict[str, Any]:
    return {**row, "reasons": [_in_few_words(each) for each in row["reasons"]]}


def _in_few_words(answer: Mapping[str, Any]) -> dict[str, Any]:
    words = (name for name in ("reason", "explanation") if name in answer)
    cuts = {name: {at: cut(each, _REASON) for at, each in answer[name].items()} for name in words}
    return {**answer, **cuts}


def without(results: dict[str, Any], comment_ids: Collection[str]) -> dict[str, Any]:
    """Results that neither cite nor quote some comments; figures stay those of the analysis."""
    if not comment_ids:
        return results
    terms = {
        language: [_citing_others(row, comment_ids) for row in rows]
        for language, rows in results["terms"].items()
    }
    campaigns = [_campaign_without(each, comment_ids) for each in results["campaigns"]]
    themes = [_theme_without(each, comment_ids) for each in results["themes"]]
    stances = [_stance_without(each, comment_ids) for each in results.get("stances", ())]
    told: dict[str, Any] = {
        "campaigns": campaigns,
        "terms": terms,
        "themes": themes,
        "stances": stances,
    }
    if results.get("answers"):
        told["answers"] = _answers_without(results["answers"], comment_ids)
    return {**results, **told}


def told_by_theme(results: Mapping[str, Any], now: Callable[[str], str | None]) -> dict[str, Any]:
    """Stances and tones of results, those by theme under the ids that the themes have now.

    Parameters
    ----------
    now : callable
        Id by former id, ``None`` of a theme of which it is told no more.

    Returns
    -------
    dict
        The parts ``stances`` and ``sentiment``; of themes that are one now the sum.
    """
    tones = results["sentiment"]
    stances = []
    for row in results["stances"]:
        former = ((each["theme_id"], each["counts"]) for each in row["by_theme"])
        counts = _added(former, now).items()
        listed = [{"theme_id": theme_id, "counts": each} for theme_id, each in counts]
        stances.append({**row, "by_theme": listed})
    return {
        "stances": stances,
        "sentiment": {**tones, "by_theme": _added(tones["by_theme"].items(), now)},
    }


def _added(
    told: Iterable[tuple[str, Mapping[str, int]]], now: Callable[[str], str | None]
) -> dict[str, dict[str, int]]:
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for former, counts in told:
        theme_id = now(former)
        if theme_id:
            found[theme_id].update(counts)
    return {theme_id: dict(found[theme_id]) for theme_id in sorted(found)}


def _campaign_without(campaign: dict[str, Any], gone: Collection[str]) -> dict[str, Any]:
    left = _others(campaign["comment_ids"], gone)
    if len(left) == len(campaign["comment_ids"]):
        return campaign
    # What varies is told in words of any member: of one that is gone, too.
    told: dict[str, Any] = {"comment_ids": left, "variation": []}
    if campaign["representative"] in gone:
        told |= {"representative": next(iter(left), None), "text": None}
    return {**campaign, **told}


def _theme_without(theme: dict[str, Any], gone: Collection[str]) -> dict[str, Any]:
    """A theme that neither quotes nor cites some comments, nor do the machine's versions of it."""
    terms = [_citing_others(row, gone) for row in theme["terms"]]
    quotes = [quote for quote in theme["quotes"] if quote["comment_id"] not in gone]
    seen = {**theme, "terms": terms, "quotes": quotes}
    if theme.get("machine"):
        seen["machine"] = _theme_without(theme["machine"], gone)
    if theme.get("merged"):
        seen["merged"] = [_theme_without(each, gone) for each in theme["merged"] if each]
    return seen


def _stance_without(stance: dict[str, Any], gone: Collection[str]) -> dict[str, Any]:
    citing = {outcome: _others(ids, gone) for outcome, ids in stance["citing"].items()}
    return {**stance, "citing": citing}


def _answers_without(answers: dict[str, Any], gone: Collection[str]) -> dict[str, Any]:
    themes = [_row_without(row, gone) for row in answers["themes"]]
    told = {
        "themes": themes,
        "unthemed": _row_without(answers["unthemed"], gone),
        "corrections": corrections_without(answers["corrections"], gone),
    }
    return {**answers, **told}


def corrections_without(
    corrections: Iterable[dict[str, Any]], gone: Collection[str]
) -> list[dict[str, Any]]:
    """Corrections of answers; of what corrects a comment that is gone the target is ``None``."""
    return [
        {**each, "target": None} if each["target"].get("comment_id") in gone else each
        for each in corrections
    ]


def _row_without(row: dict[str, Any], gone: Collection[str]) -> dict[str, Any]:
    return {**row, "reasons": [_citing_others(reason, gone) for reason in row["reasons"]]}


def _citing_others(row: dict[str, Any], gone: Collection[str]) -> dict[str, Any]:
    return {**row, "citing": _others(row["citing"], gone)}


def _others(comment_ids: list[str], gone: Collection[str]) -> list[str]:
    return [comment_id for comment_id in comment_ids if comment_id not in gone]
