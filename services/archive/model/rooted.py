"""Whether a record is in its round's tree as signed: its comments, its heads, its files.

Each function is a check of `services.archive.model.soundness`: it says what it looked at, and
raises `Broken` at the first thing that is wrong. Leaves are read one at a time; of the tree no more
is kept than where it ends.
"""

import hashlib
from collections.abc import Iterator, Mapping
from typing import Any

from services.archive.model.audit import canonical
from services.archive.model.merkle import Frontier, leaf_hash
from services.archive.model.opened import Opened
from services.archive.model.public_keys import INSTANT, HeadKeys, can_verify, fault, head_keys
from services.archive.model.reading import Broken, Unusable
from services.archive.model.record import (
    DIGEST,
    HEADS,
    KEYS,
    LEAVES,
    TEXTS,
    TREE_HEAD,
    file_leaves,
    is_path,
)

_TREE = (LEAVES, HEADS, KEYS, TREE_HEAD)
_COMMENT, _FILE = {"index", "comment_id", "leaf"}, {"index", "path", "sha256"}
_FORMAT = "tashawur-head/1"
_MEMBERS = {
    "format": str,
    "topic_id": str,
    "round": int,
    "tree_size": int,
    "root": str,
    "time": str,
    "key_id": str,
    "signature": str,
}
_HEAD_LABEL, _TEXTS_LABEL = b"tashawur/head/1", b"tashawur/texts/1"
Head = Mapping[str, Any]


def leaves(record: Opened) -> str:
    """Each comment's leaf is in the round's tree once, and no other comment's is."""
    for path in _TREE:
        if path not in record.names:
            raise Broken(path, "missing")
    due = {comment_id: comment.leaf for comment_id, comment in record.comments.items()}
    number = -1
    for number, row in enumerate(record.rows(LEAVES)):
        line = f"line {number + 1}"
        placed = type(row.get("index")) is int and row["index"] == number
        if not placed or set(row) not in (_COMMENT, _FILE):
            raise Broken(LEAVES, f"{line} is not leaf {number}")
        if set(row) == _FILE:
            _earlier(row, record, line)
        else:
            comment_id = row["comment_id"]
            if comment_id not in due:
                twice = "there twice" if comment_id in record.comments else "not in the record"
                raise Broken(LEAVES, f"{line}: comment {comment_id} is {twice}")
            told = due.pop(comment_id)
            if told != row["leaf"]:
                raise Broken(LEAVES, f"{line}: comment {comment_id} has the leaf {told}")
    if due:
        raise Broken(LEAVES, f"comment {min(due)} is no leaf")
    return f"{number + 1} leaves"


def _earlier(row: Mapping[str, Any], record: Opened, line: str) -> None:
    """A leaf that is no comment is a file of an edition before this one."""
    if record.manifest["edition"] == 1:
        raise Broken(LEAVES, f"{line}: a file, and there is no edition before the first")
    path, digest = row["path"], row["sha256"]
    if not is_path(path) or not DIGEST.fullmatch(digest):
        raise Broken(LEAVES, f"{line}: not a file of a record")


def heads(record: Opened) -> str:
    """Each head is one of the round, of what the tree was, and follows the one before it."""
    tree, before, hashed = Frontier(), None, _hashed(record)
    looked = 0
    for looked, head in enumerate(record.rows(HEADS), start=1):
        line = f"line {looked}"
        _follows(head, before, record, at=(HEADS, f"{line}: "))
        while tree.size < head["tree_size"]:
            leaf = next(hashed, None)
            if leaf is None:
                raise Broken(HEADS, f"{line}: of more leaves than there are, {tree.size}")
            tree.append(leaf)
        if tree.root().hex() != head["root"]:
            why = f"{line}: its root is not that of the first {tree.size} leaves"
            raise Broken(HEADS, why)
        before = head
    for leaf in hashed:
        tree.append(leaf)
    _is_last(record, tree, before)
    return f"{looked + 1} heads"


def _is_last(record: Opened, tree: Frontier, before: Head | None) -> None:
    """The head beside the manifest is that of all leaves with the record's files after them."""
    told = record.signed(TREE_HEAD)
    if not isinstance(told, dict) or set(told) != {"first", "head"} or before is None:
        raise Broken(TREE_HEAD, "not the head of a record's files, or the first of its round")
    head = told["head"]
    _follows(head, before, record, at=(TREE_HEAD, ""))
    if head["time"] != record.manifest["sealed_at"]:
        raise Broken(TREE_HEAD, f"of {head['time']}, not of when the record was sealed")
    if type(told["first"]) is not int or told["first"] != tree.size:
        raise Broken(TREE_HEAD, f"its files are from {told['first']} on, not from {tree.size}")
    if before["tree_size"] != tree.size:
        raise Broken(HEADS, f"the last is of {before['tree_size']} leaves, there are {tree.size}")
    for leaf in file_leaves((file.path, file.sha256) for file in record.files):
        tree.append(leaf_hash(leaf))
    if (head["tree_size"], head["root"]) != (tree.size, tree.root().hex()):
        raise Broken(TREE_HEAD, "its root is not that of the leaves and the record's files")
    record.head = told["head"]


def _hashed(record: Opened) -> Iterator[bytes]:
    """Hashes of the leaves, in their order."""
    for row in record.rows(LEAVES):
        if "leaf" in row:
            if not DIGEST.fullmatch(row["leaf"]):
                raise Broken(LEAVES, f"leaf {row['index']} is none")
            yield leaf_hash(bytes.fromhex(row["leaf"]))
        else:
            [leaf] = file_leaves([(row["path"], row["sha256"])])
            yield leaf_hash(leaf)


def _follows(head: Any, before: Head | None, record: Opened, *, at: tuple[str, str]) -> None:
    """A head is of the record's round, and comes after the one before."""
    path, line = at
    shown = dict(head) if isinstance(head, dict) else {}
    previous = shown.pop("previous", "")
    if {name: type(value) for name, value in shown.items()} != _MEMBERS:
        raise Broken(path, f"{line}its fields are not those of a head")
    if head["format"] != _FORMAT:
        raise Broken(path, f"{line}the format is {head['format']!r}, not {_FORMAT!r}")
    if not INSTANT.fullmatch(head["time"]):
        raise Broken(path, f"{line}its time is none")
    for name in ("topic_id", "round"):
        if head[name] != record.manifest[name]:
            raise Broken(path, f"{line}of another {name.removesuffix('_id')}, {head[name]}")
    if previous != (_digest(before) if before else None):
        raise Broken(path, f"{line}does not follow the head before it")
    if head["tree_size"] < 0:
        raise Broken(path, f"{line}of fewer leaves than none")
    if before and (head["tree_size"] < before["tree_size"] or head["time"] < before["time"]):
        raise Broken(path, f"{line}smaller, or earlier, than the head before it")


def _digest(head: Head) -> str:
    return hashlib.sha256(canonical(dict(head))).hexdigest()


def signed(record: Opened) -> str:
    """Each head, and the texts, are signed by a key that was valid then.

    Raises
    ------
    Broken
        At the first that is not.
    Unusable
        If keys are given, and what verifies signatures is not installed.
    """
    keys = _keys(record)
    if not can_verify():
        if record.keys is None:
            return "cryptography needed"
        raise Unusable("to verify signatures the package cryptography must be installed")
    looked = 0
    for looked, head in enumerate(record.rows(HEADS), start=1):
        if why := fault(head, _HEAD_LABEL, keys):
            raise Broken(HEADS, f"line {looked}: {why}")
    if why := fault(record.head, _HEAD_LABEL, keys):
        raise Broken(TREE_HEAD, why)
    looked += 1 + _texts(record, keys)
    record.signatures = looked
    return f"{looked} signatures"


def _texts(record: Opened, keys: HeadKeys) -> int:
    """How many signatures of texts were verified: one, where they are beside the record.

    Raises
    ------
    Unusable
        If the record itself does not know the key.
    """
    if TEXTS not in record.names:
        return 0
    told = dict(record.document(TEXTS))
    del told["files"]
    if record.keys is None and told["key_id"] not in keys:
        # Words may have been erased when another key signed; then the record does not know it.
        by = f"signed by key {told['key_id']}, which is not in {KEYS}"
        raise Unusable(f"{TEXTS}: {by}: the list of keys must be given")
    if why := fault(told, _TEXTS_LABEL, keys):
        raise Broken(TEXTS, why)
    return 1


def _keys(record: Opened) -> HeadKeys:
    """The keys that were given, else those that the record itself has; it has none but these."""
    try:
        own = head_keys(record.document(KEYS))
    except ValueError as error:
        raise Broken(KEYS, "not the list of keys that sign heads") from error
    if record.keys is None:
        return own
    for key_id in own.keys() - record.keys.keys():
        raise Broken(KEYS, f"has key {key_id}, which is not in the list of keys")
    return record.keys
