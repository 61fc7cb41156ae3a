"""Write the test vectors of proofs, ``docs/record-vectors.json``; ``--check`` only compares.

``python -m scripts.record_vectors [--check]``

The keys are made of numbers that stand in `scripts.record_example`: they prove nothing about any
real consultation.
"""

import base64
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from scripts import record_example as example
from scripts.generated import keep
from scripts.record_example import (
    ENTRIES,
    FIRST,
    HEADS,
    LEAVES,
    LOG_HEADS,
    LOGGED,
    OTHER_TOPIC,
    RECEIPTS,
    SECOND,
    STRANGE,
    UNKNOWN,
    Document,
    growth,
    proof,
    signed_again,
)
from services.archive.model.merkle import tree_hash
from services.archive.model.proofs import inclusion_path

TARGET = Path(__file__).parents[1] / "docs" / "record-vectors.json"
_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
_REFERENCE = (
    "",
    "00",
    "10",
    "2021",
    "3031",
    "40414243",
    "5051525354555657",
    "606162636465666768696a6b6c6d6e6f",
)
"""The leaves by which implementations of Certificate Transparency are compared."""
_GREW = ((1, 1), (1, 8), (6, 8), (2, 5), (6, 7))


def _case(name: str, document: Document, earlier: Any = None, grew: Any = None) -> Document:
    return {"name": name, "proof": document, "earlier": earlier, "consistency": grew}


def _proofs() -> list[Document]:
    heads = [head.model_dump() for head in HEADS]
    alone = proof(1, 0)
    del alone["inclusion"]["log"]
    return [
        _case("by the first head, without the log", alone),
        _case("by a head of after its key's time had begun", proof(0, 2)),
        _case("received and signed after both keys had changed", proof(6, 2)),
        _case("against the first head", proof(2, 2), heads[0], growth(3, 7, LEAVES)),
        _case("against the head before", proof(4, 2), heads[1], growth(5, 7, LEAVES)),
        _case("against the very same head", proof(4, 1), heads[1], growth(5, 5, LEAVES)),
        _case("against the log", proof(5, 2), LOG_HEADS[0].model_dump(), growth(3, 4, ENTRIES)),
    ]


def _other_half(head: Document) -> Document:
    raw = base64.urlsafe_b64decode(head["signature"] + "==")
    other = raw[:32] + (_ORDER - int.from_bytes(raw[32:])).to_bytes(32)
    return {**head, "signature": base64.urlsafe_b64encode(other).decode().rstrip("=")}


def _last_bits(head: Document) -> Document:
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    text = head["signature"]
    return {**head, "signature": text[:-1] + alphabet[alphabet.index(text[-1]) + 1]}


def _with(change: Callable[[Document], Document]) -> Document:
    """A proof of the third comment by the last head, whose inclusion is changed."""
    good = proof(2, 2)
    return {**good, "inclusion": {**good["inclusion"], **change(good["inclusion"])}}


def _headed(change: Callable[[Document], Document]) -> Document:
    return _with(lambda found: {"head": change(found["head"]), "log": None})


def _wrong_places() -> list[Document]:
    good, zeros = proof(2, 2), "0" * 64
    first = proof(1, 0)["inclusion"]
    as_of_four = {**first, "log": {**first["log"], "tree_size": 4}}
    return [
        _case("a comment that is not at that place", {**good, "receipt": RECEIPTS[3]}),
        _case("another place", _with(lambda _: {"leaf_index": 3})),
        _case("a place beyond the tree", _with(lambda _: {"leaf_index": 7})),
        _case("a path that is cut", _with(lambda it: {"path": it["path"][:-1]})),
        _case("a path that is too long", _with(lambda it: {"path": [*it["path"], zeros]})),
        _case("a path in another order", _with(lambda it: {"path": it["path"][::-1]})),
        _case("a path with another hash", _with(lambda it: {"path": [zeros, *it["path"][1:]]})),
        _case("another size than the head's", _with(lambda _: {"tree_size": 8})),
        _case("another member", _with(lambda _: {"note": ""})),
        _case(
            "another entry of the log",
            _with(lambda it: {"log": {**it["log"], "leaf_index": 1}}),
        ),
        _case(
            "another size than the log head's",
            {"receipt": RECEIPTS[1], "inclusion": as_of_four},
        ),
    ]


def _wrong_heads() -> list[Document]:
    good, zeros = proof(2, 2), "0" * 64
    return [
        _case("a root that was not signed", _headed(lambda it: {**it, "root": zeros})),
        _case("no previous head", _headed(lambda it: {**it, "previous": None})),
        _case("n - s instead of s", _headed(_other_half)),
        _case("other last bits of the base64url text", _headed(_last_bits)),
        _case("a key that nobody published", _headed(lambda it: signed_again(it, UNKNOWN))),
        _case("a key whose time was over", _headed(lambda it: signed_again(it, FIRST))),
        _case(
            "a key whose time had not come",
            _headed(lambda it: signed_again(it, SECOND, time="2026-12-15T05:59:59.999Z")),
        ),
        _case("another topic", _headed(lambda it: signed_again(it, SECOND, topic_id=OTHER_TOPIC))),
        _case("another round", _headed(lambda it: signed_again(it, SECOND, round=2))),
        _case(
            "a head of before the comment was received",
            {**proof(2, 0), "receipt": example.received_later(RECEIPTS[2])},
        ),
        _case("a receipt that was changed", {**good, "receipt": {**RECEIPTS[2], "round": 2}}),
    ]


def _wrong_growths() -> list[Document]:
    head, good, grew = HEADS[0].model_dump(), proof(2, 2), growth(3, 7, LEAVES)
    replaced = [LEAVES[0], b"\x01" * 32, LEAVES[2]]
    fork = signed_again(head, FIRST, root=tree_hash(replaced).hex())
    longer = {**grew, "path": [*grew["path"], "0" * 64]}
    later = HEADS[1].model_dump()
    return [
        _case("a tree in which a leaf was replaced", good, fork, grew),
        _case("a growth that is cut", good, head, {**grew, "path": grew["path"][:-1]}),
        _case("a growth that is too long", good, head, longer),
        _case("a growth from another head", good, head, growth(5, 7, LEAVES)),
        _case("a growth to itself by which nothing is shown", good, head, growth(3, 3, LEAVES)),
        _case("an earlier head of another topic", good, STRANGE.model_dump(), grew),
        _case(
            "an earlier head that is later",
            proof(2, 0),
            later,
            growth(3, 3, LEAVES),
        ),
    ]


def _trees() -> Document:
    leaves = [bytes.fromhex(leaf) for leaf in _REFERENCE]
    nodes = example.nodes_of(leaves)
    return {
        "leaves": list(_REFERENCE),
        "roots": [tree_hash(leaves[:size]).hex() for size in range(len(leaves) + 1)],
        "inclusion": [
            {
                "leaf_index": index,
                "tree_size": size,
                "path": [each.hex() for each in inclusion_path(index, size, nodes)],
            }
            for index, size in ((0, 1), (0, 8), (5, 8), (2, 3), (1, 5))
        ],
        "consistency": [growth(first, second, leaves) for first, second in _GREW],
    }


def document() -> Document:
    """All vectors."""
    return {
        "about": "Test vectors of docs/record.md; written by python -m scripts.record_vectors",
        "tree": _trees(),
        "keys": example.public_keys(),
        "leaves": [leaf.hex() for leaf in LEAVES],
        "heads": [head.model_dump() for head in HEADS],
        "log": {
            "entries": [head.model_dump() for head in LOGGED],
            "heads": [head.model_dump() for head in LOG_HEADS],
        },
        "proofs": _proofs(),
        "not_proofs": [*_wrong_places(), *_wrong_heads(), *_wrong_growths()],
    }


def text() -> str:
    """The vectors as they are committed."""
    return json.dumps(document(), indent=1, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    sys.exit(keep(TARGET, text(), sys.argv[1:], program="scripts.record_vectors"))
