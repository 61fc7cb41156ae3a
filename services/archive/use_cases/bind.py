"""Bind a record to its round's tree: it has all comments, and the record's files come last.

The record's row and the head over its files are written in one transaction: before it there is
neither, and what a sealing that broke off left in the bucket lies beyond the last head's size.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from itertools import chain
from typing import Any

from services.archive.bodies import Body, whole
from services.archive.model.record import HEADS, KEYS, LEAVES, file_leaves
from services.archive.tree_files import round_folder
from services.archive.tree_store import RoundTree, SealedTree, TreeStore
from services.archive.use_cases.grow import Grounds, NotGrown, grow, take_up
from services.shared import clock, exports
from services.shared.errors import Unsettled
from services.shared.head_keys import known_at
from services.shared.table import Put, Update


@dataclass(frozen=True, kw_only=True)
class Basis:
    """A round's tree as a record finds it, before the record's own files are put into it.

    Attributes
    ----------
    size : int
        How many leaves there are.
    last : str
        Digest of the last head.
    """

    size: int
    last: str


def complete(topic_id: str, round_: int, *, comments: int, grounds: Grounds, at: datetime) -> None:
    """Have the round's tree grow, if it has not all comments of its record yet.

    Raises
    ------
    Unsettled
        If it cannot.
    """
    tree = grounds.trees.round_tree(topic_id, round_)
    if tree is None or tree.comments != comments:
        try:
            grow(grounds.leaves.of_round(topic_id, round_), grounds, at=at)
        except NotGrown as error:
            raise Unsettled(str(error)) from error


def settled(
    topic_id: str, round_: int, *, comments: int, trees: TreeStore, at: datetime
) -> RoundTree:
    """The round's tree with all comments of its record.

    Raises
    ------
    Unsettled
        If it has not as many, as the last ones were received just now, or is of a later instant.
    """
    tree = trees.round_tree(topic_id, round_)
    if tree is None or tree.comments != comments or tree.head.time > clock.to_text(at):
        raise Unsettled(f"the tree is not that of the record's {comments} comments yet")
    return tree


def basis_of(sealed: SealedTree) -> Basis:
    """What a sealed record found, by what came of it."""
    # A record's files come after what its comments were signed by, so that there is one before.
    return Basis(size=sealed.first, last=str(sealed.head.previous))


def tree_files(head: Mapping[str, Any], basis: Basis, *, grounds: Grounds) -> dict[str, Body]:
    """Files of a record that tell its tree: leaves, heads and keys, the same bytes each time.

    Parameters
    ----------
    head : mapping
        The record's header.
    """
    topic_id, round_ = head["topic_id"], head["round"]
    keys = {"keys": known_at(grounds.signer.published(), head["sealed_at"])}
    return {
        LEAVES: partial(_leaves, topic_id, round_, basis.size, grounds.trees),
        HEADS: partial(_heads, topic_id, round_, basis.last, grounds.trees),
        KEYS: partial(whole, exports.canonical(keys) + b"\n"),
    }


def bind(
    document: Mapping[str, Any],
    former: RoundTree,
    grounds: Grounds,
    *,
    lease: Update,
    beside: Sequence[Put | Update],
    at: datetime,
) -> SealedTree:
    """Put the files of a record's manifest into its round's tree, and sign what it is then.

    Nothing of it counts before the transaction in which its head and what is `beside` are written,
    and the `lease` of the tree is given back.

    Raises
    ------
    NotGrown
        If the tiles are not those of the last head.
    TransientError
        If something of what is beside is otherwise than it demands.
    """
    first, topic_id, round_ = former.head.tree_size, document["topic_id"], document["round"]
    folder, files, trees = round_folder(topic_id, round_), document["files"], grounds.trees
    rows = (
        {"index": first + n, "path": file["path"], "sha256": file["sha256"]}
        for n, file in enumerate(files)
    )
    batch = replace(trees.write_batch(folder, first, rows), edition=document["edition"])
    leaves = file_leaves((file["path"], file["sha256"]) for file in files)
    root = take_up(folder, former.head, leaves, len(files), trees)
    size, now = first + len(files), clock.to_text(at)
    head = former.head.next(grounds.signer, tree_size=size, root=root, at=now)
    tree = replace(former, head=head, files=former.files + len(files))
    trees.keep_round_tree(tree, lease, former=former, batch=batch, beside=beside)
    return SealedTree(first=first, head=head)


def _leaves(topic_id: str, round_: int, size: int, trees: TreeStore) -> Iterator[bytes]:
    batches = (batch for batch in trees.batches(topic_id, round_) if batch.first < size)
    folder = round_folder(topic_id, round_)
    return chain.from_iterable(trees.batch_chunks(folder, batch) for batch in batches)


def _heads(topic_id: str, round_: int, last: str, trees: TreeStore) -> Iterator[bytes]:
    for head in trees.heads_up_to(last, topic_id, round_):
        yield head.as_leaf() + b"\n"
