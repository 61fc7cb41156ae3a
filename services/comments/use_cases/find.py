"""Find a comment of a topic by its id."""

import re
from dataclasses import dataclass
from datetime import datetime

from services.comments.model.comment import Comment
from services.comments.model.window import Window
from services.comments.store import CommentStore
from services.comments.window_cache import WindowCache
from services.shared.errors import NotFound
from services.shared.ids import ID_PATTERN

_FORM = re.compile(ID_PATTERN)


@dataclass(frozen=True, kw_only=True)
class Found:
    """A comment and the window of its round."""

    comment: Comment
    window: Window


def find(
    topic_id: str, comment_id: str, *, store: CommentStore, windows: WindowCache, at: datetime
) -> Found:
    """Comment of any round of a topic, whatever its status; the latest round is looked at first.

    Raises
    ------
    NotFound
        If there is none.
    """
    if not _FORM.fullmatch(comment_id):
        raise NotFound
    latest = windows.current(topic_id, at=at)
    for number in range(latest.round, 0, -1):
        window = latest if number == latest.round else _earlier(latest, number, windows, at)
        comment = store.comment(comment_id, window=window) if window else None
        if window and comment:
            return Found(comment=comment, window=window)
    raise NotFound


def _earlier(latest: Window, number: int, windows: WindowCache, at: datetime) -> Window | None:
    try:
        return windows.of_round(latest.topic_id, number, at=at)
    except NotFound:  # a round that was withdrawn before it opened
        return None
