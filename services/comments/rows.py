"""How comments and windows lie in the table, keys aside."""

import zlib
from collections.abc import Callable
from operator import itemgetter
from typing import Any

from pydantic_core import from_json

from services.comments.model.comment import Comment
from services.comments.model.window import Window
from services.shared import clock
from services.shared.exports import canonical
from services.shared.table import Item

_PLAIN = (
    "kind",
    "status",
    "received_at",
    "language",
    "channel",
    "version",
    "body_digest",
    "leaf",
    "parent_id",
    "subject_key",
    "published_at",
    "public_text",
    "case_id",
    "reason_code",
    "answer",
    "answer_edition",
    "first_answered_at",
    "screened_text",
    "case_edition",
    "decided_at",
    "appealed_at",
    "settled_at",
    "erased_at",
    "public_hash",
    "private_hash",
)
_WINDOW = (
    "version",
    "agency",
    "participation",
    "publication_mode",
    "shards",
    "data_key",
    "author_names",
    "moderation_hours",
)
_ABSENT: Item = dict.fromkeys(Comment._fields) | Comment._field_defaults
"""What a comment has where its row has nothing."""
_values_of = itemgetter(*Comment._fields)
_NOTHING: Item = {"public": {}, "private": {}}
"""What an erased comment has left of what was received."""
SHOWN = (
    "sk",
    "kind",
    "body",
    "language",
    "channel",
    "received_at",
    "parent_id",
    "published_at",
    "public_text",
    "beside_hidden",
    "answer",
    "first_answered_at",
    "replies",
)
"""The attributes that reading a list takes: what is shown, and the key."""


def comment_row(comment: Comment) -> Item:
    """Attributes of a comment's item.

    What was received is one compressed attribute: a comment of 1 KB, Arabic above all, then mostly
    fits in one write unit. Absent and zero attributes are left out for the same reason.
    """
    received = {"public": comment.public, "private": comment.private}
    return {name: getattr(comment, name) for name in _PLAIN} | {
        "body": zlib.compress(canonical(received), level=9),
        "private": comment.sealed,
        "depth": comment.depth or None,
        "replies": comment.replies or None,
        "beside_hidden": comment.beside_hidden or None,
        "in_review": comment.in_review or None,
        "repeats_own": comment.repeats_own or None,
    }


def received_of(body: bytes) -> Item:
    """What was received: ``public`` and ``private``, as a compressed attribute has it."""
    received: Item = from_json(zlib.decompress(body))
    return received


def comment_of(
    row: Item, *, topic_id: str, round_: int, read: Callable[[bytes], Item] = received_of
) -> Comment:
    """Comment of an item; where only some attributes were read (`SHOWN`), the others are ``None``.

    Parameters
    ----------
    row : dict
        The item, or the attributes of it that were read; that of an erased comment has no body.
    read : callable
        Does what `received_of` does.
    """
    received = read(row["body"]) if "body" in row else _NOTHING
    values = {
        **_ABSENT,
        **row,
        **received,
        "topic_id": topic_id,
        "round": round_,
        "comment_id": row["sk"],
        "sealed": row.get("private"),
    }
    return Comment._make(_values_of(values))


def window_row(window: Window) -> Item:
    """Attributes of a window's item."""
    return {name: getattr(window, name) for name in _WINDOW} | {
        "opens_at": clock.to_text(window.opens_at),
        "closes_at": clock.to_text(window.closes_at),
        "questions": [question.model_dump(mode="json") for question in window.questions],
        "demographics": {name: list(values) for name, values in window.demographics.items()},
        "target_groups": [group.model_dump(mode="json") for group in window.target_groups],
    }


def window_of(row: Item, *, topic_id: str, round_: int) -> Window:
    """Window of an item; one that was written before rounds asked for more asks for no more."""
    values: dict[str, Any] = {
        name: value for name, value in row.items() if name not in ("pk", "sk")
    }
    return Window.model_validate({**values, "topic_id": topic_id, "round": round_})
