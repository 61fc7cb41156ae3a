"""Erasing comments: what of one goes and what stays, and the requests that ask for it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from services.comments.model.comment import Comment, Move
from services.comments.model.receipts import part_hash
from services.shared import clock

MOST_AT_ONCE = 100
"""Comments that one request names by their receipts."""
_PERSONAL = (
    "body",
    "private",
    "subject_key",
    "repeats_own",
    "public_text",
    "screened_text",
    "beside_hidden",
    "reason_code",
)
"""Attributes of a comment's row that hold its words, or tell of who wrote it."""


class ErasureRequest(BaseModel):
    """A request of erasure: of comments by their receipts, or of an account in one topic.

    Attributes
    ----------
    round : int
        The topic's latest when it was made.
    comment_ids : tuple of str
        What is to be erased, where receipts said so; forgotten once that is done.
    subject_key : str or None
        Pseudonym of the account whose comments are to be erased; likewise.
    place : int
        How many shards of the topic's rounds were gone through for it.
    comments : int
        How many comments it has erased.
    version : int
        Counts how often it was made or completed: an account may ask again for what it sent since.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    request_id: str
    topic_id: str
    round: int
    status: Literal["waiting", "completed"] = "waiting"
    requested_at: str
    completed_at: str | None = None
    comment_ids: tuple[str, ...] = ()
    subject_key: str | None = None
    place: int = 0
    comments: int = 0
    version: int = 1

    def shown(self) -> dict[str, Any]:
        """The request as whoever has its id sees it: no id of a comment, no pseudonym."""
        names = {"request_id", "topic_id", "status", "requested_at", "completed_at", "comments"}
        return self.model_dump(include=names)


def made_again(
    standing: ErasureRequest | None, request: ErasureRequest
) -> tuple[ErasureRequest, bool]:
    """The request as it stands when it is made, and whether that is to be written.

    What waits goes on. What was completed stays so where receipts say what is meant; an account
    may have sent more since.
    """
    if standing is None:
        return request, True
    if standing.status == "waiting" or request.subject_key is None:
        return standing, False
    return request.model_copy(update={"version": standing.version + 1}), True


def erased(comment: Comment, *, salt: bytes, at: datetime) -> Move:
    """Step of a comment to one of which nothing is left but that it was received.

    Stay: id, times, kind, language, channel, place in its thread, the leaf, the hashes from which
    the leaf follows, and the keyed digest by which a repeated submission is told from a new one.

    Parameters
    ----------
    salt : bytes
        The receipt's.
    """
    kept: Mapping[str, str] = {
        "erased_at": clock.to_text(at),
        "public_hash": part_hash(comment.public, part="public", salt=salt),
        "private_hash": part_hash(comment.private, part="private", salt=salt),
    }
    return Move(comment=comment, to="erased", set=kept, remove=_PERSONAL)
