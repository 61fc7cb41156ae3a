"""Signatures in the one form in which the programme gives them, and the keys that verify them.

ECDSA on P-256 with SHA-256, as raw ``r‖s`` (32 bytes each, big endian) in unpadded base64url; of s
and n − s, which both verify, the smaller one.
"""

import base64
import binascii
import hashlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey

ALGORITHM = "ECDSA-P256-SHA256"
_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
_HALF = 32
_KEY_ID_LENGTH = 16


def signature_text(der: bytes) -> str:
    """Signature in its one form, from the DER in which libraries and KMS give it."""
    from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

    r, s = decode_dss_signature(der)
    raw = r.to_bytes(_HALF) + min(s, _ORDER - s).to_bytes(_HALF)
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def is_signed(message: bytes, signature: str, *, public_key: bytes) -> bool:
    """Tell whether a signature, in its one form, is over a message.

    Parameters
    ----------
    public_key : bytes
        DER (SubjectPublicKeyInfo, RFC 5480).
    """
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
    from cryptography.hazmat.primitives.hashes import SHA256

    try:
        raw = base64.urlsafe_b64decode(signature + "==")
    except (ValueError, binascii.Error):
        return False
    der = encode_dss_signature(int.from_bytes(raw[:_HALF]), int.from_bytes(raw[_HALF:]))
    try:
        loaded(public_key).verify(der, message, ec.ECDSA(SHA256()))
    except InvalidSignature:
        return False
    return signature_text(der) == signature


def loaded(public_key: bytes) -> "EllipticCurvePublicKey":
    """The key of a DER.

    Raises
    ------
    ValueError
        If it is none, or its point is not on its curve.
    """
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.serialization import load_der_public_key

    key = load_der_public_key(public_key)
    if isinstance(key, ec.EllipticCurvePublicKey):
        return key
    raise ValueError("no key of an elliptic curve")


def key_id_of(public_key: bytes) -> str:
    """Name of a key: the first hex digits of the SHA-256 of its DER."""
    return hashlib.sha256(public_key).hexdigest()[:_KEY_ID_LENGTH]


def published_key(
    public_key: bytes, *, use: str, valid_from: str, valid_until: str | None
) -> dict[str, Any]:
    """Entry of the list of public keys, which anybody may have to verify signatures with."""
    return {
        "key_id": key_id_of(public_key),
        "algorithm": ALGORITHM,
        "use": use,
        "public_key": base64.b64encode(public_key).decode(),
        "valid_from": valid_from,
        "valid_until": valid_until,
    }
