"""Partitions of the comments table; `store` says what lies in them."""

from services.comments.model.comment import Comment
from services.comments.model.names import shard_of
from services.comments.model.window import Window


def audit_pk(comment: Comment) -> str:
    """Partition of the audit items of one comment."""
    return f"C#{comment.topic_id}#{comment.round}#{comment.comment_id}"


def comment_key(window: Window, comment_id: str) -> tuple[str, str]:
    """Key of a comment of a window's round."""
    return shard_pk("T", window, shard_of(comment_id, window.shards)), comment_id


def shard_pk(letter: str, window: Window, shard: int) -> str:
    """Partition of a shard: of all its comments (``T``), or of the published ones (``P``)."""
    return f"{letter}#{window.topic_id}#{window.round}#{shard:02d}"


def window_pk(topic_id: str, round_: int) -> str:
    """Partition of a round's window."""
    return f"W#{topic_id}#{round_}"


def counter_pk(topic_id: str, round_: int) -> str:
    """Partition of a round's counters."""
    return f"N#{topic_id}#{round_}"
