"""Identifiers: 128 bits, base32 in lower case, 26 characters, safe in URLs and names."""

import base64
import hashlib
import secrets

ID_LENGTH = 26
ID_PATTERN = r"^[a-z2-7]{26}$"


def encode(raw: bytes) -> str:
    """Base32 text (RFC 4648, lower case, unpadded) of 16 bytes."""
    return base64.b32encode(raw).decode().rstrip("=").lower()


def random_id() -> str:
    """Draw a new identifier from the system's randomness."""
    return encode(secrets.token_bytes(16))


def derived_id(*parts: str) -> str:
    """Give the same identifier for the same parts: a repeated act makes no second object."""
    return encode(hashlib.sha256("\x00".join(parts).encode()).digest()[:16])
