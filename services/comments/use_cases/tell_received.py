"""Turn new comments into the events that tell of them."""

import hashlib
from collections.abc import Iterable, Sequence

from services.comments.events import CommentsReceived
from services.comments.model.comment import Comment
from services.shared import events
from services.shared.events import Actor
from services.shared.relay import Outgoing

INTAKE = Actor(role="system", id="intake")


def received_events(comments: Iterable[tuple[str, Comment]]) -> list[Outgoing]:
    """One ``CommentsReceived`` per round of the comments, with their ids and no more.

    Parameters
    ----------
    comments : iterable of (str, Comment)
        Sequence number in the stream and the comment, in order.
    """
    groups: dict[tuple[str, int], list[tuple[str, Comment]]] = {}
    for sequence, comment in comments:
        groups.setdefault((comment.topic_id, comment.round), []).append((sequence, comment))
    return [
        Outgoing(
            type=CommentsReceived.__name__,
            detail=_detail([comment for _, comment in group]),
            sequence=group[0][0],
        )
        for group in groups.values()
    ]


def _detail(comments: Sequence[Comment]) -> dict[str, object]:
    ids = tuple(comment.comment_id for comment in comments)
    return {
        "version": events.VERSION,
        "id": hashlib.sha256("\n".join(ids).encode()).hexdigest(),
        "occurred_at": max(comment.received_at for comment in comments),
        "topic_id": comments[0].topic_id,
        "round": comments[0].round,
        "actor": INTAKE.model_dump(),
        "data": CommentsReceived(comment_ids=ids).model_dump(mode="json"),
    }
