"""Read what is public: the list, and one comment."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services.comments.model.comment import COUNTED, Comment, public_view
from services.comments.model.window import Window
from services.comments.receipt_keys import ReceiptKeys
from services.comments.store import CommentStore
from services.comments.use_cases.find import find
from services.comments.window_cache import WindowCache
from services.shared.errors import NotFound

PAGE = 100
EXAMINED = 1_000
"""How many comments one request looks at, at most, to find those that a filter asks for."""

AskDispositions = Callable[[str, int, Sequence[str]], Mapping[str, Any]]
"""Dispositions by comment id (topic, round, ≤ 100 ids), as analysis-serve gives them."""


@dataclass(frozen=True, kw_only=True)
class Reading:
    """What reading needs, wired once per container."""

    store: CommentStore
    windows: WindowCache
    signer: ReceiptKeys
    ask_dispositions: AskDispositions


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """Which comments a list is to have; ``None`` wants all."""

    kind: str | None = None
    parent_id: str | None = None
    language: str | None = None

    def covers(self, comment: Comment) -> bool:
        """Tell whether a comment is wanted."""
        pairs = (
            (self.kind, comment.kind),
            (self.parent_id, comment.parent_id),
            (self.language, comment.language),
        )
        return all(wanted is None or wanted == has for wanted, has in pairs)


@dataclass(frozen=True, kw_only=True)
class Listed:
    """One page of a list: items as the API shows them, and the position after which to go on."""

    items: list[dict[str, Any]]
    last: str | None
    counts: dict[str, int | None]


def list_published(
    reading: Reading, window: Window, wanted: Wanted, *, after: str | None, page: int = PAGE
) -> Listed:
    """Published comments of a round in the order of their publication.

    Parameters
    ----------
    after : str, optional
        Position after which to begin.
    page : int
        Most items; where a filter wants few there can be less, with more to come.
    """
    chosen: list[Comment] = []
    last, more = after, False
    published = reading.store.published(window, after=after, page=page)
    for examined, comment in enumerate(published):
        if len(chosen) == page or examined == EXAMINED:
            more = True
            break
        last = comment.position
        if wanted.covers(comment):
            chosen.append(comment)
    sums = reading.store.counts(window.topic_id, window.round)
    counts = {name: sums[name] for name in COUNTED}
    return Listed(
        items=_views(reading, window, chosen),
        last=last if more else None,
        counts={**counts, "distinct": None},
    )


def one_published(
    reading: Reading, topic_id: str, *, comment_id: str, at: datetime
) -> dict[str, Any]:
    """One published comment of any round.

    Raises
    ------
    NotFound
        If there is none, or it is not public.
    """
    found = find(topic_id, comment_id, store=reading.store, windows=reading.windows, at=at)
    if found.comment.status != "published":
        raise NotFound
    return _views(reading, found.window, [found.comment])[0]


def _views(reading: Reading, window: Window, comments: Sequence[Comment]) -> list[dict[str, Any]]:
    dispositions: Mapping[str, Any] = {}
    if window.announced_at is not None and comments:
        wanted = [comment.comment_id for comment in comments]
        dispositions = reading.ask_dispositions(window.topic_id, window.round, wanted)
    return [
        public_view(comment, disposition=dispositions.get(comment.comment_id))
        for comment in comments
    ]
