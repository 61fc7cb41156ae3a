"""A comment, from receipt to publication or refusal, and what others may see of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

Status = Literal["screening", "held", "published", "rejected", "withdrawn", "erased"]
DEEPEST = 2
"""How deep replies nest: a comment's replies (1) and their replies (2)."""
COUNTED = ("received", "published", "held", "rejected", "withdrawn", "erased")
"""The counters of a round; the first is the sum of the others."""
IN_REVIEW = "in_review"
"""One more: how many of the published ones moderators have still to look at."""


class Comment(NamedTuple):
    """One comment as it stands; a tuple, as lists and exports make very many of them.

    Attributes
    ----------
    public, private : mapping
        What was received, as the receipt's leaf binds it: never changed; empty once it is erased.
    public_text : str or None
        What is shown instead of the text, where a moderator or the screening masked parts of it.
    beside_hidden : bool
        Whether name and free answers stay hidden too: what a moderator masked is marked in the
        text alone, and nobody looked whether the rest may be shown.
    screened_text : str or None
        What the screening made of the text, where a moderator masked more of it.
    in_review : bool
        Whether it is public while moderators have still to look at it.
    case_edition : int or None
        Which of moderation's decisions was applied last.
    decided_at, appealed_at, settled_at : str or None
        When it was decided, when its author contested that, when that was settled for good.
    version : int
        Counts the changes.
    depth : int
        0 for a comment or inquiry, 1 for a reply to one, 2 for a reply to a reply.
    subject_key : str or None
        Pseudonym of a signed-in author within the topic.
    repeats_own : bool
        Whether its author had sent the very same text a few minutes before.
    sealed : bytes or None
        Contacts and demographics, encrypted.
    replies : int
        Published replies.
    answer : mapping or None
        The officer's answer to an inquiry: ``{"text": {ar, en}, "answered_at"}``.
    answer_edition : int or None
        How many answers there have been; ``None`` where nobody counted.
    first_answered_at : str or None
        Instant of the first of several answers; ``None`` where the one there is is the first.
    erased_at : str or None
        When it was erased.
    public_hash, private_hash : str or None
        Hashes (hex) of what was received of an erased comment: from them the leaf still follows.
    """

    topic_id: str
    round: int
    comment_id: str
    kind: str
    status: Status
    received_at: str
    language: str
    channel: str
    version: int
    public: Mapping[str, Any]
    private: Mapping[str, Any]
    body_digest: bytes
    leaf: bytes
    parent_id: str | None = None
    depth: int = 0
    subject_key: str | None = None
    repeats_own: bool = False
    sealed: bytes | None = None
    published_at: str | None = None
    public_text: str | None = None
    screened_text: str | None = None
    beside_hidden: bool = False
    in_review: bool = False
    case_edition: int | None = None
    decided_at: str | None = None
    appealed_at: str | None = None
    settled_at: str | None = None
    case_id: str | None = None
    reason_code: str | None = None
    replies: int = 0
    answer: Mapping[str, Any] | None = None
    answer_edition: int | None = None
    first_answered_at: str | None = None
    erased_at: str | None = None
    public_hash: str | None = None
    private_hash: str | None = None

    @property
    def editions(self) -> int:
        """How many answers there have been; answers of before they were counted are one."""
        return self.answer_edition or (0 if self.answer is None else 1)

    @property
    def waited_until(self) -> str | None:
        """When whoever asked first got an answer, however often it was corrected since."""
        if self.answer is None:
            return None
        return self.first_answered_at or str(self.answer["answered_at"])

    @property
    def text(self) -> str:
        """The text as received; empty if only questions were answered."""
        return str(self.public.get("text", ""))

    @property
    def shown_text(self) -> str:
        """The text as the public sees it."""
        return self.text if self.public_text is None else self.public_text

    @property
    def unmoderated_text(self) -> str:
        """The text as the public would see it if no moderator had masked anything."""
        if not self.beside_hidden:
            return self.shown_text
        return self.text if self.screened_text is None else self.screened_text

    @property
    def author_name(self) -> str | None:
        """Name that the author wants to be shown."""
        return self.public.get("author_name")

    @property
    def shown_author_name(self) -> str | None:
        """The name as the public sees it."""
        return None if self.beside_hidden else self.author_name

    @property
    def answers(self) -> list[dict[str, Any]]:
        """Answers to the topic's questions."""
        return list(self.public.get("answers", ()))

    @property
    def answer_texts(self) -> list[str]:
        """What the answers to open questions say."""
        return [answer["text"] for answer in self.answers if "text" in answer]

    @property
    def says_more_beside(self) -> bool:
        """Whether there are words beside the text: a name, or an answer to an open question."""
        return self.author_name is not None or bool(self.answer_texts)

    @property
    def shown_answers(self) -> list[dict[str, Any]]:
        """The answers as the public sees them."""
        if not self.beside_hidden:
            return self.answers
        return [
            {name: value for name, value in answer.items() if name != "text"}
            for answer in self.answers
        ]

    @property
    def position(self) -> str:
        """Where a published comment stands in the public order: by publication, then by id."""
        return f"{self.published_at}#{self.comment_id}"

    @property
    def arrival(self) -> str:
        """Where a comment stands in the order of receipt."""
        return f"{self.received_at}#{self.comment_id}"

    @property
    def header(self) -> dict[str, Any]:
        """What identifies the comment in leaf and receipt."""
        return {
            "topic_id": self.topic_id,
            "round": self.round,
            "comment_id": self.comment_id,
            "received_at": self.received_at,
        }


@dataclass(frozen=True, kw_only=True)
class Move:
    """A comment's step to another status, or of a reviewed one to its own, with what changes.

    Whatever step a comment takes while it is reviewed ends the review.

    Attributes
    ----------
    set : mapping
        Attributes that get a value (``published_at``, ``public_text``, ``reason_code``, …).
    remove : tuple of str
        Attributes that go.
    """

    comment: Comment
    to: Status
    set: Mapping[str, Any] = field(default_factory=dict)
    remove: tuple[str, ...] = ()

    @property
    def after(self) -> Comment:
        """The comment as it stands after this step, as far as lists go by it."""
        published_at = self.set.get("published_at", self.comment.published_at)
        return self.comment._replace(status=self.to, published_at=published_at)

    @property
    def begins_review(self) -> bool:
        """Whether moderators look at the comment after this step, while it is public."""
        return bool(self.set.get(IN_REVIEW))


def count_changes(moves: Sequence[Move]) -> dict[str, int]:
    """How the round's counters change: a comment counts as received once it leaves screening."""
    changes = dict.fromkeys((*COUNTED, IN_REVIEW), 0)
    for move in moves:
        if move.comment.status == "screening":
            changes["received"] += 1
        else:
            changes[move.comment.status] -= 1
        changes[move.to] += 1
        changes[IN_REVIEW] += move.begins_review - move.comment.in_review
    return {name: change for name, change in changes.items() if change}


def reply_changes(moves: Sequence[Move]) -> dict[str, int]:
    """How the number of published replies changes, by parent."""
    changes: dict[str, int] = {}
    for move in moves:
        parent = move.comment.parent_id
        change = (move.to == "published") - (move.comment.status == "published")
        if parent is not None and change:
            changes[parent] = changes.get(parent, 0) + change
    return changes


def public_view(comment: Comment, *, disposition: Any) -> dict[str, Any]:
    """A published comment as lists and the API show it."""
    return {
        "comment_id": comment.comment_id,
        "kind": comment.kind,
        "text": comment.shown_text,
        "redacted": comment.public_text is not None or comment.beside_hidden,
        "language": comment.language,
        "author_name": comment.shown_author_name,
        "published_at": comment.published_at,
        "parent_id": comment.parent_id,
        "channel": comment.channel,
        "answer": comment.answer,
        "replies": comment.replies,
        "disposition": disposition,
    }


def export_row(comment: Comment) -> dict[str, Any]:
    """A comment as the exports carry it: words only if published, a reason only if not.

    The members are always the same; what may not be shown is null.
    """
    shown = comment.status == "published"
    return {
        "comment_id": comment.comment_id,
        "kind": comment.kind,
        "parent_id": comment.parent_id,
        "status": comment.status,
        "received_at": comment.received_at,
        "published_at": comment.published_at if shown else None,
        "language": comment.language,
        "channel": comment.channel,
        "text": comment.shown_text if shown else None,
        "author_name": comment.shown_author_name if shown else None,
        "answers": comment.shown_answers if shown else None,
        "answer": comment.answer if shown else None,
        "reason_code": comment.reason_code if comment.status in ("held", "rejected") else None,
        "leaf_hash": comment.leaf.hex(),
    }


def record_row(comment: Comment) -> dict[str, Any]:
    """A comment as the record publishes it: of its answers only what they say in words.

    What each person chose would tell what the published results keep back, and who it was.
    """
    row = export_row(comment)
    if row["answers"] is not None:
        row["answers"] = [answer for answer in row["answers"] if "text" in answer]
    return row
