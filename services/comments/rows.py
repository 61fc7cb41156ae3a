"""How comments and windows lie in the table, keys aside."""

import json
import zlib
from typing import Any

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


def comment_of(row: Item, *, topic_id: str, round_: int) -> Comment:
    """Comment of an item; where only some attributes were read (`SHOWN`), the others are ``None``.

    Parameters
    ----------
    row : dict
        The item, or the attributes of it that were read; that of an erased comment has no body.
    """
    received = json.loads(zlib.decompress(row["body"])) if "body" in row else _NOTHING
    return Comment(
        topic_id=topic_id,
        round=round_,
        comment_id=row["sk"],
        public=received["public"],
        private=received["private"],
        sealed=row.get("private"),
        depth=row.get("depth", 0),
        replies=row.get("replies", 0),
        beside_hidden=row.get("beside_hidden", False),
        in_review=row.get("in_review", False),
        repeats_own=row.get("repeats_own", False),
        **{name: row.get(name) for name in _PLAIN},  # type: ignore[arg-type]
    )


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
