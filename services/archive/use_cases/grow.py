"""Have the trees of the rounds that collect grow, and the programme's log of their heads.

Every step may break off and be repeated. What is written to the bucket beyond the size of the last
head means nothing, and is written anew; a head counts once the table has it, in one transaction
with its place in the log; the log's own tree takes up whatever it does not have yet.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from heapq import merge
from typing import Any, Protocol

from services.archive.model.heads import LogHead, RoundHead, Signer
from services.archive.model.merkle import EMPTY, leaf_hash
from services.archive.model.proofs import consistency_path, is_consistent, range_root
from services.archive.model.reading import lines_of
from services.archive.model.tiles import TiledNodes, grown
from services.archive.tree_files import LOG_FOLDER, Batch, round_folder
from services.archive.tree_store import RoundTree, TreeStore
from services.shared import clock
from services.shared.errors import TransientError
from services.shared.observability import logger

SETTLED = timedelta(minutes=2)
"""How long after its receipt a comment is certainly in its table."""
HEAD_AGE = timedelta(hours=18)
"""After so long a head is signed though nothing came: with a look every six hours, once a day."""
_BEGINNING = "0000-01-01T00:00:00.000Z"
Row = Mapping[str, Any]


class NotGrown(Exception):
    """A tree could not grow, or does not have all that it should."""


class Leaves(Protocol):
    """What the comments service tells: see ``comments-leaves`` in docs/architecture.md."""

    def rounds(self) -> Sequence[Row]:
        """Rounds whose trees grow: ``topic_id``, ``round``, ``shards``."""

    def of_round(self, topic_id: str, round_: int) -> Row:
        """A round in the same form, whether its tree grows or not."""

    def came(self, of: Row, *, after: str, before: str) -> tuple[int, list[Iterable[Row]]]:
        """How many a round has received before an instant, and the rows that came, by shard."""


@dataclass(frozen=True, kw_only=True)
class Grounds:
    """What growing needs."""

    trees: TreeStore
    signer: Signer
    leaves: Leaves


def grow_all(grounds: Grounds, *, at: datetime, has_time: Callable[[], bool]) -> int:
    """Grow all trees, those for which there is time, and the log; gives how many heads were signed.

    Raises
    ------
    NotGrown
        If some could not; the others have.
    """
    signed, failed = 0, 0
    for of in grounds.leaves.rounds():
        if not has_time():
            break
        try:
            signed += grow(of, grounds, at=at)
        except Exception:  # noqa: BLE001 - one round must not hold the others
            logger("archive").exception("tree_not_grown", round=dict(of))
            failed += 1
    grow_log(grounds, at=at)
    if failed:
        raise NotGrown(f"{failed} trees")
    return signed


def grow(of: Row, grounds: Grounds, *, at: datetime) -> bool:
    """Take up what came to one round, and sign a head if one is due; tell whether one was signed.

    Raises
    ------
    NotGrown
        If the round has not received what its tree has, the head being signed all the same.
    """
    former = grounds.trees.round_tree(of["topic_id"], of["round"])
    before = clock.to_text(at - SETTLED)
    after = former.until if former else _BEGINNING
    received, parts = grounds.leaves.came(of, after=after, before=before)
    rows = _by_id(parts)
    has = (former.comments if former else 0) + len(rows)
    if former and received > has:
        rows = _missing(of, grounds, before=before)
        has = former.comments + len(rows)
    due = bool(rows) or former is None or at - clock.from_text(former.head.time) >= HEAD_AGE
    if due:
        with grounds.trees.alone(of["topic_id"], of["round"], at=at) as lease:
            grounds.trees.expect(former, of["topic_id"], of["round"])
            head, batch = _signed(of, former.head if former else None, rows, grounds, at=at)
            tree = RoundTree(until=before, head=head, files=former.files if former else 0)
            grounds.trees.keep_round_tree(tree, lease, former=former, batch=batch)
    if received != has:
        raise NotGrown(f"{received} comments were received, {has} are in the tree")
    return due


def _by_id(parts: Iterable[Iterable[Row]]) -> list[Row]:
    return list(merge(*parts, key=lambda row: str(row["comment_id"])))


def _missing(of: Row, grounds: Grounds, *, before: str) -> list[Row]:
    """All that a round received and its tree has not: some came to their table too late."""
    folder, trees = round_folder(of["topic_id"], of["round"]), grounds.trees
    placed = {
        json.loads(line)["comment_id"]
        for batch in trees.batches(of["topic_id"], of["round"])
        if batch.edition is None
        for line in lines_of(trees.batch_chunks(folder, batch))
    }
    _, parts = grounds.leaves.came(of, after=_BEGINNING, before=before)
    return [row for row in _by_id(parts) if row["comment_id"] not in placed]


def grow_log(grounds: Grounds, *, at: datetime) -> None:
    """Take up in the programme's log what was signed since, and sign its head."""
    former = grounds.trees.log_head()
    size, end = former.tree_size if former else 0, grounds.trees.logged()
    if size == end:
        return
    entries = (head.as_leaf() for head in grounds.trees.entries(size, end))
    with grounds.trees.alone_with_log(at=at) as lease:
        if grounds.trees.log_head() != former:
            raise TransientError("the log grew at the same time")
        root = take_up(LOG_FOLDER, former, entries, end - size, grounds.trees)
        head = LogHead.of(grounds.signer, tree_size=end, root=root, at=clock.to_text(at))
        grounds.trees.keep_log_head(head, lease, former=former)


def _signed(
    of: Row, former: RoundHead | None, rows: Sequence[Row], grounds: Grounds, *, at: datetime
) -> tuple[RoundHead, Batch | None]:
    """Put rows into a round's tree and sign what it is then; gives the batch, if there is one."""
    topic_id, round_, now = of["topic_id"], of["round"], clock.to_text(at)
    size, folder = former.tree_size if former else 0, round_folder(topic_id, round_)
    placed = ({"index": size + n, **row} for n, row in enumerate(rows))
    batch = grounds.trees.write_batch(folder, size, placed) if rows else None
    leaves = (bytes.fromhex(row["leaf"]) for row in rows)
    root = take_up(folder, former, leaves, len(rows), grounds.trees)
    size += len(rows)
    if former:
        return former.next(grounds.signer, tree_size=size, root=root, at=now), batch
    head = RoundHead.first(
        grounds.signer, topic_id=topic_id, round_=round_, tree_size=size, root=root, at=now
    )
    return head, batch


def take_up(
    folder: str,
    former: RoundHead | LogHead | None,
    leaves: Iterator[bytes],
    count: int,
    trees: TreeStore,
) -> bytes:
    """Write the tiles of a tree to which leaves came; gives its root.

    Parameters
    ----------
    former : RoundHead or LogHead, optional
        The head of before, of a tree that had leaves.

    Raises
    ------
    NotGrown
        If what the tiles have is not what was signed before.
    """
    read = partial(trees.read_tile, folder)
    first = former.tree_size if former else 0
    for tile, body in grown(first, map(leaf_hash, leaves), read):
        trees.write_tile(folder, tile, body)
    second, nodes = first + count, TiledNodes(read)
    root = range_root(0, second, nodes)
    path = consistency_path(first, second, nodes)
    signed = bytes.fromhex(former.root) if former else EMPTY
    if not is_consistent(first, second, path=path, first_root=signed, second_root=root):
        raise NotGrown(f"the tiles of {folder} are not those of the head of {first} leaves")
    return root
