"""Prove that a comment is in its round's tree, and that head in the programme's log."""

from functools import partial
from typing import Any

from services.archive.model.batches import index_in
from services.archive.model.heads import LogHead, RoundHead
from services.archive.model.proofs import inclusion_path
from services.archive.model.tiles import TiledNodes
from services.archive.tree_files import LOG_FOLDER, round_folder
from services.archive.tree_store import TreeStore


def prove(
    topic_id: str, round_: int, comment_id: str, *, received_at: str, trees: TreeStore
) -> dict[str, Any] | None:
    """Proof of a comment against its round's newest head; see ``docs/record.md``.

    Parameters
    ----------
    received_at : str
        When the comment was received, RFC 3339 in UTC with milliseconds.

    Returns
    -------
    dict or None
        ``tree_size``, ``leaf_index``, ``path``, ``head`` and ``log``, which is null until the log
        has taken the head up; ``None`` until the tree has the comment.
    """
    folder = round_folder(topic_id, round_)
    batches = trees.batches_of(topic_id, round_, received_at=received_at)
    places = (
        index_in(partial(trees.read_batch, folder, batch.first), batch.size, comment_id)
        for batch in batches
    )
    index = next((place for place in places if place is not None), None)
    if index is None:
        return None
    # Read after the batch, so that the tree has it.
    [newest], _ = trees.heads(topic_id, round_, limit=1)
    proof = _inclusion(folder, index, newest.head, trees)
    log = trees.log_head()
    if log is None or log.tree_size <= newest.entry:
        return proof | {"log": None}
    return proof | {"log": _inclusion(LOG_FOLDER, newest.entry, log, trees)}


def _inclusion(
    folder: str, index: int, head: RoundHead | LogHead, trees: TreeStore
) -> dict[str, Any]:
    nodes = TiledNodes(partial(trees.read_tile, folder))
    path = inclusion_path(index, head.tree_size, nodes)
    return {
        "tree_size": head.tree_size,
        "leaf_index": index,
        "path": [each.hex() for each in path],
        "head": head.model_dump(),
    }
