"""Receipts: proof for a participant of what was received and when.

The leaf
--------
What is hashed is canonical JSON (RFC 8785, UTF-8); ``H`` is SHA-256; ``‖`` joins bytes; a label
ends in one NUL byte, so that no hash of one kind can pass for another; absent members are left out;
salts and hashes stand in JSON as lower-case hex.

::

    salt          32 bytes, HMAC-SHA-256(service key, comment_id); in the receipt
    part_salt(p)  HMAC-SHA-256(salt, p), p = "public" or "private"
    part(p)       H("tashawur/part/1" NUL ‖ JSON {"part": p, "salt": part_salt(p), "content": …})
    leaf          H("tashawur/leaf/1" NUL ‖ JSON {"topic_id", "round", "comment_id", "received_at",
                                                  "public": part("public"), "private": …})

The public content is ``{"kind", "text", "language", "parent_id", "author_name", "answers",
"channel"}`` as sent (texts stripped of surrounding white space), the private content
``{"consent"}``; contacts and demographics are in neither. Whoever holds the receipt can compute the
leaf from what they sent. A record can show a comment with its public part's salt and the private
part's hash, and a redacted or erased one with the two hashes alone: the leaf still follows.

The signature
-------------
ECDSA P-256 with SHA-256, deterministic (RFC 6979), raw ``r‖s`` (32 bytes each, big endian) in
unpadded base64url, over ``"tashawur/receipt/1" NUL ‖`` canonical JSON of the receipt without
``signature``; of s and n − s, which both verify, the smaller one, so that a receipt has one form
for those too who cannot sign it again. Which key signs, `services.comments.model.key_schedule`
says. Its private scalar comes of its seed: 40 bytes of HKDF-Expand (RFC 5869, SHA-256, info
``tashawur/p256``) of the purpose key ``receipt-signing``, as a big-endian number modulo n − 1,
plus 1 (FIPS 186-5 A.2.1: 64 bits more than n, so that the bias is negligible). ``key_id`` is the
first 16 hex digits of SHA-256 of the public key's DER (SubjectPublicKeyInfo).

``docs/receipts.md`` says the same for those who write a verifier, with test vectors.
"""

import hashlib
import hmac
from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StrictInt

from services.shared.exports import canonical
from services.shared.signatures import key_id_of, signature_text

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey

VERSION = 1
_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
_SCALAR_BYTES = 40
_Short = Annotated[str, Field(max_length=200)]


class Receipt(BaseModel):
    """A receipt as participants keep and show it; it authorises nothing.

    Attributes
    ----------
    received_at : str
        Server's receipt time, RFC 3339 UTC.
    salt, leaf_hash : str
        32 bytes each, hex.
    signature : str
        64 bytes, base64url.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    version: StrictInt
    topic_id: _Short
    round: Annotated[StrictInt, Field(ge=0, le=999)]
    comment_id: _Short
    received_at: _Short
    salt: _Short
    leaf_hash: _Short
    key_id: _Short
    signature: _Short


def leaf_hash(
    header: Mapping[str, Any],
    *,
    salt: bytes,
    public: Mapping[str, Any],
    private: Mapping[str, Any],
) -> bytes:
    """Leaf of a comment, as the module's text defines it.

    Parameters
    ----------
    header : mapping
        ``topic_id``, ``round``, ``comment_id``, ``received_at``.
    salt : bytes
        The receipt's salt.
    public, private : mapping
        The contents of the two parts.
    """
    parts = {
        "public": part_hash(public, part="public", salt=salt),
        "private": part_hash(private, part="private", salt=salt),
    }
    return _labelled("tashawur/leaf/1", {**header, **parts})


def part_hash(
    content: Mapping[str, Any], *, part: Literal["public", "private"], salt: bytes
) -> str:
    """Hash (hex) of one part of what was received, under a salt of its own."""
    own_salt = hmac.new(salt, part.encode(), hashlib.sha256).hexdigest()
    return _labelled(
        "tashawur/part/1", {"part": part, "salt": own_salt, "content": dict(content)}
    ).hex()


class Signer:
    """Signs receipts with one key, and verifies those that it signed.

    Parameters
    ----------
    seed : bytes
        32 bytes, from which the private key follows.
    """

    def __init__(self, seed: bytes) -> None:
        self._seed = seed

    @cached_property
    def key_id(self) -> str:
        """Name of the key, as the list of public keys has it."""
        return key_id_of(self.public_key)

    @cached_property
    def public_key(self) -> bytes:
        """The public key's DER (SubjectPublicKeyInfo, RFC 5480)."""
        from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

        return self._key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)

    def sign(self, header: Mapping[str, Any], *, salt: bytes, leaf: bytes) -> Receipt:
        """Receipt of a leaf; `header` as in `leaf_hash`."""
        claims = {
            "version": VERSION,
            **header,
            "salt": salt.hex(),
            "leaf_hash": leaf.hex(),
            "key_id": self.key_id,
        }
        return Receipt.model_validate({**claims, "signature": self._signature(claims)})

    def verifies(self, receipt: Receipt) -> bool:
        """Tell whether this service signed the receipt as it stands, to the letter.

        The receipt is signed again and compared: ECDSA and base64 both take several texts for the
        same signature, and only one of them was given.
        """
        if receipt.key_id != self.key_id:
            return False
        try:
            given = self._signature(receipt.model_dump(exclude={"signature"})).encode()
            return hmac.compare_digest(given, receipt.signature.encode())
        except ValueError:  # characters that UTF-8 cannot carry: never signed here
            return False

    def _signature(self, claims: Mapping[str, Any]) -> str:
        return signature_text(self._key.sign(_message(claims), self._algorithm))

    @cached_property
    def _key(self) -> "EllipticCurvePrivateKey":
        from cryptography.hazmat.primitives.asymmetric import ec
        from cryptography.hazmat.primitives.hashes import SHA256
        from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

        stream = HKDFExpand(SHA256(), length=_SCALAR_BYTES, info=b"tashawur/p256")
        scalar = int.from_bytes(stream.derive(self._seed)) % (_ORDER - 1) + 1
        return ec.derive_private_key(scalar, ec.SECP256R1())

    @cached_property
    def _algorithm(self) -> Any:
        from cryptography.hazmat.primitives.asymmetric import ec
        from cryptography.hazmat.primitives.hashes import SHA256

        # Deterministic: a repeated submission gets the very receipt that the first one got.
        return ec.ECDSA(SHA256(), deterministic_signing=True)


def _message(claims: Mapping[str, Any]) -> bytes:
    return b"tashawur/receipt/1\x00" + canonical(dict(claims))


def _labelled(label: str, document: Any) -> bytes:
    return hashlib.sha256(label.encode() + b"\x00" + canonical(document)).digest()
