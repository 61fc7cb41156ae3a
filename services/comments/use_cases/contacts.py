"""Whom to tell: the addresses that people left, opened for the service that tells them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from services.comments.data_keys import DataKeys
from services.comments.model.comment import Comment
from services.comments.model.moderation import appealable_until
from services.comments.model.sealing import SealBroken, unseal
from services.comments.model.window import Window
from services.comments.store import CommentStore
from services.comments.use_cases.check_receipt import reason_of
from services.shared.language import catalogue
from services.shared.observability import logger

_TO_BE_TOLD = frozenset({"screening", "held", "published"})
"""Who took a comment back, or had it refused or erased, hears no more about what it asked."""


@dataclass(frozen=True, kw_only=True)
class ContactDesk:
    """What opening addresses needs.

    Attributes
    ----------
    moderated : bool
        Whether the authors are to hear what moderators decided.
    """

    store: CommentStore
    data_keys: DataKeys
    moderated: bool


def contacts(
    comment_ids: Sequence[str], *, window: Window | None, desk: ContactDesk
) -> dict[str, dict[str, Any] | None]:
    """Addresses, language, an inquiry's answer and what moderators decided, by comment id.

    Returns
    -------
    dict
        Of each id ``{"email", "phone", "language", "answer", "moderation"}``, the addresses
        ``None`` where none was left; ``None`` where there is no such comment, or its author is not
        to be told any more.
    """
    return {
        comment_id: _contact(comment_id, window, desk) if window else None
        for comment_id in comment_ids
    }


def _contact(comment_id: str, window: Window, desk: ContactDesk) -> dict[str, Any] | None:
    comment = desk.store.comment(comment_id, window=window)
    if comment is None or not _is_to_be_told(comment, desk):
        return None
    left = _left(comment, window, desk.data_keys)
    answer = {**comment.answer, "edition": comment.editions} if comment.answer else None
    return {
        "email": left.get("email"),
        "phone": left.get("phone"),
        "language": comment.language,
        "answer": answer,
        "moderation": _moderation(comment) if desk.moderated else None,
    }


def _is_to_be_told(comment: Comment, desk: ContactDesk) -> bool:
    refused = comment.status == "rejected" and desk.moderated
    return refused or comment.status in _TO_BE_TOLD


def _moderation(comment: Comment) -> dict[str, Any] | None:
    """What was decided of a comment last, and how that may be contested."""
    if comment.case_edition is None:
        return None
    reason = reason_of(comment)
    return {
        "edition": comment.case_edition,
        "status": comment.status,
        "masked": comment.beside_hidden,
        "final": comment.settled_at is not None,
        "reason": reason and reason["text"],
        "rule": reason and reason["rule"],
        "how_to_appeal": dict(catalogue("comments")["how_to_appeal"]),
        "appealable_until": appealable_until(comment),
    }


def _left(comment: Comment, window: Window, data_keys: DataKeys) -> Mapping[str, Any]:
    """The contact that was sealed with a comment, and nothing of what lies beside it."""
    if comment.sealed is None:
        return {}
    try:
        personal = unseal(comment.sealed, key=data_keys.plain(window), bound_to=comment.comment_id)
    except SealBroken:
        # Of one comment nobody can be told; those beside it can.
        logger("comments").error("contact_unreadable", comment_id=comment.comment_id)
        return {}
    found: Mapping[str, Any] = personal.get("contact") or {}
    return found
