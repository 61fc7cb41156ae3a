"""Give authors all that is held about their comments; it is on record that it was given."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services.comments.access_store import AccessStore
from services.comments.data_keys import DataKeys
from services.comments.model.comment import Comment
from services.comments.model.shown import ShownReceipt
from services.comments.use_cases.check_receipt import reason_of
from services.comments.use_cases.find import Found
from services.comments.use_cases.manage import Desk
from services.comments.use_cases.prove import known_window, proven
from services.comments.use_cases.unsealed import personal_part
from services.shared import clock
from services.shared.language import catalogue

MOST_AT_ONCE = 20
"""Comments of one answer; each may have 256 KB, and Lambda answers with 6 MB at most."""
_ALWAYS = ("kind", "language", "channel", "received_at", "published_at", "erased_at", "parent_id")
_PROOF = ("public_hash", "private_hash")


@dataclass(frozen=True, kw_only=True)
class AccessDesk(Desk):
    """What giving access needs, wired once per container."""

    data_keys: DataKeys
    records: AccessStore


def give_access(
    desk: AccessDesk, topic_id: str, shown: Sequence[ShownReceipt], *, access_id: str, at: datetime
) -> dict[str, Any]:
    """All that is held about comments whose receipts' secrets are shown, whatever their status.

    Parameters
    ----------
    access_id : str
        Id of this act, by which it is recorded.

    Raises
    ------
    Invalid
        With a fault for each comment that is not there, or whose secret is another.
    """
    found = proven(desk, topic_id, shown, at=at)
    window = known_window(desk, topic_id, at=at)
    held = [_held(each, desk) for each in found]
    desk.records.note_given(access_id, window, comments=len(held), at=at)
    return {"topic_id": topic_id, "given_at": clock.to_text(at), "comments": held}


def _held(found: Found, desk: AccessDesk) -> dict[str, Any]:
    comment, window = found.comment, found.window
    personal = personal_part(comment, window, desk.data_keys)
    return {
        "comment_id": comment.comment_id,
        "round": comment.round,
        "status": comment.status,
        **{name: getattr(comment, name) for name in _ALWAYS},
        "received": {**comment.public, **comment.private},
        "contact": personal.get("contact"),
        "demographics": personal.get("demographics"),
        "personal_data_deleted": comment.sealed is not None and window.data_key is None,
        "signed_in": comment.subject_key is not None,
        "masked_text": comment.public_text,
        "moderation": _moderation(comment),
        "answer": comment.answer,
        "shared_with": [dict(catalogue("comments")[f"shared_{who}"]) for who in _shared(comment)],
        "leaf_hash": comment.leaf.hex(),
        **{name: getattr(comment, name) for name in _PROOF},
    }


def _moderation(comment: Comment) -> dict[str, Any]:
    return {
        "case_id": comment.case_id,
        "reason": reason_of(comment),
        "decided_at": comment.decided_at,
        "appealed_at": comment.appealed_at,
        "settled_at": comment.settled_at,
    }


def _shared(comment: Comment) -> list[str]:
    """Who got to see the comment, or parts of it."""
    was_public = comment.published_at is not None
    told = {
        "moderators": comment.case_id is not None,
        "agency": was_public,
        "public": was_public,
        "providers": comment.sealed is not None,
    }
    return [who for who, is_so in told.items() if is_so]
