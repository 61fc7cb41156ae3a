"""Hand the leaves of a round's comments to the archive, which keeps the tree over them."""

from typing import Any

from services.comments.leaf_store import CollectingRound, LeafStore
from services.comments.model.window import Window
from services.shared import exports


def collecting(store: LeafStore) -> dict[str, Any]:
    """Rounds whose trees grow.

    Returns
    -------
    dict
        ``rounds``: of each ``topic_id``, ``round`` and ``shards``.
    """
    return {"rounds": [each._asdict() for each in store.collecting()]}


def of_round(window: Window | None) -> dict[str, Any]:
    """The round with a window as `collecting` tells it, though it may collect no longer.

    A topic that was withdrawn before it collected has no window, and no round is told.
    """
    found = [CollectingRound(window.topic_id, window.round, window.shards)] if window else []
    return {"rounds": [each._asdict() for each in found]}


def write_leaves(
    window: Window, number: int, *, after: str, before: str, store: LeafStore, bucket: str
) -> dict[str, Any]:
    """Write the leaves of one shard that were received in a span, sorted by id.

    Parameters
    ----------
    after, before : str
        The span, RFC 3339: from `after` on, up to but without `before`.

    Returns
    -------
    dict
        ``bucket`` and ``key`` of the file of rows ``{"comment_id", "leaf"}``, how many
        ``items`` it has, and how many comments the shard had ``received`` before `before` in all.
    """
    received = [each for each in store.leaves(number, window=window) if each.received_at < before]
    rows = [
        {"comment_id": each.comment_id, "leaf": each.leaf.hex()}
        for each in received
        if each.received_at >= after
    ]
    place = f"work/comments/leaves/{window.topic_id}/{window.round}/{before}"
    file = exports.write_lines(bucket, f"{place}/shard-{number:02d}.jsonl", rows)
    return {
        "bucket": file.bucket,
        "key": file.key,
        "items": file.items,
        "received": len(received),
    }
