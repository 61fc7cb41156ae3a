"""What the comments service hands in for a round's record."""

from datetime import datetime

from services.comments.contracts.answers import OfficialAnswer
from services.comments.model.comment import Status
from services.comments.model.submission import Kind
from services.shared.contracts.operation import Id, Sha256, Shown, words_of
from services.shared.language import Language


class WrittenAnswer(Shown):
    """What somebody wrote in answer to an open question."""

    question_id: str
    text: str


class SealedComment(Shown):
    """A comment: its words if it is public, else its leaf, its status and the reason.

    Attributes
    ----------
    parent_id : str or None
        What it is a reply to.
    text, author_name, answers : str, str and tuple, or None
        Null unless it is published; of answers to questions only what was written, not what was
        chosen, which stands in the results alone.
    answer : OfficialAnswer or None
        The officer's answer to an inquiry.
    reason_code : str or None
        Why it was rejected or is held.
    leaf_hash : str
        What the author's receipt binds.
    """

    model_config = words_of("comment_id", "text", "author_name", "answers", "answer")

    comment_id: Id
    kind: Kind
    parent_id: Id | None
    status: Status
    received_at: datetime
    published_at: datetime | None
    language: Language
    channel: str
    text: str | None
    author_name: str | None
    answers: tuple[WrittenAnswer, ...] | None
    answer: OfficialAnswer | None
    reason_code: str | None
    leaf_hash: Sha256


class SealedCounts(Shown):
    """Comments by status; `received` is all, `pending` what nobody had decided yet."""

    received: int
    published: int
    held: int
    rejected: int
    withdrawn: int
    erased: int
    in_review: int
    screening: int
    pending: int


FILES = {"shard.jsonl": SealedComment, "counts.json": SealedCounts}
"""The document, or the row of a JSON Lines file, by the file's name; shards are numbered."""
