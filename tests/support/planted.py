"""Records in a tree of their round, its heads signed by whoever makes them up."""

import json
from collections.abc import Iterator

from scripts.record_example import UNKNOWN, NumberKey
from services.archive.model.audit import canonical
from services.archive.model.heads import RoundHead
from services.archive.model.merkle import tree_hash
from services.archive.model.record import (
    HEADER,
    HEADS,
    KEYS,
    LEAVES,
    MANIFEST,
    TREE_HEAD,
    file_leaves,
    measured,
)

Files = dict[str, bytes]


def planted(files: Files, key: NumberKey = UNKNOWN) -> Files:
    """The same files with the leaves of their comments, one head of these, and the key's list."""
    leaves = list(_leaves(files))
    rows = [
        canonical({"index": n, "comment_id": comment_id, "leaf": leaf})
        for n, (comment_id, leaf) in enumerate(leaves)
    ]
    told = json.loads(files[HEADER])
    head = RoundHead.first(
        key,
        topic_id=told["topic_id"],
        round_=told["round"],
        tree_size=len(leaves),
        root=tree_hash(bytes.fromhex(leaf) for _, leaf in leaves),
        at=told["sealed_at"],
    )
    tree = {LEAVES: rows, HEADS: [head.as_leaf()], KEYS: [canonical({"keys": key.published()})]}
    return {**files, **{path: b"".join(b + b"\n" for b in each) for path, each in tree.items()}}


def crowned(files: Files, key: NumberKey = UNKNOWN) -> Files:
    """Planted files with the head over their leaves, and themselves as the last ones."""
    listed = {path: body for path, body in files.items() if path not in (MANIFEST, TREE_HEAD)}
    last = RoundHead.model_validate_json(listed[HEADS].splitlines()[-1])
    rows = [json.loads(line) for line in listed[LEAVES].splitlines()]
    entries = sorted((path, measured(path, [body]).sha256) for path, body in listed.items())
    leaves = [*map(_leaf_of, rows), *file_leaves(entries)]
    head = last.next(key, tree_size=len(leaves), root=tree_hash(leaves), at=last.time)
    document = {"first": len(rows), "head": head.model_dump()}
    return {**files, TREE_HEAD: canonical(document) + b"\n"}


def _leaf_of(row: dict[str, str]) -> bytes:
    if "leaf" in row:
        return bytes.fromhex(row["leaf"])
    [leaf] = file_leaves([(row["path"], row["sha256"])])
    return leaf


def _leaves(files: Files) -> Iterator[tuple[str, str]]:
    """Comments with their leaves, as far as rows are any."""
    for path, body in sorted(files.items()):
        if path.startswith("comments/") and path.endswith(".jsonl"):
            for line in body.splitlines():
                try:
                    row = json.loads(line)
                    yield row["comment_id"], row["leaf_hash"]
                except (ValueError, RecursionError, KeyError, TypeError):
                    continue
