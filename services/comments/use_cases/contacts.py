"""Whom to tell: the addresses that people left, opened for the service that tells them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from services.comments.data_keys import DataKeys
from services.comments.inquiry_store import MOST_AT_ONCE, Place
from services.comments.model.comment import Comment
from services.comments.model.moderation import appealable_until
from services.comments.model.window import Window
from services.comments.store import CommentStore
from services.comments.use_cases.check_receipt import reason_of
from services.comments.use_cases.unsealed import personal_part
from services.shared.language import catalogue

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
    if window is None:
        return dict.fromkeys(comment_ids)
    return {
        comment_id: _contact(desk.store.comment(comment_id, window=window), window, desk)
        for comment_id in comment_ids
    }


def contacts_of_part(
    window: Window, *, after: Place, step: int, desk: ContactDesk
) -> tuple[dict[str, dict[str, Any]], Place | None]:
    """The same of some comments of a round, of those alone whose authors left an address.

    Parameters
    ----------
    step : int
        Every how many shards are gone through, from the place's on.

    Returns
    -------
    dict
        As from `contacts`, of at most `MOST_AT_ONCE` comments; it may be empty before the end.
    Place or None
        Where to go on.
    """
    if after.shard_number >= window.shards:
        return {}, None
    comments, more = desk.store.part(
        after.shard_number, window=window, after=after.after, limit=MOST_AT_ONCE
    )
    sealed = {each.comment_id: each for each in comments if each.sealed}
    found = {each: _contact(comment, window, desk) for each, comment in sealed.items()}
    left = {each: contact for each, contact in found.items() if contact and _is_left(contact)}
    if more:
        return left, Place(shard_number=after.shard_number, after=comments[-1].comment_id)
    following = Place(shard_number=after.shard_number + step)
    return left, following if following.shard_number < window.shards else None


def _is_left(contact: Mapping[str, Any]) -> bool:
    return bool(contact["email"] or contact["phone"])


def _contact(comment: Comment | None, window: Window, desk: ContactDesk) -> dict[str, Any] | None:
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
    found: Mapping[str, Any] = personal_part(comment, window, data_keys).get("contact") or {}
    return found
