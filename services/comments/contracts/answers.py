"""What the comments service answers."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import ConfigDict, StringConstraints

from services.comments.contracts.dispositions import CommentDisposition
from services.comments.model.comment import Status
from services.comments.model.receipts import Receipt
from services.comments.model.submission import Kind
from services.shared.contracts.heads import LogHead, RoundHead, TreeSize
from services.shared.contracts.operation import Both, Id, RoundNumber, Sha256, Shown
from services.shared.language import Language


class OfficialAnswer(Shown):
    """The officer's answer to an inquiry."""

    text: Both
    answered_at: datetime


class PublicComment(Shown):
    """A published comment.

    Attributes
    ----------
    redacted : bool
        Whether parts of the text are masked.
    channel : str
        Where it came in, e.g. ``portal``.
    replies : int
        Published replies to it.
    """

    comment_id: Id
    kind: Kind
    text: str
    redacted: bool
    language: Language
    author_name: str | None
    published_at: datetime
    parent_id: Id | None
    channel: str
    answer: OfficialAnswer | None
    replies: int
    disposition: CommentDisposition | None


class CommentCounts(Shown):
    """The round's counts; ``distinct`` is null before the analysis."""

    received: int
    published: int
    held: int
    rejected: int
    withdrawn: int
    erased: int
    distinct: int | None


class CommentPage(Shown):
    """At most 100 published comments, in the order of their publication or the reverse."""

    items: tuple[PublicComment, ...]
    next_cursor: str | None
    counts: CommentCounts


class Inquiry(PublicComment):
    """A published inquiry, as those see it who are to answer it.

    Attributes
    ----------
    age_seconds : int
        Time from its receipt to its first answer, or to the present instant.
    """

    received_at: datetime
    age_seconds: int


class InquiryPage(Shown):
    """At most 100 published inquiries, in the order of their receipt.

    Attributes
    ----------
    unanswered : int
        How many of the round have no answer, shown here or not.
    not_shown : int
        How many of these moderation has not published.
    due_at : datetime
        When the collection closes; who asked in time expects an answer by then.
    """

    items: tuple[Inquiry, ...]
    next_cursor: str | None
    unanswered: int
    not_shown: int
    due_at: datetime


class ReceivedComment(Shown):
    """Proof that a comment was received.

    Attributes
    ----------
    receipt_secret : str
        Authorises withdrawal, appeal and erasure; to be kept private.
    """

    comment_id: Id
    topic_id: Id
    round: RoundNumber
    status: Literal["screening"]
    received_at: datetime
    receipt: Receipt
    receipt_secret: str


class ChallengeParameters(Shown):
    """What is to be solved; clients hand it to the ALTCHA library as it stands."""

    model_config = ConfigDict(extra="allow")

    algorithm: str
    nonce: str
    salt: str
    cost: int


class IssuedChallenge(Shown):
    """A challenge and our signature over it."""

    parameters: ChallengeParameters
    signature: str


class RejectionReason(Shown):
    """Why a comment was rejected or masked: in plain words, and as the published rule has it."""

    code: str
    text: Both
    rule: Both


class LoggedHead(Shown):
    """Proof that the head is in the programme's log."""

    tree_size: TreeSize
    leaf_index: TreeSize
    path: tuple[Sha256, ...]
    head: LogHead


class Inclusion(Shown):
    """Proof that the receipt's leaf is in its round's tree.

    Attributes
    ----------
    log : LoggedHead or None
        Null until the log has taken the head up.
    """

    tree_size: TreeSize
    leaf_index: TreeSize
    path: tuple[Sha256, ...]
    head: RoundHead
    log: LoggedHead | None


class AppealState(Shown):
    """Whether a decision may be contested, and until when."""

    status: Literal["possible", "lodged", "settled"]
    until: datetime | None
    lodged_at: datetime | None
    settled_at: datetime | None
    how: Both


class LodgedAppeal(Shown):
    """An author's appeal as it was taken."""

    comment_id: Id
    status: Literal["appealed"]
    lodged_at: datetime


class FlaggedComment(Shown):
    """A comment that somebody doubts."""

    comment_id: Id
    status: Literal["flagged"]


class CheckedReceipt(Shown):
    """What became of a receipt's comment.

    Attributes
    ----------
    valid : bool
        Whether the programme signed this receipt.
    status : str or None
        Null for a receipt that is not valid, or whose comment is not there as it was received.
    reason : mapping or None
        Of a comment that a decision rejected or masked; what is only held was not judged yet.
    appeal : AppealState or None
        How such a decision may be contested, and what came of that.
    inclusion : mapping or None
        Beside the receipt, what a verifier of proofs takes; null until the tree has the comment,
        which takes some hours. Whatever becomes of a comment, it stays in the tree.
    """

    valid: bool
    status: Status | None
    reason: RejectionReason | None
    appeal: AppealState | None
    disposition: CommentDisposition | None
    inclusion: Inclusion | None


class PublicKey(Shown):
    """A public key and its time.

    Attributes
    ----------
    key_id : str
        First 16 hex digits of SHA-256 of the key's DER.
    public_key : str
        The key's DER (SubjectPublicKeyInfo), base64.
    valid_from, valid_until : datetime
        It signs receipts and heads that are of `valid_from` or later, and before `valid_until`.
    """

    key_id: Annotated[str, StringConstraints(pattern="^[0-9a-f]{16}$")]
    algorithm: Literal["ECDSA-P256-SHA256"]
    use: Literal["receipt", "head"]
    public_key: str
    valid_from: datetime
    valid_until: datetime | None


class PublicKeys(Shown):
    """Every key: those of receipts in the order of their times, then that of heads."""

    keys: tuple[PublicKey, ...]


class WithdrawnComment(Shown):
    """A comment that was taken back."""

    comment_id: Id
    status: Literal["withdrawn"]


class SeenGroup(Shown):
    """A target group so far; null is what is suppressed or cannot be told.

    Attributes
    ----------
    ratio : float or None
        Its share of those who told, by its share of the population: below 1, too few take part.
    interval : (float, float) or None
        95 % interval of the ratio.
    gap : bool
        Whether officers were told that it stays away.
    """

    id: str
    population_share: float | None
    ratio: float | None
    interval: tuple[float, float] | None
    verdict: Literal["under", "near", "over"] | None
    gap: bool


class SeenParticipation(Shown):
    """Who takes part in a round so far, as the last look found it; null before the first."""

    topic_id: Id
    round: RoundNumber
    closes_at: datetime
    looked_at: datetime | None
    target_groups: tuple[SeenGroup, ...]
