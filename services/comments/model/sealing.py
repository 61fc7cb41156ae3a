"""Contacts and demographics, encrypted under the round's data key."""

import json
from collections.abc import Mapping
from typing import Any

from services.shared.exports import canonical

NONCE_BYTES = 12


class SealBroken(Exception):
    """What was sealed cannot be opened: another key, another comment, or it was altered."""


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


def unseal(sealed: bytes, *, key: bytes, bound_to: str) -> dict[str, Any]:
    """Content that `seal` encrypted for the same comment.

    Raises
    ------
    SealBroken
        If it was not sealed with this key for this comment, or was altered.
    """
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    nonce, ciphertext = sealed[:NONCE_BYTES], sealed[NONCE_BYTES:]
    try:
        content = AESGCM(key).decrypt(nonce, ciphertext, bound_to.encode())
    except (InvalidTag, ValueError) as error:
        raise SealBroken from error
    return dict(json.loads(content))
