"""Contacts and demographics, encrypted under the round's data key."""

from collections.abc import Mapping
from typing import Any

from services.shared.exports import canonical

NONCE_BYTES = 12


def seal(content: Mapping[str, Any], *, key: bytes, nonce: bytes, bound_to: str) -> bytes:
    """Nonce (12 bytes) and AES-256-GCM ciphertext with tag of the content's canonical JSON.

    Parameters
    ----------
    key : bytes
        32 bytes.
    nonce : bytes
        12 bytes, never used twice with one key.
    bound_to : str
        The comment's id: sealed content cannot be moved to another comment.
    """
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    return nonce + AESGCM(key).encrypt(nonce, canonical(dict(content)), bound_to.encode())
