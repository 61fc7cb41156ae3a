"""What people do to a comment: an officer answers an inquiry, an author takes a comment back."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services.comments.events import CommentWithdrawn, InquiryAnswered
from services.comments.model import names
from services.comments.model.comment import Comment, Move, public_view
from services.comments.model.names import Keyring
from services.comments.partitions import audit_pk
from services.comments.store import CommentStore
from services.comments.use_cases.find import Found, find
from services.comments.window_cache import WindowCache
from services.shared import clock, events
from services.shared.errors import Conflict, NotFound
from services.shared.events import Actor
from services.shared.identity import Caller
from services.shared.table import ConditionFailed
from services.shared.texts import Text

_ATTEMPTS = 3
AUTHOR = Actor(role="participant", id="author")
"""The author in the audit trail: who it was is nobody's business there."""


@dataclass(frozen=True, kw_only=True)
class Desk:
    """What managing comments needs, wired once per container."""

    store: CommentStore
    windows: WindowCache
    keyring: Keyring


@dataclass(frozen=True, kw_only=True)
class Claim:
    """What somebody offers to be taken for the author: the receipt's secret, or the account."""

    receipt_secret: str | None
    subject: str | None


@dataclass(frozen=True, kw_only=True)
class Reply:
    """What an officer answers, and whether it is to take the place of an answer there is."""

    text: Text
    replaces: bool

    def is_said_by(self, answer: Mapping[str, Any] | None) -> bool:
        """Tell whether an answer has this very text."""
        return answer is not None and answer["text"] == self.text.model_dump()


def answer_inquiry(
    desk: Desk, reply: Reply, *, topic_id: str, comment_id: str, caller: Caller, at: datetime
) -> dict[str, Any]:
    """Answer a published inquiry, or replace the answer; the same text again changes nothing.

    Officers share their list of inquiries: who has not seen that a colleague answered meanwhile
    does not mean to overwrite that.

    Returns
    -------
    dict
        The comment as the public sees it.

    Raises
    ------
    NotFound
        If there is no such published comment in a topic of the officer's agency.
    Conflict
        If it is no inquiry, has another answer (the ``answer`` of the problem) which is not to be
        replaced, or was changed meanwhile.
    """
    found = own_published(desk, topic_id, comment_id=comment_id, caller=caller, at=at)
    comment = found.comment
    if comment.kind != "inquiry":
        raise Conflict("not_an_inquiry")
    standing = comment.answer
    if not reply.is_said_by(standing):
        if standing is not None and not reply.replaces:
            raise _already_answered(standing)
        standing = _answered(desk, found, reply, caller=caller, at=at)
    view = public_view(comment, disposition=None)
    return {**view, "answer": standing}


def own_published(
    desk: Desk, topic_id: str, *, comment_id: str, caller: Caller, at: datetime
) -> Found:
    """Published comment in a topic of the officer's agency.

    Raises
    ------
    NotFound
        If there is none; another agency's topic looks as if there were no such topic.
    """
    if not caller.covers(desk.windows.current(topic_id, at=at).agency):
        raise NotFound("unknown_topic")
    found = find(topic_id, comment_id, store=desk.store, windows=desk.windows, at=at)
    if found.comment.status != "published":
        raise NotFound
    return found


def _answered(
    desk: Desk, found: Found, reply: Reply, *, caller: Caller, at: datetime
) -> Mapping[str, Any]:
    comment = found.comment
    answer = {"text": reply.text.model_dump(), "answered_at": clock.to_text(at)}
    audit = events.audit(
        InquiryAnswered(
            comment_id=comment.comment_id,
            replaced=comment.answer is not None,
            edition=comment.editions + 1,
        ),
        pk=audit_pk(comment),
        version=comment.version + 1,
        topic_id=comment.topic_id,
        round_=comment.round,
        actor=caller.acting_as("officer"),
        at=at,
    )
    try:
        desk.store.put_answer(comment, answer=answer, window=found.window, audit=audit)
    except ConditionFailed as error:
        return _given_meanwhile(desk, found, reply, failure=error)
    return answer


def _given_meanwhile(
    desk: Desk, found: Found, reply: Reply, *, failure: ConditionFailed
) -> Mapping[str, Any]:
    """The same answer, if that is what came first; whatever else did is told."""
    before = found.comment
    now = desk.store.comment(before.comment_id, window=found.window)
    if now is None or now.status != "published" or now.answer in (None, before.answer):
        raise Conflict from failure
    if not reply.is_said_by(now.answer):
        raise _already_answered(now.answer) from failure
    return now.answer


def _already_answered(answer: Mapping[str, Any]) -> Conflict:
    return Conflict("already_answered", extensions={"answer": answer})


def own(desk: Desk, claim: Claim, *, topic_id: str, comment_id: str, at: datetime) -> Found:
    """Comment of a claimant, whatever its status.

    Raises
    ------
    NotFound
        If there is no such comment, or it is not the claimant's.
    """
    found = find(topic_id, comment_id, store=desk.store, windows=desk.windows, at=at)
    if not _is_author(desk.keyring, claim, found.comment):
        raise NotFound
    return found


def withdraw(
    desk: Desk, claim: Claim, *, topic_id: str, comment_id: str, at: datetime
) -> dict[str, Any]:
    """Take a comment back, from whatever status; once more changes nothing.

    Raises
    ------
    NotFound
        If there is no such comment, or it is not the claimant's.
    Conflict
        If it kept changing meanwhile.
    """
    for _ in range(_ATTEMPTS):
        found = own(desk, claim, topic_id=topic_id, comment_id=comment_id, at=at)
        if found.comment.status in ("withdrawn", "erased"):
            break
        try:
            _take_back(desk.store, found, at=at)
        except ConditionFailed:
            continue  # the screening or a moderator was quicker: look again
        break
    else:
        raise Conflict
    return {"comment_id": comment_id, "status": "withdrawn"}


def _is_author(keyring: Keyring, claim: Claim, comment: Comment) -> bool:
    if claim.receipt_secret is not None:
        return names.is_receipt_secret(keyring, comment.comment_id, claim.receipt_secret)
    own = names.subject_key(keyring, topic_id=comment.topic_id, subject=claim.subject)
    return own is not None and own == comment.subject_key


def _take_back(store: CommentStore, found: Found, *, at: datetime) -> None:
    comment = found.comment
    audit = events.audit(
        CommentWithdrawn(comment_id=comment.comment_id),
        pk=audit_pk(comment),
        version=comment.version + 1,
        topic_id=comment.topic_id,
        round_=comment.round,
        actor=AUTHOR,
        at=at,
    )
    move = Move(comment=comment, to="withdrawn", set={"withdrawn_at": clock.to_text(at)})
    store.commit([move], window=found.window, beside=[audit])
