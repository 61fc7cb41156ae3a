"""Merkle tree hash as in RFC 6962 (Certificate Transparency), section 2.1, with SHA-256."""

import hashlib
from collections.abc import Sequence

_LEAF = b"\x00"
_NODE = b"\x01"


def tree_hash(leaves: Sequence[bytes]) -> bytes:
    """Root over the leaves, in their order; of none, the hash of nothing."""
    if not leaves:
        return hashlib.sha256().digest()
    return _root([hashlib.sha256(_LEAF + leaf).digest() for leaf in leaves])


def _root(hashes: Sequence[bytes]) -> bytes:
    if len(hashes) == 1:
        return hashes[0]
    # The left subtree takes the largest power of two of leaves that is smaller than their number.
    split = 1 << (len(hashes) - 1).bit_length() - 1
    node = _NODE + _root(hashes[:split]) + _root(hashes[split:])
    return hashlib.sha256(node).digest()
