"""Partitions of the comments table and its indexes; `store` says what lies in them."""

from services.comments.model.comment import Comment
from services.comments.model.names import shard_of
from services.comments.model.window import Window

PUBLIC = "public"
GROUPED = "grouped"


def audit_pk(comment: Comment) -> str:
    """Partition of the audit items of one comment."""
    return f"C#{comment.topic_id}#{comment.round}#{comment.comment_id}"


def comment_key(window: Window, comment_id: str) -> tuple[str, str]:
    """Key of a comment of a window's round."""
    return shard_pk("T", window, shard_of(comment_id, window.shards)), comment_id


def shard_pk(letter: str, window: Window, shard: int) -> str:
    """Partition of a shard.

    Of all its comments (``T``), of the published ones (``P``), of the inquiries without an answer
    (``I``) or of those with one (``A``).
    """
    return f"{letter}#{window.topic_id}#{window.round}#{shard:02d}"


def shard_pks(letter: str, window: Window) -> list[str]:
    """Partitions of all shards; see `shard_pk`."""
    return [shard_pk(letter, window, shard) for shard in range(window.shards)]


def thread_pk(window: Window, parent_id: str) -> str:
    """Partition of the published replies to a comment."""
    return f"R#{window.topic_id}#{window.round}#{parent_id}"


def index_keys(comment: Comment, window: Window) -> dict[str, str]:
    """Keys that a comment has in the sparse indexes, as it stands.

    Every write of a comment's status or answer writes them all, so that a row from before an index
    gets into it with its next step.
    """
    shard, keys = shard_of(comment.comment_id, window.shards), {}
    if comment.status == "published":
        keys["public_pk"] = shard_pk("P", window, shard)
        keys["public_sk"] = comment.position
    if comment.status == "published" and comment.parent_id is not None:
        keys["grouped_pk"] = thread_pk(window, comment.parent_id)
        keys["grouped_sk"] = comment.position
    if comment.kind == "inquiry" and comment.status in ("screening", "held", "published"):
        letter = "I" if comment.answer is None else "A"
        keys["grouped_pk"] = shard_pk(letter, window, shard)
        keys["grouped_sk"] = comment.arrival
    return keys


def window_pk(topic_id: str, round_: int) -> str:
    """Partition of a round's window."""
    return f"W#{topic_id}#{round_}"


def counter_pk(topic_id: str, round_: int) -> str:
    """Partition of a round's counters."""
    return f"N#{topic_id}#{round_}"
