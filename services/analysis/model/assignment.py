"""What the analysis knows of each comment: enough to tell its answer, nothing of its text."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from copy import copy
from typing import Any, NamedTuple

from services.analysis.model.change import Change

_GONE = frozenset({"withdrawn", "erased"})


class Assignment(NamedTuple):
    """One comment: what it belongs to, and where it stood when the round was analysed.

    Attributes
    ----------
    theme_ids : tuple of str
        Themes of its statements, sorted.
    learned : tuple of str
        Themes that officers' corrections of others teach for it.
    restoration : int
        Which restoration of the round's brought it back, once moderation had rejected it; 0: none.
    """

    comment_id: str
    kind: str | None
    status: str
    language: str | None
    campaign_id: str | None
    reason_code: str | None
    theme_ids: tuple[str, ...] = ()
    learned: tuple[str, ...] = ()
    restoration: int = 0

    @property
    def is_gone(self) -> bool:
        """Whether it was withdrawn or erased, so that there is nothing to answer."""
        return self.status in _GONE

    @property
    def is_rejected(self) -> bool:
        """Whether moderation rejected it, which is its answer."""
        return self.status == "rejected"

    @property
    def needs_disposition(self) -> bool:
        """Whether an officer must answer it: all but the rejected and the withdrawn or erased."""
        return not (self.is_gone or self.is_rejected)


class Assignments:
    """All comments of a round, in the order of their ids.

    Parameters
    ----------
    rows : iterable of mapping
        Of each comment the attributes of `Assignment`.
    """

    def __init__(self, rows: Iterable[dict[str, Any]]) -> None:
        found = sorted(_assigned(rows), key=lambda each: each.comment_id)
        self._by_id = {assignment.comment_id: assignment for assignment in found}
        self._changed: dict[str, Assignment] = {}
        self.campaign_ids = frozenset(a.campaign_id for a in found if a.campaign_id)
        self.theme_ids = frozenset(theme_id for a in found for theme_id in a.theme_ids)

    def __iter__(self) -> Iterator[Assignment]:
        changed = self._changed
        return (changed.get(each.comment_id, each) for each in self._by_id.values())

    def __len__(self) -> int:
        return len(self._by_id)

    def get(self, comment_id: str) -> Assignment | None:
        """What is known of a comment, or ``None`` if the round has no such comment."""
        return self._changed.get(comment_id) or self._by_id.get(comment_id)

    def with_changes(self, changes: Iterable[Change]) -> "Assignments":
        """The same comments as they stand after changes; of comments unknown here, nothing.

        A round has up to millions of comments and few changes, so that only these are copied.
        """
        seen = copy(self)
        pairs = ((self.get(change.comment_id), change) for change in changes)
        seen._changed = self._changed | {
            former.comment_id: former._replace(
                status=change.status,
                reason_code=change.reason_code,
                restoration=change.restoration,
            )
            for former, change in pairs
            if former and not former.is_gone
        }
        return seen

    def restored_after(self, restoration: int) -> "Assignments":
        """Those alone that were restored later than by one of the round's restorations."""
        seen = copy(self)
        later = (each for each in self._changed.values() if each.restoration > restoration)
        seen._by_id = {each.comment_id: each for each in sorted(later)}
        seen._changed = {}
        return seen

    def with_themes(
        self, changed: Mapping[str, tuple[str, ...]], known: Iterable[str]
    ) -> "Assignments":
        """The same comments in the themes that officers put some into; `known`: all themes."""
        seen = copy(self)
        seen._changed = self._changed | {
            comment_id: former._replace(theme_ids=theme_ids)
            for comment_id, theme_ids in changed.items()
            if (former := self.get(comment_id))
        }
        seen.theme_ids = frozenset(known)
        return seen


def _assigned(rows: Iterable[Mapping[str, Any]]) -> Iterator[Assignment]:
    """Assignments of rows, what is equal in millions of them kept once."""
    kept: dict[Any, Any] = {}
    for row in rows:
        theme_ids, learned = (tuple(row.get(name, ())) for name in ("theme_ids", "learned"))
        told = {
            name: kept.setdefault(value, value)
            for name, value in {**row, "theme_ids": theme_ids, "learned": learned}.items()
            if name != "comment_id"
        }
        yield Assignment(comment_id=row["comment_id"], **told)


def after(assignments: list[Assignment], comment_id: str | None) -> list[Assignment]:
    """Those of a sorted list that come after an id; all of them without one."""
    if comment_id is None:
        return assignments
    start = bisect_right(assignments, comment_id, key=lambda found: found.comment_id)
    return assignments[start:]
