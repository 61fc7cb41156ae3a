"""In how many comments each term occurs; of several shards the sum is that of one."""

from bisect import insort
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from services.analysis.engine.stems import Token

SHOWN = 30
"""Terms shown of a language."""
_CITED = 3
_LEAST_COMMENTS = 2


@dataclass
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

    def add(self, comment_id: str, tokens: Iterable[Token], *, is_new: bool) -> None:
        """Count one comment's terms; `is_new` tells whether nobody had said its words before."""
        seen = set()
        for form, surface in tokens:
            term = self.get(form)
            if term is None:
                self[form] = term = Term()
            term.surfaces[surface] = term.surfaces.get(surface, 0) + 1
            if form not in seen:
                seen.add(form)
                term.comments += 1
                term.distinct += is_new
                term.cite(comment_id)

    @property
    def counts(self) -> dict[str, Any]:
        """What was counted so far, as JSON has it."""
        return {
            form: [term.comments, term.distinct, term.surfaces, term.citing]
            for form, term in self.items()
        }

    def include(self, counts: Mapping[str, Any]) -> None:
        """Add what was counted of other comments (`counts`)."""
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
