"""Themes of a new run that are those of an earlier one keep their ids."""

from collections import Counter
from collections.abc import Iterable, Mapping

SAME = 0.5
"""Jaccard index of the members from which on two themes count as one and the same."""
Members = Mapping[str, Iterable[str]]


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
        index of `SAME` and more.
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
        if shared >= SAME * (olds[o] + news[n] - shared)
    ]
    found: dict[str, str] = {}
    taken: set[str] = set()
    for _, former, later in sorted(alike):
        if former not in taken and later not in found:
            found[later] = former
            taken.add(former)
    return found
