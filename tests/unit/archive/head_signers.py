"""Signers of heads whose keys stand here: what they sign proves nothing."""

from functools import cached_property

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from services.shared.signatures import key_id_of


class LocalKey:
    """Signs as KMS does, each time otherwise or, for vectors, the same each time."""

    def __init__(self, number: int, *, deterministic: bool = False) -> None:
        self._key = ec.derive_private_key(number, ec.SECP256R1())
        self._deterministic = deterministic

    @cached_property
    def public_key(self) -> bytes:
        return self._key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)

    @cached_property
    def key_id(self) -> str:
        return key_id_of(self.public_key)

    def sign(self, message: bytes) -> bytes:
        return self._key.sign(
            message, ec.ECDSA(SHA256(), deterministic_signing=self._deterministic)
        )
