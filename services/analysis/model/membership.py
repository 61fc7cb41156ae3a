"""Which comments are in which themes, while officers' corrections change it."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Set

from services.analysis.model.assignment import Assignments


class Membership:
    """Members of the themes of a run.

    Parameters
    ----------
    assignments : Assignments
        Comments of the run, in the machine's themes.
    """

    def __init__(self, assignments: Assignments) -> None:
        self._assignments = assignments
        self._changed: dict[str, tuple[str, ...]] = {}
        self._members: dict[str, set[str]] = defaultdict(set)
        self._recast: set[str] = set()
        self._merged: dict[str, str] = {}
        for each in assignments:
            for theme_id in each.theme_ids:
                self._members[theme_id].add(each.comment_id)

    @property
    def changed(self) -> Mapping[str, tuple[str, ...]]:
        """Themes of the comments whose themes are others than the machine's."""
        return self._changed

    def of(self, comment_id: str) -> tuple[str, ...]:
        """Themes of a comment."""
        known = self._assignments.get(comment_id)
        return self._changed.get(comment_id, known.theme_ids if known else ())

    def members(self, theme_id: str) -> Set[str]:
        """Comments of a theme."""
        return self._members.get(theme_id, frozenset())

    def place(self, comment_id: str, *, leave: Iterable[str], enter: str | None) -> None:
        """Put a comment into a theme, or into none, and take it out of others."""
        present = set(self.of(comment_id))
        entered = ({enter} if enter else set()) - present
        left = (set(leave) & present) - {enter}
        for theme_id in left:
            self._members[theme_id].discard(comment_id)
        for theme_id in entered:
            self._members[theme_id].add(comment_id)
        if entered or left:
            self._recast |= left | entered
            self._changed[comment_id] = tuple(sorted((present - left) | entered))

    def merge(self, kept: str, other: str) -> None:
        """Put all of a theme into another one, in whose place it is named from now on."""
        for comment_id in sorted(self._members.pop(other, ())):
            self._members[kept].add(comment_id)
            self._changed[comment_id] = tuple(sorted({*self.of(comment_id), kept} - {other}))
        self._merged |= dict.fromkeys((other, *self.parts(other)), kept)
        if other in self._recast:
            self._recast.add(kept)

    def now(self, theme_id: str) -> str:
        """The theme that one was merged into, or that one itself."""
        return self._merged.get(theme_id, theme_id)

    def parts(self, theme_id: str) -> list[str]:
        """Themes that were merged into one."""
        return [other for other, kept in self._merged.items() if kept == theme_id]

    def is_recast(self, theme_id: str) -> bool:
        """Whether its comments are others than all of the machine's themes that it is made of."""
        return theme_id in self._recast
