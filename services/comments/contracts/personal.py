"""What the comments service answers to those who want to see their data, or to have it erased."""

from datetime import datetime
from typing import Literal

from pydantic import ConfigDict

from services.comments.contracts.answers import OfficialAnswer, RejectionReason
from services.comments.model.comment import Status
from services.comments.model.submission import Kind
from services.shared.contracts.operation import Both, Id, RoundNumber, Shown
from services.shared.language import Language


class ErasureState(Shown):
    """How far a request of erasure is.

    Attributes
    ----------
    comments : int
        How many comments it has erased by now.
    """

    request_id: Id
    topic_id: Id
    status: Literal["waiting", "completed"]
    requested_at: datetime
    completed_at: datetime | None
    comments: int


class ErasedComment(Shown):
    """A comment that was erased."""

    comment_id: Id
    status: Literal["erased"]


class NotedErasure(ErasureState):
    """A request of erasure as it was taken; `items` are the comments whose receipts were shown."""

    items: tuple[ErasedComment, ...]


class ReceivedData(Shown):
    """What was sent; empty once it is erased."""

    model_config = ConfigDict(extra="allow")


class ModerationHeld(Shown):
    """What moderation did with a comment."""

    case_id: str | None
    reason: RejectionReason | None
    decided_at: datetime | None
    appealed_at: datetime | None
    settled_at: datetime | None


class HeldComment(Shown):
    """All that is held about a comment.

    Attributes
    ----------
    received : ReceivedData
        Text, name, answers and consent with the version of the privacy notice, as they were sent.
    contact, demographics : mapping or None
        As they were sent, decrypted.
    personal_data_deleted : bool
        Whether these were given and nobody can read them any more.
    signed_in : bool
        Whether a pseudonym of an account is kept with it.
    masked_text : str or None
        What is shown in the place of the text.
    shared_with : tuple of Both
        Who got to see it, or parts of it.
    public_hash, private_hash : str or None
        What is left of an erased comment: the leaf follows from them.
    """

    comment_id: Id
    round: RoundNumber
    status: Status
    kind: Kind
    language: Language
    channel: str
    received_at: datetime
    published_at: datetime | None
    erased_at: datetime | None
    parent_id: Id | None
    received: ReceivedData
    contact: dict[str, str] | None
    demographics: dict[str, str] | None
    personal_data_deleted: bool
    signed_in: bool
    masked_text: str | None
    moderation: ModerationHeld
    answer: OfficialAnswer | None
    shared_with: tuple[Both, ...]
    leaf_hash: str
    public_hash: str | None
    private_hash: str | None


class HeldComments(Shown):
    """All that is held about some comments."""

    topic_id: Id
    given_at: datetime
    comments: tuple[HeldComment, ...]
