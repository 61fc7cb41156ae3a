"""Open what was sealed with a comment."""

from collections.abc import Mapping
from typing import Any

from services.comments.data_keys import DataKeys
from services.comments.model.comment import Comment
from services.comments.model.sealing import SealBroken, unseal
from services.comments.model.window import Window
from services.shared.observability import logger


def personal_part(comment: Comment, window: Window, data_keys: DataKeys) -> Mapping[str, Any]:
    """Contact and demographics of a comment; empty if there are none, or none to be read any more.

    One that cannot be opened though it should is logged: those beside it can.
    """
    if comment.sealed is None or window.data_key is None:
        return {}
    key = data_keys.plain(window)
    try:
        return unseal(comment.sealed, key=key, bound_to=comment.comment_id)
    except SealBroken:
        logger("comments").error("personal_data_unreadable", comment_id=comment.comment_id)
        return {}
