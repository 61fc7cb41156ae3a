"""Open what the authors of a round's published submissions tell of themselves, to count it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from services.comments.data_keys import DataKeys
from services.comments.model.comment import Comment
from services.comments.model.sealing import SealBroken, unseal
from services.comments.model.turnout import Turnout
from services.comments.model.window import Window
from services.shared.observability import logger


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
        if comment.sealed is None or self.window.data_key is None or not self.turnout.asks:
            return {}
        key = self.data_keys.plain(self.window)
        try:
            personal = unseal(comment.sealed, key=key, bound_to=comment.comment_id)
        except SealBroken:
            # One that cannot be read counts among those who told nothing; the others can.
            logger("comments").error("demographics_unreadable", comment_id=comment.comment_id)
            return {}
        told: Mapping[str, Any] = personal.get("demographics") or {}
        return told
