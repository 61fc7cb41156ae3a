"""Tell whoever holds a receipt what became of its comment."""

from datetime import datetime
from typing import Any

from services.comments.model.comment import Comment
from services.comments.model.moderation import appealable_until, is_decided_against
from services.comments.model.receipts import Receipt
from services.comments.model.window import Window
from services.comments.use_cases.read import Reading
from services.shared.errors import NotFound
from services.shared.language import catalogue

_NOTHING = {
    "status": None,
    "reason": None,
    "appeal": None,
    "disposition": None,
    "inclusion": None,
}


def check_receipt(reading: Reading, receipt: Receipt, *, at: datetime) -> dict[str, Any]:
    """Status of a receipt's comment, the reason if it was rejected, its answer, its proof.

    A receipt that this service did not sign is told nothing. A genuine one whose comment is not
    there as it was received means that one was lost or changed, or that a key has leaked: ``valid``
    with a null ``status``. A comment that is held has no reason yet: the screening's doubt is no
    decision.
    """
    if not reading.signer.verifies(receipt):
        return {"valid": False, **_NOTHING}
    answer = {"valid": True, **_NOTHING}
    try:
        window = reading.windows.of_round(receipt.topic_id, receipt.round, at=at)
    except NotFound:
        return answer
    comment = reading.store.comment(receipt.comment_id, window=window)
    if comment is None or not _is_of(receipt, comment):
        return answer
    return answer | {
        "status": comment.status,
        "reason": reason_of(comment),
        "appeal": _appeal(comment),
        "disposition": _disposition(reading, window, comment),
        "inclusion": reading.ask_proof(receipt),
    }


def _is_of(receipt: Receipt, comment: Comment) -> bool:
    received = (comment.received_at, comment.leaf.hex())
    return received == (receipt.received_at, receipt.leaf_hash)


def reason_of(comment: Comment) -> dict[str, Any] | None:
    """Why it was rejected or masked: in plain words, and as the published rule has it."""
    code = comment.reason_code
    if code is None or not is_decided_against(comment):
        return None
    return {
        "code": code,
        "text": dict(catalogue("comments")[f"reason_{code}"]),
        "rule": dict(catalogue("comments")[f"rule_{code}"]),
    }


def _appeal(comment: Comment) -> dict[str, Any] | None:
    """Whether and until when the decision may be contested, and what came of that."""
    if comment.appealed_at is None and not is_decided_against(comment):
        return None
    until = appealable_until(comment)
    status = "settled" if comment.settled_at else "lodged" if comment.appealed_at else "possible"
    return {
        "status": status,
        "until": until,
        "lodged_at": comment.appealed_at,
        "settled_at": comment.settled_at,
        "how": dict(catalogue("comments")["how_to_appeal"]),
    }


def _disposition(reading: Reading, window: Window, comment: Comment) -> Any:
    if comment.status != "published" or window.announced_at is None:
        return None
    ids = [comment.comment_id]
    return reading.ask_dispositions(window.topic_id, window.round, ids).get(comment.comment_id)
