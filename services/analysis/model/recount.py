"""Figures of themes whose members officers changed.

Counted by the assignments, which have no texts. What only the texts could tell, of a theme that is
several of the machine's is their sum, and of one that is not nothing.
"""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from services.analysis.model.assignment import Assignments
from services.analysis.model.membership import Membership

Theme = dict[str, Any]
_ROUNDED = 6
_QUOTES = 5


class Recount:
    """Counts themes anew.

    Parameters
    ----------
    machine : mapping
        The machine's themes by id.
    """

    def __init__(
        self, machine: Mapping[str, Theme], membership: Membership, assignments: Assignments
    ) -> None:
        self._machine = machine
        self._membership = membership
        self._assignments = assignments

    def of(self, theme: Theme) -> Theme:
        """A theme, its figures as its members are now."""
        theme_id = theme["theme_id"]
        told = {**theme, "overlap": self._overlap(theme_id)}
        is_machines = theme_id in self._machine and not self._membership.parts(theme_id)
        if is_machines and not self._membership.is_recast(theme_id):
            return told
        members = self._membership.members(theme_id)
        known = [self._assignments.get(each) for each in members]
        return {
            **told,
            "size": len(members),
            "distinct": len({each.campaign_id or each.comment_id for each in known if each}),
            "share": self._share(theme, len(members)),
            "holds": [],
            "quotes": self._quotes(theme),
        }

    def told_under(self, theme_id: str) -> str | None:
        """Under which id what the texts told of a theme of the machine's stands now."""
        now = self._membership.now(theme_id)
        return None if self._membership.is_recast(now) else now

    def _overlap(self, theme_id: str) -> list[dict[str, Any]]:
        if self._membership.is_recast(theme_id):
            return []
        counts = Counter[str]()
        for part in (theme_id, *self._membership.parts(theme_id)):
            for each in self._machine.get(part, {}).get("overlap", ()):
                counts[self._membership.now(each["theme_id"])] += each["comments"]
        del counts[theme_id]
        return [{"theme_id": other, "comments": n} for other, n in sorted(counts.items())]

    def _quotes(self, theme: Theme) -> list[dict[str, Any]]:
        members = self._membership.members(theme["theme_id"])
        quotes = {
            quote["comment_id"]: quote
            for each in self._machine.values()
            if each["question_id"] == theme["question_id"]
            for quote in each["quotes"]
            if quote["comment_id"] in members
        }
        return list(quotes.values())[:_QUOTES]

    def _share(self, theme: Theme, size: int) -> float | None:
        """Of the comments that the machine's shares of the same question are of."""
        own = self._machine.get(theme["theme_id"])
        asked = theme["question_id"]
        alike = [own] if own else [t for t in self._machine.values() if t["question_id"] == asked]
        # Of statements in other languages the next run tells the share.
        same = (t for t in alike if t["languages"] == theme["languages"])
        one = next((t for t in same if t["size"] and t["share"]), None)
        return round(size * one["share"] / one["size"], _ROUNDED) if one else None
