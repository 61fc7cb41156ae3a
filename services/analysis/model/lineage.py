"""Themes of a new run that are those of an earlier one keep their ids."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from services.analysis.model.assignment import Assignments
from services.analysis.model.results import told_by_theme

SAME = 0.5
"""Jaccard index of the members from which on two themes count as one and the same."""
ThemeIds = Iterable[str]
Likeness = tuple[float, str, str]


def inherited(
    results: dict[str, Any],
    rows: Iterable[dict[str, Any]],
    former: Assignments,
    *,
    corrected: Mapping[str, Iterable[str]],
) -> tuple[dict[str, Any], Iterator[dict[str, Any]]]:
    """Results and assignments of a new run, its themes under the ids that they had before.

    The id of a theme that was made of a seed says which seed: it stays.

    Parameters
    ----------
    rows : iterable of dict
        Assignments, by comment id; gone through twice.
    corrected : mapping
        Themes of comments, by id, that officers changed: a theme counts as the same if it is like
        what the machine had found, or like what officers had made of it.
    """
    machines = Common(each.theme_ids for each in former)
    officers = Common(corrected.get(each.comment_id, each.theme_ids) for each in former)
    for row in rows:
        before = former.get(row["comment_id"])
        was = before.theme_ids if before else ()
        machines.add(was, row["theme_ids"])
        officers.add(corrected.get(row["comment_id"], was), row["theme_ids"])
    seeded = {theme["theme_id"] for theme in results["themes"] if theme["seed"]}
    known = inherit(machines, officers, seeded=seeded)

    def now_of(theme_id: str) -> str:
        return known.get(theme_id, theme_id)

    themes = [
        {
            **theme,
            "theme_id": now_of(theme["theme_id"]),
            "overlap": [{**o, "theme_id": now_of(o["theme_id"])} for o in theme["overlap"]],
        }
        for theme in results["themes"]
    ]
    renamed = ({**row, "theme_ids": sorted(map(now_of, row["theme_ids"]))} for row in rows)
    return {**results, "themes": themes, **told_by_theme(results, now_of)}, renamed


class Common:
    """How many comments themes of two times have, and have in common.

    Parameters
    ----------
    olds : iterable of iterable of str
        Themes of each comment then.
    """

    def __init__(self, olds: Iterable[ThemeIds]) -> None:
        self.olds = Counter(each for theme_ids in olds for each in theme_ids)
        self.news = Counter[str]()
        self._both = Counter[tuple[str, str]]()

    def add(self, old: ThemeIds, new: ThemeIds) -> None:
        """Count a comment of now: its themes then and now."""
        self.news.update(new)
        self._both.update((o, n) for o in old for n in new)

    def alike(self) -> Iterator[Likeness]:
        """Themes that are one and the same: less the Jaccard index, old id, new id."""
        for (old, new), shared in self._both.items():
            either = self.olds[old] + self.news[new] - shared
            if shared >= SAME * either:
                yield -shared / either, old, new


def inherit(*times: Common, seeded: Collection[str] = ()) -> dict[str, str]:
    """Old ids of new themes, the most alike first, each id once.

    Parameters
    ----------
    times : sequence of Common
        The new themes with the old ones, as these were at different times.
    seeded : collection of str
        Themes that go on as no other, nor any other as they.

    Returns
    -------
    dict
        Old id by new id, of those new themes whose members overlap an old one's by a Jaccard
        index of `SAME` and more. A theme with an id that there was before keeps it.
    """
    olds = {each for common in times for each in common.olds}
    news = {each for common in times for each in common.news}
    settled = (news & olds) | set(seeded)
    found: dict[str, str] = {}
    taken = set(settled)
    for _, former, later in sorted(each for common in times for each in common.alike()):
        if former not in taken and later not in found and later not in settled:
            found[later] = former
            taken.add(former)
    return found
