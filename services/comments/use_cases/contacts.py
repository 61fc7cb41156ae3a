"""Whom to tell: the addresses that people left, opened for the service that tells them."""

from collections.abc import Mapping, Sequence
from typing import Any

from services.comments.data_keys import DataKeys
from services.comments.model.comment import Comment
from services.comments.model.sealing import SealBroken, unseal
from services.comments.model.window import Window
from services.comments.store import CommentStore
from services.shared.observability import logger

_TO_BE_TOLD = frozenset({"screening", "held", "published"})
"""Who took a comment back, or had it refused or erased, hears no more about it."""


def contacts(
    comment_ids: Sequence[str], *, window: Window | None, store: CommentStore, data_keys: DataKeys
) -> dict[str, dict[str, Any] | None]:
    """Addresses, language and, of an inquiry, the answer as it stands, by comment id.

    Returns
    -------
    dict
        Of each id ``{"email", "phone", "language", "answer"}``, the addresses ``None`` where none
        was left; ``None`` where there is no such comment, or its author is not to be told any more.
    """
    return {
        comment_id: _contact(comment_id, window, store, data_keys) if window else None
        for comment_id in comment_ids
    }


def _contact(
    comment_id: str, window: Window, store: CommentStore, data_keys: DataKeys
) -> dict[str, Any] | None:
    comment = store.comment(comment_id, window=window)
    if comment is None or comment.status not in _TO_BE_TOLD:
        return None
    left = _left(comment, window, data_keys)
    answer = {**comment.answer, "edition": comment.editions} if comment.answer else None
    return {
        "email": left.get("email"),
        "phone": left.get("phone"),
        "language": comment.language,
        "answer": answer,
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
