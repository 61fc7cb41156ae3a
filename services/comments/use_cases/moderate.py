"""Apply what moderators decided of held comments."""

from datetime import datetime

from services.comments.events import CommentRejected
from services.comments.model.comment import Comment
from services.comments.model.moderation import ModerationDecided, decided
from services.comments.partitions import audit_pk
from services.comments.store import CommentStore
from services.comments.use_cases.find import Found
from services.comments.window_cache import WindowCache
from services.shared import events
from services.shared.errors import TransientError
from services.shared.events import Envelope
from services.shared.table import ConditionFailed, Put

_ATTEMPTS = 3


def apply_decision(
    envelope: Envelope, *, store: CommentStore, windows: WindowCache, at: datetime
) -> None:
    """Publish or reject a comment that waits for it; one that does not (any more) stays as it is.

    Raises
    ------
    TransientError
        If the comment is not there or still in screening: the event was quicker than its cause.
    """
    decision = ModerationDecided.model_validate(envelope.data)
    window = windows.of_round(envelope.topic_id, envelope.round, at=at)
    for _ in range(_ATTEMPTS):
        comment = store.comment(decision.comment_id, window=window)
        if comment is None or comment.status == "screening":
            raise TransientError("decided before it was held")
        if comment.status != "held" and not comment.in_review:
            return
        try:
            found = Found(comment=comment, window=window)
            _apply(decision, found, store=store, envelope=envelope, at=at)
        except ConditionFailed:
            continue  # the author withdrew it just now: look again
        return
    raise TransientError("the comment keeps changing")


def _apply(
    decision: ModerationDecided,
    found: Found,
    *,
    store: CommentStore,
    envelope: Envelope,
    at: datetime,
) -> None:
    move = decided(found.comment, decision, at=at)
    audits = []
    if decision.decision == "reject":
        audits.append(_rejection(decision, found.comment, envelope=envelope, at=at))
    store.commit([move], window=found.window, audits=audits)


def _rejection(
    decision: ModerationDecided, comment: Comment, *, envelope: Envelope, at: datetime
) -> Put:
    rejected = CommentRejected(
        comment_id=comment.comment_id,
        case_id=decision.case_id,
        reason_code=str(decision.reason_code),
    )
    return events.audit(
        rejected,
        pk=audit_pk(comment),
        version=comment.version + 1,
        topic_id=comment.topic_id,
        round_=comment.round,
        actor=envelope.actor,
        at=at,
    )
