"""A small consultation whose keys anybody has: seven comments, three heads, a log of four.

The test vectors of proofs are made from it, and tests take its keys.
"""

from collections.abc import Sequence
from functools import cached_property
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from scripts.receipt_vectors import KEYS
from services.archive.model.heads import LogHead, RoundHead
from services.archive.model.merkle import leaf_hash, tree_hash
from services.archive.model.proofs import Nodes, consistency_path, inclusion_path
from services.archive.model.tiles import TiledNodes, grown
from services.comments.model import receipts
from services.shared.head_keys import USE
from services.shared.signatures import key_id_of, published_key

TOPIC, OTHER_TOPIC = "sq77ojosp4jxirnxa4i4vugtji", "tq77ojosp4jxirnxa4i4vugtji"
_ROTATED = "2026-12-15T06:00:00.000Z"
Document = dict[str, Any]


class NumberKey:
    """Signs heads with the key of a number, the same each time (RFC 6979)."""

    valid_from = "2026-01-01T00:00:00.000Z"

    def __init__(self, number: int) -> None:
        self._key = ec.derive_private_key(number, ec.SECP256R1())

    @cached_property
    def public_key(self) -> bytes:
        """DER of the public key."""
        return self._key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)

    @cached_property
    def key_id(self) -> str:
        """Name of the key."""
        return key_id_of(self.public_key)

    def published(self) -> list[Document]:
        """The list of keys, if there was none before it."""
        key = published_key(self.public_key, use=USE, valid_from=self.valid_from, valid_until=None)
        return [key]

    def sign(self, message: bytes) -> bytes:
        """Signature, DER."""
        return self._key.sign(message, ec.ECDSA(SHA256(), deterministic_signing=True))


FIRST, SECOND, UNKNOWN = NumberKey(1001), NumberKey(1002), NumberKey(1003)


def public_keys() -> list[Document]:
    """The list of keys, with two for heads of which the second follows the first."""
    spans = ((FIRST, "2026-11-01T00:00:00.000Z", _ROTATED), (SECOND, _ROTATED, None))
    heads = [
        published_key(key.public_key, use=USE, valid_from=begin, valid_until=end)
        for key, begin, end in spans
    ]
    return [*KEYS.published(), *heads]


def nodes_of(leaves: Sequence[bytes]) -> Nodes:
    """Hashes of the tree over some leaves."""
    tiles = dict(grown(0, map(leaf_hash, leaves), lambda tile: b""))
    return TiledNodes(tiles.__getitem__)


def _receipt(number: int) -> Document:
    day = 14 if number < 5 else 15
    header = {
        "topic_id": TOPIC,
        "round": 1,
        "comment_id": "al6cnj6jsttnbvwicnaz2y74s" + "abcdefg"[number],
        "received_at": f"2026-12-{day}T09:0{number}:00.000Z",
    }
    salt = bytes((number * 32 + place) % 256 for place in range(32))
    content = {"kind": "comment", "text": f"تعليق {number}", "channel": "portal"}
    private = {"consent": {"publish": True, "privacy_notice": "2026-11"}}
    leaf = receipts.leaf_hash(header, salt=salt, public=content, private=private)
    return KEYS.sign(header, salt=salt, leaf=leaf).model_dump()


RECEIPTS = [_receipt(number) for number in range(7)]
LEAVES = [bytes.fromhex(receipt["leaf_hash"]) for receipt in RECEIPTS]


def _heads() -> list[RoundHead]:
    found: list[RoundHead] = []
    for key, size, at in (
        (FIRST, 3, "2026-12-14T12:00:00.000Z"),
        (FIRST, 5, "2026-12-15T00:00:00.000Z"),
        (SECOND, 7, "2026-12-15T12:00:00.000Z"),
    ):
        root = tree_hash(LEAVES[:size])
        if found:
            found.append(found[-1].next(key, tree_size=size, root=root, at=at))
        else:
            made = RoundHead.first(key, topic_id=TOPIC, round_=1, tree_size=size, root=root, at=at)
            found.append(made)
    return found


HEADS = _heads()
STRANGE = RoundHead.first(
    FIRST,
    topic_id=OTHER_TOPIC,
    round_=2,
    tree_size=3,
    root=tree_hash(LEAVES[:3]),
    at="2026-12-14T13:00:00.000Z",
)
LOGGED = [HEADS[0], STRANGE, HEADS[1], HEADS[2]]
ENTRIES = [head.as_leaf() for head in LOGGED]
LOG_HEADS = [
    LogHead.of(key, tree_size=size, root=tree_hash(ENTRIES[:size]), at=at)
    for key, size, at in (
        (FIRST, 3, "2026-12-15T00:00:01.000Z"),
        (SECOND, 4, "2026-12-15T12:00:01.000Z"),
    )
]


def inclusion(index: int, head: RoundHead | LogHead, leaves: Sequence[bytes]) -> Document:
    """Proof that a leaf is in a head's tree."""
    path = inclusion_path(index, head.tree_size, nodes_of(leaves))
    return {
        "tree_size": head.tree_size,
        "leaf_index": index,
        "path": [each.hex() for each in path],
        "head": head.model_dump(),
    }


def growth(first: int, second: int, leaves: Sequence[bytes]) -> Document:
    """Proof that a tree grew from another."""
    path = consistency_path(first, second, nodes_of(leaves))
    return {"first_size": first, "second_size": second, "path": [each.hex() for each in path]}


def proof(number: int, which: int) -> Document:
    """A receipt with its proof by one of the heads."""
    head = HEADS[which]
    entry = inclusion(LOGGED.index(head), LOG_HEADS[which == 2], ENTRIES)
    made = {**inclusion(number, head, LEAVES), "log": entry}
    return {"receipt": RECEIPTS[number], "inclusion": made}


def signed_again(head: Document, key: NumberKey, **changes: Any) -> Document:
    """What whoever has a key can sign."""
    made = RoundHead.model_validate({**head, **changes})
    fields = made.model_dump(exclude={"format", "key_id", "signature", "previous"})
    fields["root"] = bytes.fromhex(fields["root"])
    return RoundHead.first(
        key, at=fields.pop("time"), round_=fields.pop("round"), **fields
    ).model_dump()


def received_later(receipt: Document) -> Document:
    """The receipt of the same comment, had it been received after the first head."""
    header = {name: receipt[name] for name in ("topic_id", "round", "comment_id")}
    header["received_at"] = "2026-12-14T12:00:00.001Z"
    salt, leaf = (bytes.fromhex(receipt[name]) for name in ("salt", "leaf_hash"))
    return KEYS.sign(header, salt=salt, leaf=leaf).model_dump()
