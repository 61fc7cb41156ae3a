"""Show the heads of trees and of the log of them, and prove that a tree only grew."""

from dataclasses import dataclass
from functools import partial
from typing import Any

from services.archive.model.proofs import consistency_path
from services.archive.model.tiles import TiledNodes
from services.archive.tree_files import LOG_FOLDER, round_folder
from services.archive.tree_store import TreeStore
from services.shared.errors import NotFound
from services.shared.table import Item

PAGE = 100


@dataclass(frozen=True, kw_only=True)
class Page:
    """Heads of a round, the newest first, and the key after which to go on."""

    items: list[dict[str, Any]]
    last: Item | None


def round_with_tree(topic_id: str, round_: int | None, *, trees: TreeStore) -> int:
    """The round that is asked for, by default the newest one that has a tree.

    Raises
    ------
    NotFound
        If the topic has none.
    """
    found = round_ or trees.newest_round(topic_id)
    if found is None:
        raise NotFound
    return found


def list_heads(
    topic_id: str, round_: int, *, tree_size: int | None, after: Item | None, trees: TreeStore
) -> Page:
    """A page of a round's heads; `tree_size` chooses those of so many leaves.

    Raises
    ------
    NotFound
        If there is none.
    """
    heads, last = trees.heads(topic_id, round_, tree_size=tree_size, after=after, limit=PAGE)
    if not heads:
        raise NotFound
    return Page(items=[each.head.model_dump() for each in heads], last=last)


def growth(
    topic_id: str, round_: int, *, first: int, second: int, trees: TreeStore
) -> dict[str, Any]:
    """Proof that a round's tree of one size grew from that of another.

    Raises
    ------
    NotFound
        If a size is none that a head has: what was never signed is not proved.
    """
    for size in (first, second):
        heads, _ = trees.heads(topic_id, round_, tree_size=size, limit=1)
        if not heads:
            raise NotFound
    return _growth(round_folder(topic_id, round_), first, second, trees)


def log_head(*, trees: TreeStore) -> dict[str, Any]:
    """The log's newest head.

    Raises
    ------
    NotFound
        If it has none yet.
    """
    head = trees.log_head()
    if head is None:
        raise NotFound
    return head.model_dump()


def log_entries(first: int, *, trees: TreeStore) -> dict[str, Any]:
    """A page of the log as far as its newest head goes, from an entry on."""
    head = trees.log_head()
    size = head.tree_size if head else 0
    end = min(first + PAGE, size)
    items = [entry.model_dump() for entry in trees.entries(first, end)]
    return {"first": first, "items": items, "next_first": end if items and end < size else None}


def log_growth(*, first: int, second: int, trees: TreeStore) -> dict[str, Any]:
    """Proof that the log of one size grew from that of another; see `growth`."""
    if not all(trees.has_log_head(size) for size in (first, second)):
        raise NotFound
    return _growth(LOG_FOLDER, first, second, trees)


def _growth(folder: str, first: int, second: int, trees: TreeStore) -> dict[str, Any]:
    path = consistency_path(first, second, TiledNodes(partial(trees.read_tile, folder)))
    return {"first_size": first, "second_size": second, "path": [each.hex() for each in path]}
