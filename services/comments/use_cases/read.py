"""Read what is public: the list, and one comment."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services.comments.list_store import Found, ListStore, Part, Wanted
from services.comments.model.comment import COUNTED, Comment, public_view
from services.comments.model.receipts import Receipt
from services.comments.model.window import Window
from services.comments.receipt_keys import ReceiptKeys
from services.comments.store import CommentStore
from services.comments.use_cases.find import find
from services.comments.window_cache import WindowCache
from services.shared.errors import NotFound

PAGE = 100
MOST_BYTES = 4_500_000
"""Of a page: Lambda answers with 6 MB at most, headers and counts included."""
_MOST_BYTES_A_LETTER = 24
"""An emoji is 12 as JSON in ASCII."""
_MOST_BYTES_BESIDE = 2_000

AskDispositions = Callable[[str, int, Sequence[str]], Mapping[str, Any]]
"""Dispositions by comment id (topic, round, ≤ 100 ids), as analysis-serve gives them."""
AskProof = Callable[[Receipt], Any]
"""Proof that a receipt's comment is in its round's tree, as archive-prove gives it, or ``None``."""


@dataclass(frozen=True, kw_only=True)
class Reading:
    """What reading needs, wired once per container."""

    store: CommentStore
    lists: ListStore
    windows: WindowCache
    signer: ReceiptKeys
    ask_dispositions: AskDispositions
    ask_proof: AskProof


@dataclass(frozen=True, kw_only=True)
class Listed:
    """One page of a list: items as the API shows them, and the position after which to go on."""

    items: list[dict[str, Any]]
    last: str | None
    counts: dict[str, int | None]


def list_published(reading: Reading, window: Window, wanted: Wanted, part: Part) -> Listed:
    """Published comments of a round in the order of their publication, or of a thread.

    Where a filter wants few there can be less than a page, or none, with more to come. Replies
    stay where they are when their parent goes: the thread of what is not public (any more), or
    never was, is what is public of it.
    """
    found = reading.lists.published(window, wanted, part)
    sums = reading.store.counts(window.topic_id, window.round)
    counts = {name: sums[name] for name in COUNTED}
    items, last = page_of(reading, window, found)
    return Listed(items=items, last=last, counts={**counts, "distinct": None})


def page_of(
    reading: Reading, window: Window, found: Found
) -> tuple[list[dict[str, Any]], str | None]:
    """As much of what was found as one answer takes, and the place after which to go on."""
    shown = views(reading, window, found.comments)
    if _is_short(shown) or _bytes(shown) <= MOST_BYTES:
        return shown, found.last
    size = 0
    for number, view in enumerate(shown):
        size += _bytes(view)
        if size > MOST_BYTES and number:
            return shown[:number], found.places[number - 1]
    return shown, found.last


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
    return views(reading, found.window, [found.comment])[0]


def views(reading: Reading, window: Window, comments: Sequence[Comment]) -> list[dict[str, Any]]:
    """Published comments of a round as everybody sees them, with dispositions once announced."""
    dispositions: Mapping[str, Any] = {}
    if window.announced_at is not None:
        ids = [comment.comment_id for comment in comments]
        dispositions = reading.ask_dispositions(window.topic_id, window.round, ids)
    return [
        public_view(comment, disposition=dispositions.get(comment.comment_id))
        for comment in comments
    ]


def _is_short(shown: Sequence[Mapping[str, Any]]) -> bool:
    """Tell by the letters alone, as nearly always can be, that a page is far from `MOST_BYTES`."""
    if any(view["answer"] or view["disposition"] for view in shown):
        return False
    letters = sum(len(view["text"] or "") + len(view["author_name"] or "") for view in shown)
    return letters * _MOST_BYTES_A_LETTER + len(shown) * _MOST_BYTES_BESIDE <= MOST_BYTES


def _bytes(value: Any) -> int:
    """Most bytes of a value in an answer: a text in a text, in which what is quoted is so twice."""
    return 2 * len(json.dumps(value))
