"""Take a comment in."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from services.comments.challenges import Challenge
from services.comments.data_keys import DataKeys
from services.comments.model import names, senders
from services.comments.model.comment import DEEPEST, Comment
from services.comments.model.names import Keyring
from services.comments.model.receipts import leaf_hash
from services.comments.model.sealing import seal
from services.comments.model.senders import Allowance
from services.comments.model.submission import Submission, read
from services.comments.model.window import Window
from services.comments.receipt_keys import ReceiptKeys
from services.comments.sender_store import NotCounted, SenderStore
from services.comments.store import CommentStore
from services.comments.window_cache import WindowCache
from services.shared import clock
from services.shared.errors import (
    ChallengeRequired,
    Fault,
    Invalid,
    NotFound,
    SignInRequired,
    TashawurError,
    Unavailable,
)
from services.shared.exports import canonical
from services.shared.language import Language
from services.shared.observability import logger
from services.shared.table import ConditionFailed

CHANNEL = "portal"
_SLOWEST = timedelta(seconds=30)


@dataclass(frozen=True, kw_only=True)
class Limits:
    """How many different submissions a sender may make within `senders.PERIOD`."""

    per_account: int
    per_address: int


@dataclass(frozen=True, kw_only=True)
class Intake:
    """What taking comments in needs, wired once per container.

    Attributes
    ----------
    senders : SenderStore
        Counts what each sender sends.
    limits : Limits
        How much that may be.
    challenge : Challenge or None
        What those who are not signed in must solve; ``None`` where challenges are off.
    now : callable
        The service's clock, to tell how long a submission has taken.
    """

    store: CommentStore
    senders: SenderStore
    limits: Limits
    challenge: Challenge | None
    windows: WindowCache
    keyring: Keyring
    signer: ReceiptKeys
    data_keys: DataKeys
    now: Callable[[], datetime]


@dataclass(frozen=True, kw_only=True)
class Arrival:
    """What is known of a submission beside its body.

    Attributes
    ----------
    received_at : datetime
        Server's receipt time: what decides whether it is in time.
    subject : str or None
        The signed-in author.
    address : str
        Network address that it came from.
    solution : str or None
        Solution of a challenge.
    idempotency_key : str or None
        Under which it may be sent again.
    language : {"ar", "en"}
        Language of the request, where the text does not tell its own.
    random_id : str
        Id if there is no idempotency key.
    nonce : bytes
        12 random bytes.
    """

    topic_id: str
    received_at: datetime
    subject: str | None
    address: str
    solution: str | None
    idempotency_key: str | None
    language: Language
    random_id: str
    nonce: bytes


def submit(intake: Intake, document: Any, arrival: Arrival) -> dict[str, Any]:
    """Take a comment in, or repeat the reply that it already got.

    Returns
    -------
    dict
        Body of the ``202``.

    Raises
    ------
    NotFound, Conflict, SignInRequired
        If the topic is unknown, not open, or for registered people only.
    ChallengeRequired, TooManyRequests
        If the sender has a challenge to solve first, or has sent enough for now.
    Invalid
        If the body breaks the rules, or its idempotency key was used for another one.
    Unavailable
        If so much time went by that the window that was looked at may have changed.
    """
    window = _window(intake, arrival)
    if window.participation == "registered" and arrival.subject is None:
        raise SignInRequired("registered_only")
    attempt = _Attempt(intake=intake, document=document, arrival=arrival, window=window)
    try:
        return _reply(intake, attempt.take())
    except (TashawurError, ConditionFailed) as refusal:
        known = attempt.known(was_written=isinstance(refusal, ConditionFailed))
        known = known or attempt.known_before()
        if known is None:
            raise
    return _reply(intake, known)


def _window(intake: Intake, arrival: Arrival) -> Window:
    at = arrival.received_at
    window = intake.windows.current(arrival.topic_id, at=at)
    # A window that is not open may have been opened or extended since it was remembered.
    return window if window.is_open(at) else intake.windows.reread(arrival.topic_id, at=at)


@dataclass(frozen=True, kw_only=True)
class _Attempt:
    """One submission before a window."""

    intake: Intake
    document: Any
    arrival: Arrival
    window: Window

    def take(self) -> Comment:
        if not self.window.is_open(self.arrival.received_at):
            raise self.window.refusal(self.arrival.received_at)
        submission = read(self.document, form=self.window.form)
        comment = self._with_leaf(self._comment(submission))
        self.intake.signer.schedule()  # nothing may be written for which no receipt can be signed
        comment = comment._replace(repeats_own=self._count(comment))
        if self.intake.now() - self.arrival.received_at > _SLOWEST:
            raise Unavailable
        self.intake.store.add(comment, window=self.window)
        return comment

    def known(self, *, was_written: bool) -> Comment | None:
        """Find what was taken in before under the same key; it must have had the same body.

        Without a key no other request can have written it: a write that was repeated since its
        reply was lost, and meanwhile the comment went on, was our own.
        """
        if self.arrival.idempotency_key is None and not was_written:
            return None
        comment = self.intake.store.comment(self.comment_id, window=self.window)
        if comment is not None and comment.body_digest != self.digest:
            code = "idempotency_key_reused"
            raise Invalid(code, faults=[Fault(field="", code=code)])
        return comment

    def known_before(self) -> Comment | None:
        """Find what was taken in under the same key in the round before, which is over."""
        before, at = self.window.round - 1, self.arrival.received_at
        try:
            window = self.intake.windows.of_round(self.window.topic_id, before, at=at)
        except NotFound:  # it is the first, or the one before was withdrawn before it opened
            return None
        return replace(self, window=window).known(was_written=False)

    @cached_property
    def comment_id(self) -> str:
        if self.arrival.idempotency_key is None:
            return self.arrival.random_id
        return names.comment_id(
            self.intake.keyring,
            topic_id=self.window.topic_id,
            round_=self.window.round,
            subject=self.arrival.subject,
            key=self.arrival.idempotency_key,
        )

    @cached_property
    def digest(self) -> bytes:
        try:
            return names.body_digest(self.intake.keyring, canonical(self.document))
        except (ValueError, RecursionError):  # no canonical form: no comment was ever taken with it
            return b""

    def _count(self, comment: Comment) -> bool:
        """Count the submission with its sender's others; tell whether an account repeats itself.

        A count that fails is done without: better one comment too many than one refused.
        """
        at, text = self.arrival.received_at, senders.text_mark(self.intake.keyring, comment)
        try:
            return self.intake.senders.admit(self._allowance(), self.comment_id, text=text, at=at)
        except NotCounted as error:
            logger("comments").warning("submission not counted", error=str(error))
            return False

    def _allowance(self) -> Allowance:
        keyring, limits, at = self.intake.keyring, self.intake.limits, self.arrival.received_at
        subject, challenge = self.arrival.subject, self.intake.challenge
        if subject is not None:
            return senders.of_account(keyring, subject, most=limits.per_account, at=at)
        if challenge is None:
            address = self.arrival.address
            return senders.of_address(keyring, address, most=limits.per_address, at=at)
        if self.arrival.solution is None:
            raise ChallengeRequired("challenge_required")
        solved, until = challenge.check(self.arrival.solution, at=at)
        return senders.of_challenge(keyring, solved, until=until)

    def _comment(self, submission: Submission) -> Comment:
        return Comment(
            topic_id=self.window.topic_id,
            round=self.window.round,
            comment_id=self.comment_id,
            kind=submission.kind,
            status="screening",
            received_at=clock.to_text(self.arrival.received_at),
            language=submission.written_in(otherwise=self.arrival.language),
            channel=CHANNEL,
            version=1,
            public={**submission.public_part(), "channel": CHANNEL},
            private=submission.private_part(),
            body_digest=self.digest,
            leaf=b"",
            parent_id=submission.parent_id,
            depth=self._depth(submission),
            subject_key=names.subject_key(
                self.intake.keyring, topic_id=self.window.topic_id, subject=self.arrival.subject
            ),
            sealed=self._sealed(submission),
        )

    def _with_leaf(self, comment: Comment) -> Comment:
        salt = names.receipt_salt(self.intake.keyring, comment.comment_id)
        leaf = leaf_hash(comment.header, salt=salt, public=comment.public, private=comment.private)
        return comment._replace(leaf=leaf)

    def _depth(self, submission: Submission) -> int:
        """How deep a reply stands; it needs a published parent in the same round."""
        if submission.parent_id is None:
            return 0
        parent = self.intake.store.comment(submission.parent_id, window=self.window)
        if parent is None or parent.status != "published":
            raise Invalid(faults=[Fault(field="/parent_id", code="parent_not_found")])
        if parent.depth >= DEEPEST:
            raise Invalid(faults=[Fault(field="/parent_id", code="too_deep")])
        return parent.depth + 1

    def _sealed(self, submission: Submission) -> bytes | None:
        personal = submission.personal_part()
        if not personal:
            return None
        key = self.intake.data_keys.plain(self.window)
        return seal(personal, key=key, nonce=self.arrival.nonce, bound_to=self.comment_id)


def _reply(intake: Intake, comment: Comment) -> dict[str, Any]:
    """The reply as it was the first time, whatever has become of the comment since."""
    salt = names.receipt_salt(intake.keyring, comment.comment_id)
    receipt = intake.signer.sign(comment.header, salt=salt, leaf=comment.leaf)
    return {
        "comment_id": comment.comment_id,
        "topic_id": comment.topic_id,
        "round": comment.round,
        "status": "screening",
        "received_at": comment.received_at,
        "receipt": receipt.model_dump(),
        "receipt_secret": names.receipt_secret(intake.keyring, comment.comment_id),
    }
