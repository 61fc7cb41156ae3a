"""Windows as a container remembers them, for less than 30 seconds each."""

from datetime import datetime, timedelta

from services.comments.model.window import Window
from services.comments.store import CommentStore
from services.shared.errors import NotFound

LIFETIME = timedelta(seconds=30)
"""A shortened window ends 60 s from now at the earliest: at this age none takes a late comment."""


class WindowCache:
    """Reads windows through a short memory.

    Parameters
    ----------
    store : CommentStore
        Where the windows are.
    """

    def __init__(self, store: CommentStore) -> None:
        self._store = store
        self._known: dict[tuple[str, int | None], tuple[datetime, Window]] = {}

    def current(self, topic_id: str, *, at: datetime) -> Window:
        """Window of a topic's current round; at most 30 s old at the instant `at`.

        Raises
        ------
        NotFound
            If no round of the topic ever had a window.
        """
        return self._remembered(topic_id, None, at) or self.reread(topic_id, at=at)

    def of_round(self, topic_id: str, round_: int, *, at: datetime) -> Window:
        """Window of a given round; see `current`."""
        return self._remembered(topic_id, round_, at) or self.reread(topic_id, round_, at=at)

    def reread(self, topic_id: str, round_: int | None = None, *, at: datetime) -> Window:
        """Window as the table has it now, remembered from here on; see `current`."""
        number = self._store.current_round(topic_id) if round_ is None else round_
        window = self._store.window(topic_id, number) if number else None
        if window is None:
            raise NotFound("unknown_topic")
        self._known[topic_id, round_] = (at, window)
        return window

    def _remembered(self, topic_id: str, round_: int | None, at: datetime) -> Window | None:
        read_at, window = self._known.get((topic_id, round_), (None, None))
        fresh = read_at is not None and timedelta(0) <= at - read_at < LIFETIME
        return window if fresh else None
