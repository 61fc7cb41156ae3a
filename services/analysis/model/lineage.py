"""Themes of a new run that are those of an earlier one keep their ids."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from services.analysis.model.assignment import Assignments

SAME = 0.5
"""Jaccard index of the members from which on two themes count as one and the same."""
Members = Mapping[str, Iterable[str]]


def inherited(
    results: dict[str, Any], rows: list[dict[str, Any]], former: Assignments
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Results and assignments of a new run, its themes under the ids that they had before.

    The id of a theme that was made of a seed says which seed: it stays.
    """
    seeded = {theme["theme_id"] for theme in results["themes"] if theme["seed"]}
    known = inherit(
        {each.comment_id: each.theme_ids for each in former},
        {row["comment_id"]: set(row["theme_ids"]) - seeded for row in rows},
    )
    themes = [
        {
            **theme,
            "theme_id": known.get(theme["theme_id"], theme["theme_id"]),
            "overlap": [
                {**each, "theme_id": known.get(each["theme_id"], each["theme_id"])}
                for each in theme["overlap"]
            ],
        }
        for theme in results["themes"]
    ]
    renamed = [
        {**row, "theme_ids": sorted(known.get(each, each) for each in row["theme_ids"])}
        for row in rows
    ]
    return {**results, "themes": themes, **_told_by_theme(results, known)}, renamed


def _told_by_theme(results: dict[str, Any], known: Mapping[str, str]) -> dict[str, Any]:
    """Tones and stances by theme, under the themes' former ids."""
    tones = results["sentiment"]["by_theme"]
    stances = [
        {
            **row,
            "by_theme": [
                {**each, "theme_id": known.get(each["theme_id"], each["theme_id"])}
                for each in row["by_theme"]
            ],
        }
        for row in results["stances"]
    ]
    by_theme = {known.get(theme_id, theme_id): counts for theme_id, counts in tones.items()}
    return {"stances": stances, "sentiment": {**results["sentiment"], "by_theme": by_theme}}


def inherit(old: Members, new: Members) -> dict[str, str]:
    """Old ids of new themes, the most alike first, each id once.

    Parameters
    ----------
    old, new : mapping
        Theme ids by comment id.

    Returns
    -------
    dict
        Old id by new id, of those new themes whose members overlap an old one's by a Jaccard
        index of `SAME` and more. A theme with an id that there was before keeps it.
    """
    olds, news, both = Counter[str](), Counter[str](), Counter[tuple[str, str]]()
    for theme_ids in old.values():
        olds.update(set(theme_ids))
    for comment_id, theme_ids in new.items():
        mine = set(theme_ids)
        news.update(mine)
        both.update((o, n) for o in set(old.get(comment_id, ())) for n in mine)
    alike = [
        (-shared / (olds[o] + news[n] - shared), o, n)
        for (o, n), shared in both.items()
        if shared >= SAME * (olds[o] + news[n] - shared) and o not in news and n not in olds
    ]
    found: dict[str, str] = {}
    taken: set[str] = set()
    for _, former, later in sorted(alike):
        if former not in taken and later not in found:
            found[later] = former
            taken.add(former)
    return found
