"""Have new comments screened, and commit what comes of it."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from services.comments.model.comment import Comment, Move
from services.comments.model.moderation import (
    Outcome,
    for_moderation,
    round_for_moderation,
    screened,
)
from services.comments.model.window import Window
from services.comments.store import CommentStore
from services.comments.window_cache import WindowCache
from services.shared.errors import TransientError
from services.shared.table import TRANSACTION_LIMIT, ConditionFailed

Ask = Callable[[dict[str, Any]], dict[str, Any]]
"""moderation-screen: payload to answer."""

MOST_WRITES = TRANSACTION_LIMIT - 1
"""Of a batch's transaction; the last place is the counters'."""
MOST_BYTES = 3_000_000
"""Of a batch's texts: below 4 MB, what a transaction takes, and 6 MB, what a call takes."""
_OVERHEAD_BYTES = 2_000


def screen(
    comments: Iterable[Comment],
    *,
    store: CommentStore,
    windows: WindowCache,
    ask: Ask,
    now: Callable[[], datetime],
) -> None:
    """Screen comments in batches of one round each, and move each out of screening, once.

    Comments that have left screening already (the stream delivers at least once) stay as they are.
    The instant of publication is that of the commit, as near as can be: lists are in its order.

    Raises
    ------
    TransientError
        If the screening did not answer for each, or a transaction did not come through.
    """
    for batch in batches(comments):
        window = windows.of_round(batch[0].topic_id, batch[0].round, at=now())
        outcomes = _outcomes(batch, window, ask=ask)
        at = now()
        moves = [screened(comment, outcomes[comment.comment_id], at=at) for comment in batch]
        _commit(moves, store=store, window=window)


def batches(comments: Iterable[Comment]) -> Iterator[list[Comment]]:
    """Comments in batches of one round that fit into one call and one transaction.

    Parents come in an earlier batch than their replies: a transaction takes no item twice, and a
    reply counts on its parent.
    """
    groups: dict[tuple[str, int, int], dict[str, Comment]] = {}
    for comment in comments:
        group = groups.setdefault((comment.topic_id, comment.round, comment.depth), {})
        group[comment.comment_id] = comment
    for key in sorted(groups):
        yield from _cut(groups[key].values())


def _cut(comments: Iterable[Comment]) -> Iterator[list[Comment]]:
    batch: list[Comment] = []
    writes = size = 0
    for comment in comments:
        own_writes = 1 if comment.parent_id is None else 2
        own_size = _size(comment)
        if batch and (writes + own_writes > MOST_WRITES or size + own_size > MOST_BYTES):
            yield batch
            batch, writes, size = [], 0, 0
        batch.append(comment)
        writes, size = writes + own_writes, size + own_size
    if batch:
        yield batch


def _size(comment: Comment) -> int:
    """Estimate of a comment's bytes in the call and, with a masked text, in the transaction."""
    written = sum(len(text.encode()) for text in (comment.text, *comment.answer_texts))
    return _OVERHEAD_BYTES + 2 * written


def _outcomes(batch: Sequence[Comment], window: Window, *, ask: Ask) -> dict[str, Outcome]:
    """Ask what is to become of each comment of a batch."""
    answer = ask(
        {
            **round_for_moderation(window),
            "comments": [for_moderation(comment) for comment in batch],
        }
    )
    found = map(Outcome.model_validate, answer["outcomes"])
    outcomes = {outcome.comment_id: outcome for outcome in found}
    if any(comment.comment_id not in outcomes for comment in batch):
        raise TransientError("comments without an outcome")
    return outcomes


def _commit(moves: Sequence[Move], *, store: CommentStore, window: Window) -> None:
    """Commit the moves whose comments still are in screening, all in one transaction."""
    while moves:
        try:
            store.commit(moves, window=window)
        except ConditionFailed as error:
            open_still = [move for n, move in enumerate(moves) if n not in error.failed]
            if len(open_still) == len(moves):
                raise TransientError("a parent is missing") from error
            moves = open_still
        else:
            return
