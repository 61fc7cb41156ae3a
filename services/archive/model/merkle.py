"""Merkle trees as in RFC 9162 (Certificate Transparency), section 2.1, with SHA-256.

They are those of RFC 6962. Needs the standard library only: whoever verifies a record has no other.
"""

import hashlib
from collections.abc import Iterable

HASH_BYTES = 32
EMPTY = hashlib.sha256().digest()
"""Root of a tree without leaves."""
_LEAF = b"\x00"
_NODE = b"\x01"


def leaf_hash(leaf: bytes) -> bytes:
    """Hash of one leaf."""
    return hashlib.sha256(_LEAF + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash of the node over two others."""
    return hashlib.sha256(_NODE + left + right).digest()


def left_width(width: int) -> int:
    """Leaves of the left one of two subtrees: the largest power of two smaller than `width`."""
    return 1 << (width - 1).bit_length() - 1


def complete_root(hashes: bytes) -> bytes:
    """Root over hashes one after the other, a power of two of them."""
    sha256, pair = hashlib.sha256, 2 * HASH_BYTES
    while len(hashes) > HASH_BYTES:
        pairs = (hashes[at : at + pair] for at in range(0, len(hashes), pair))
        hashes = b"".join([sha256(_NODE + both).digest() for both in pairs])
    return hashes


def tree_hash(leaves: Iterable[bytes]) -> bytes:
    """Root over the leaves, in their order; of none, the hash of nothing."""
    frontier = Frontier()
    for leaf in leaves:
        frontier.append(leaf_hash(leaf))
    return frontier.root()


class Frontier:
    """Where a tree ends: all that is needed to append to it and to tell its root.

    Attributes
    ----------
    size : int
        Leaves so far.
    """

    def __init__(self) -> None:
        self.size = 0
        # Of the complete subtrees, the largest first: one for each 1 in the size, written binary.
        self._roots: list[bytes] = []

    def append(self, hashed: bytes) -> None:
        """Add a leaf by its hash."""
        merged, rest = hashed, self.size
        while rest & 1:
            merged, rest = node_hash(self._roots.pop(), merged), rest >> 1
        self._roots.append(merged)
        self.size += 1

    def root(self) -> bytes:
        """Root over all leaves so far."""
        if not self._roots:
            return EMPTY
        found = self._roots[-1]
        for left in reversed(self._roots[:-1]):
            found = node_hash(left, found)
        return found
