"""In how many comments each term occurs; of several shards the sum is that of one."""

from bisect import insort
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from services.analysis.engine.spoken import UNCOUNTED, Places, Spoken

SHOWN = 30
"""Terms shown of a language."""
_CITED = 3
_LEAST_COMMENTS = 2


@dataclass(slots=True)
class Term:
    """Comments that a term occurs in.

    Attributes
    ----------
    comments, distinct : int
        How many, and how many of them said something new.
    surfaces : dict
        How often it was written how.
    citing : list of str
        The three smallest ids.
    """

    comments: int = 0
    distinct: int = 0
    surfaces: dict[str, int] = field(default_factory=dict)
    citing: list[str] = field(default_factory=list)

    @property
    def shown(self) -> str:
        """Its commonest surface form."""
        return min(self.surfaces, key=lambda word: (-self.surfaces[word], word))

    def cite(self, comment_id: str) -> None:
        """Cite a comment; ids are as good as random, so that the smallest are a fair sample."""
        if len(self.citing) == _CITED and comment_id >= self.citing[-1]:
            return
        if comment_id not in self.citing:
            insort(self.citing, comment_id)
            del self.citing[_CITED:]


class Terms(dict[str, Term]):
    """Terms by their stems."""

    def include(self, counts: Mapping[str, Any]) -> None:
        """Add what was counted of some comments (`counted`)."""
        for form, (comments, distinct, surfaces, citing) in counts.items():
            term = self.setdefault(form, Term())
            term.comments += comments
            term.distinct += distinct
            for surface, written in surfaces.items():
                term.surfaces[surface] = term.surfaces.get(surface, 0) + written
            for comment_id in citing:
                term.cite(comment_id)

    def table(self) -> list[dict[str, Any]]:
        """The most frequent terms, each in its commonest form.

        Ranked by distinct texts: a letter sent a thousand times does not choose the words.
        """
        return sorted(self._rows(), key=lambda r: (-r["distinct"], -r["comments"], r["term"]))[
            :SHOWN
        ]

    def _rows(self) -> Iterator[dict[str, Any]]:
        for term in self.values():
            if term.comments >= _LEAST_COMMENTS:
                yield {
                    "term": term.shown,
                    "comments": term.comments,
                    "distinct": term.distinct,
                    "citing": term.citing,
                }


def counted(
    said: Spoken, groups: Places, *, comment_ids: Sequence[str], is_new: npt.NDArray[np.bool_]
) -> dict[int, dict[str, Any]]:
    """Terms of each group of texts: what `Terms.include` takes, as JSON has it.

    Parameters
    ----------
    groups : array of int64
        Group of each text; `UNCOUNTED` leaves it out.
    comment_ids : sequence of str
        Whose each text is.
    is_new : array of bool
        Whether nobody had said its words before.

    Returns
    -------
    dict
        By group and stem: comments, distinct ones, how often written how, the smallest ids.
    """
    width = max(len(said.forms), 1)
    texts, forms, _ = said.pairs
    inside = groups[texts] != UNCOUNTED
    texts, forms = texts[inside], forms[inside]
    ids, whose = np.unique(np.array(comment_ids, np.str_), return_inverse=True)
    keys = groups[texts] * width + forms
    order = np.lexsort((whose[texts], keys))
    keys, texts = keys[order], texts[order]
    starts = np.flatnonzero(np.diff(keys, prepend=-1))
    sizes = np.diff(starts, append=len(keys)).tolist()
    distinct = np.add.reduceat(is_new[texts].astype(np.int64), starts) if len(keys) else starts
    citing = _citing(keys, whose[texts], ids)
    surfaces = _surfaces(said, groups, width)
    found: dict[int, dict[str, Any]] = defaultdict(dict)
    for key, size, new in zip(keys[starts].tolist(), sizes, distinct.tolist(), strict=True):
        group, form = divmod(key, width)
        found[group][said.forms[form]] = [size, new, surfaces[key], citing[key]]
    return dict(found)


def _citing(keys: Places, whose: Places, ids: npt.NDArray[np.str_]) -> dict[int, list[str]]:
    """The smallest ids of each key, which are in order by key and id; one that repeats once."""
    is_other = (np.diff(keys, prepend=-1) != 0) | (np.diff(whose, prepend=-1) != 0)
    keys, names = keys[is_other], ids[whose[is_other]].tolist()
    starts = np.flatnonzero(np.diff(keys, prepend=-1))
    ends = np.minimum(starts + _CITED, np.append(starts[1:], len(keys)))
    rows = zip(keys[starts].tolist(), starts.tolist(), ends.tolist(), strict=True)
    return {key: names[start:end] for key, start, end in rows}


def _surfaces(said: Spoken, groups: Places, width: int) -> dict[int, dict[str, int]]:
    """How often the stems of each group are written how."""
    forms = said.form_of[said.places]
    of_word = groups[said.texts]
    kept = (forms != UNCOUNTED) & (of_word != UNCOUNTED)
    many = max(len(said.surfaces), 1)
    keys, times = np.unique(of_word[kept] * many + said.places[kept], return_counts=True)
    found: dict[int, dict[str, int]] = defaultdict(dict)
    forms_of = said.form_of[keys % many]
    for key, form, count in zip(keys.tolist(), forms_of.tolist(), times.tolist(), strict=True):
        group, place = divmod(key, many)
        found[group * width + form][said.surfaces[place]] = count
    return found
