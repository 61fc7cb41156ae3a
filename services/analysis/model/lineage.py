"""Themes of a new run that are those of an earlier one keep their ids."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

from services.analysis.model.assignment import Assignments
from services.analysis.model.results import told_by_theme

SAME = 0.5
"""Jaccard index of the members from which on two themes count as one and the same."""
Members = Mapping[str, Iterable[str]]


def inherited(
    results: dict[str, Any],
    rows: list[dict[str, Any]],
    former: Assignments,
    *,
    corrected: Mapping[str, Iterable[str]],
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Results and assignments of a new run, its themes under the ids that they had before.

    The id of a theme that was made of a seed says which seed: it stays.

    Parameters
    ----------
    corrected : mapping
        Themes of comments, by id, that officers changed: a theme counts as the same if it is like
        what the machine had found, or like what officers had made of it.
    """
    machines = {each.comment_id: each.theme_ids for each in former}
    known = inherit(
        (machines, {**machines, **corrected}),
        {row["comment_id"]: row["theme_ids"] for row in rows},
        seeded={theme["theme_id"] for theme in results["themes"] if theme["seed"]},
    )

    def now(theme_id: str) -> str:
        return known.get(theme_id, theme_id)

    themes = [
        {
            **theme,
            "theme_id": now(theme["theme_id"]),
            "overlap": [{**each, "theme_id": now(each["theme_id"])} for each in theme["overlap"]],
        }
        for theme in results["themes"]
    ]
    renamed = [{**row, "theme_ids": sorted(map(now, row["theme_ids"]))} for row in rows]
    return {**results, "themes": themes, **told_by_theme(results, now)}, renamed


def inherit(
    olds: Sequence[Members], new: Members, *, seeded: Collection[str] = ()
) -> dict[str, str]:
    """Old ids of new themes, the most alike first, each id once.

    Parameters
    ----------
    olds : sequence of mapping
        Theme ids by comment id, as the themes were at different times.
    new : mapping
        The same of the new themes.
    seeded : collection of str
        Themes of which nothing is sought, and nothing is a continuation.

    Returns
    -------
    dict
        Old id by new id, of those new themes whose members overlap an old one's by a Jaccard
        index of `SAME` and more. A theme with an id that there was before keeps it.
    """
    news = {each for theme_ids in new.values() for each in theme_ids}
    before = {each for old in olds for theme_ids in old.values() for each in theme_ids}
    settled = (news & before) | set(seeded)
    found: dict[str, str] = {}
    taken = set(settled)
    for _, former, later in sorted(each for old in olds for each in _alike(old, new)):
        if former not in taken and later not in found and later not in settled:
            found[later] = former
            taken.add(former)
    return found


def _alike(old: Members, new: Members) -> Iterator[tuple[float, str, str]]:
    """Themes that are one and the same: less the Jaccard index, the old one's id, the new one's."""
    olds, news, both = Counter[str](), Counter[str](), Counter[tuple[str, str]]()
    for theme_ids in old.values():
        olds.update(set(theme_ids))
    for comment_id, theme_ids in new.items():
        mine = set(theme_ids)
        news.update(mine)
        both.update((o, n) for o in set(old.get(comment_id, ())) for n in mine)
    for (o, n), shared in both.items():
        either = olds[o] + news[n] - shared
        if shared >= SAME * either:
            yield -shared / either, o, n
