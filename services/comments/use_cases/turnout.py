"""Open what the authors of a round's published submissions tell of themselves, to count it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from services.comments.data_keys import DataKeys
from services.comments.model.comment import Comment
from services.comments.model.turnout import Turnout
from services.comments.model.window import Window
from services.comments.use_cases.unsealed import personal_part


@dataclass(frozen=True, kw_only=True)
class Census:
    """Counts a round's published submissions while somebody else reads them.

    Attributes
    ----------
    data_keys : DataKeys
        Unwraps the round's key, once, and only if something was sealed with it.
    """

    window: Window
    turnout: Turnout
    data_keys: DataKeys

    def passing(self, comments: Iterable[Comment]) -> Iterator[Comment]:
        """The same comments, counted as they pass."""
        for comment in comments:
            if comment.status == "published":
                self.turnout.add(self._told(comment))
            yield comment

    def _told(self, comment: Comment) -> Mapping[str, Any]:
        """What was sealed of the author's demographics, and nothing of what lies beside it."""
        if not self.turnout.asks:
            return {}
        personal = personal_part(comment, self.window, self.data_keys)
        told: Mapping[str, Any] = personal.get("demographics") or {}
        return told
