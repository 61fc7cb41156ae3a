"""Erase comments for good: of those who show their receipts at once, of an account in a while.

Whose comments an account sent, only a scan of its topic's rounds tells. So that asking is no cheap
attack, accounts' requests are noted, and `use_cases.forget` carries them out together.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services.comments.erasure_store import ErasureStore
from services.comments.events import CommentErased
from services.comments.model import names
from services.comments.model.comment import Comment
from services.comments.model.erasure import ErasureRequest, erased, made_again
from services.comments.model.shown import ShownReceipt
from services.comments.model.window import Window
from services.comments.partitions import audit_pk
from services.comments.use_cases.find import Found
from services.comments.use_cases.manage import AUTHOR, Desk
from services.comments.use_cases.prove import known_window, proven
from services.shared import clock, events
from services.shared.errors import Conflict, NotFound, SignInRequired
from services.shared.table import ConditionFailed, Put, Update

_ATTEMPTS = 3


@dataclass(frozen=True, kw_only=True)
class Eraser(Desk):
    """What erasing needs, wired once per container."""

    requests: ErasureStore


def ask_by_receipts(
    eraser: Eraser, topic_id: str, shown: Sequence[ShownReceipt], *, at: datetime
) -> dict[str, Any]:
    """Erase comments whose receipts' secrets are shown, all of them or none.

    The same comments once more are the same request: what was cut off is taken up, and what is done
    is told again.

    Raises
    ------
    Invalid
        With a fault for each comment that is not there, or whose secret is another.
    Conflict
        If one kept changing meanwhile; what is erased by then stays so.
    """
    found = {each.comment.comment_id: each for each in proven(eraser, topic_id, shown, at=at)}
    comment_ids = sorted(found)
    request = ErasureRequest(
        request_id=names.erasure_id(eraser.keyring, topic_id, "comments", *comment_ids),
        topic_id=topic_id,
        round=eraser.windows.current(topic_id, at=at).round,
        requested_at=clock.to_text(at),
        comment_ids=tuple(comment_ids),
    )
    standing = _noted(eraser, request)
    if standing.status == "waiting":
        standing = carry_out(eraser, standing, list(found.values()), at=at)
    items = [{"comment_id": comment_id, "status": "erased"} for comment_id in comment_ids]
    return {**standing.shown(), "items": items}


def ask_by_account(
    eraser: Eraser, topic_id: str, *, subject: str | None, at: datetime
) -> dict[str, Any]:
    """Note that an account wants all that it sent in a topic until now to be erased.

    Raises
    ------
    SignInRequired
        If nobody is signed in.
    Invalid
        If there is no such topic.
    """
    subject_key = names.subject_key(eraser.keyring, topic_id=topic_id, subject=subject)
    if subject_key is None:
        raise SignInRequired("erasure_by_whom")
    window = known_window(eraser, topic_id, at=at)
    request = ErasureRequest(
        request_id=names.erasure_id(eraser.keyring, topic_id, "account", subject_key),
        topic_id=topic_id,
        round=window.round,
        requested_at=clock.to_text(at),
        subject_key=subject_key,
    )
    return {**_noted(eraser, request).shown(), "items": []}


def state_of(request_id: str, *, requests: ErasureStore) -> dict[str, Any]:
    """How far a request is.

    Raises
    ------
    NotFound
        If there is none of that id.
    """
    request = requests.request(request_id)
    if request is None:
        raise NotFound
    return request.shown()


def carry_out(
    eraser: Eraser, request: ErasureRequest, found: Sequence[Found], *, at: datetime
) -> ErasureRequest:
    """Erase what a request names, and complete it.

    Raises
    ------
    Conflict
        If a comment, or the request, kept changing meanwhile.
    """
    for each in found:
        erase(eraser, each.comment, each.window, request=request, at=at)
    return completed(eraser, request, at=at)


def erase(
    eraser: Eraser,
    comment: Comment | None,
    window: Window,
    *,
    request: ErasureRequest,
    at: datetime,
) -> None:
    """Erase a comment, whatever its status; one that is erased, or not there, stays as it is.

    Raises
    ------
    Conflict
        If it kept changing meanwhile.
    """
    for _ in range(_ATTEMPTS):
        if comment is None or comment.status == "erased":
            return
        salt = names.receipt_salt(eraser.keyring, comment.comment_id)
        audit = events.audit(
            CommentErased(comment_id=comment.comment_id),
            pk=audit_pk(comment),
            version=comment.version + 1,
            topic_id=comment.topic_id,
            round_=comment.round,
            actor=AUTHOR,
            at=at,
        )
        beside: list[Put | Update] = [audit, eraser.requests.counting(request)]
        try:
            eraser.store.commit([erased(comment, salt=salt, at=at)], window=window, beside=beside)
        except ConditionFailed:
            # The screening, a moderator or the same request was quicker: look again.
            comment = eraser.store.comment(comment.comment_id, window=window)
            continue
        return
    raise Conflict


def completed(eraser: Eraser, request: ErasureRequest, *, at: datetime) -> ErasureRequest:
    """Complete a request, however often it is carried out at once.

    Raises
    ------
    Conflict
        If it kept changing meanwhile.
    """
    for _ in range(_ATTEMPTS):
        try:
            return eraser.requests.complete(request.request_id, at=at)
        except ConditionFailed:
            continue
    raise Conflict


def _noted(eraser: Eraser, request: ErasureRequest) -> ErasureRequest:
    for _ in range(_ATTEMPTS):
        standing = eraser.requests.request(request.request_id)
        now, is_new = made_again(standing, request)
        if not is_new:
            return now
        try:
            eraser.requests.note(now, replaces=standing)
        except ConditionFailed:
            continue
        return now
    raise Conflict
