"""Apply what moderation says of comments: decisions, their undoing, appeals."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from services.comments.events import CommentRejected, CommentRestored
from services.comments.model.comment import Comment, Move
from services.comments.model.moderation import (
    ModerationDecided,
    ModerationUndone,
    contested,
    decided,
    undone,
)
from services.comments.partitions import audit_pk
from services.comments.store import CommentStore
from services.comments.window_cache import WindowCache
from services.shared import events
from services.shared.errors import TransientError
from services.shared.events import Envelope
from services.shared.table import ConditionFailed, Put

_ATTEMPTS = 3
_GONE = ("withdrawn", "erased")


def apply_moderation(
    kind: str, envelope: Envelope, *, store: CommentStore, windows: WindowCache, at: datetime
) -> None:
    """Have a comment follow an event of moderation; one that an event after it overtook stays.

    Raises
    ------
    TransientError
        If the comment is not there or still in screening: the event was quicker than its cause.
    """
    comment_id = envelope.data["comment_id"]
    window = windows.of_round(envelope.topic_id, envelope.round, at=at)
    for _ in range(_ATTEMPTS):
        comment = store.comment(comment_id, window=window)
        if comment is None or comment.status == "screening":
            raise TransientError("decided before it was held")
        if comment.status in _GONE or _is_known(kind, envelope, comment):
            return
        move = _MOVES[kind](comment, envelope, at)
        try:
            store.commit([move], window=window, beside=_audits(move, envelope, at=at))
        except ConditionFailed:
            continue  # the author withdrew it just now: look again
        return
    raise TransientError("the comment keeps changing")


def _is_known(kind: str, envelope: Envelope, comment: Comment) -> bool:
    if kind == "CommentAppealed":  # at most one, which a decision does not overtake
        return comment.appealed_at is not None
    edition: int = envelope.data["edition"]
    return edition <= (comment.case_edition or 0)


def _decided(comment: Comment, envelope: Envelope, at: datetime) -> Move:
    decision = ModerationDecided.model_validate(envelope.data)
    return decided(comment, decision, decided_at=envelope.occurred_at, at=at)


def _undone(comment: Comment, envelope: Envelope, at: datetime) -> Move:
    return undone(comment, ModerationUndone.model_validate(envelope.data), at=at)


def _contested(comment: Comment, envelope: Envelope, _at: datetime) -> Move:
    return contested(comment, appealed_at=envelope.occurred_at)


_MOVES: dict[str, Callable[[Comment, Envelope, datetime], Move]] = {
    "ModerationDecided": _decided,
    "ModerationUndone": _undone,
    "CommentAppealed": _contested,
}


def _audits(move: Move, envelope: Envelope, *, at: datetime) -> list[Put]:
    """What the trail of the comments gets: what is refused to the public, and what no more."""
    before, now = move.comment.status, move.to
    if before == now or "rejected" not in (before, now):
        return []
    comment, data = move.comment, envelope.data
    told: dict[str, Any] = {
        "comment_id": comment.comment_id,
        "case_id": data["case_id"],
        "edition": data["edition"],
    }
    audit = events.audit(
        CommentRejected(**told, reason_code=data["reason_code"])
        if now == "rejected"
        else CommentRestored(**told),
        pk=audit_pk(comment),
        version=comment.version + 1,
        topic_id=comment.topic_id,
        round_=comment.round,
        actor=envelope.actor,
        at=at,
    )
    return [audit]
