"""The key that signs heads: it is in KMS and never leaves it."""

from collections.abc import Sequence
from functools import cached_property
from typing import Any

from services.shared import aws
from services.shared.head_keys import EarlierKey, begin_of_present, published
from services.shared.signatures import key_id_of
from services.shared.signing_keys import public_key
from services.shared.transient import transient_errors


class HeadKey:
    """Signs heads with a KMS key (``ECC_NIST_P256``, for signing).

    Parameters
    ----------
    key : str
        Id, ARN or alias; an alias is followed once, so that one key signs what names it.
    earlier : sequence of EarlierKey
        The keys before it.
    """

    def __init__(self, key: str, *, earlier: Sequence[EarlierKey] = ()) -> None:
        self._named = key
        self._earlier = earlier

    @cached_property
    def public_key(self) -> bytes:
        """DER of the public key (SubjectPublicKeyInfo, RFC 5480)."""
        return self._known[1]

    @cached_property
    def key_id(self) -> str:
        """Name of the key, as the list of public keys has it."""
        return key_id_of(self.public_key)

    @property
    def valid_from(self) -> str:
        """Instant (RFC 3339) before which it signs nothing."""
        return begin_of_present(self._earlier)

    def published(self) -> list[dict[str, Any]]:
        """Entries of it and of the keys before it in the list of public keys."""
        return published(self._earlier, self.public_key)

    def sign(self, message: bytes) -> bytes:
        """Signature over a message of 4,096 bytes at most, DER; another one each time.

        Raises
        ------
        TransientError
            If KMS cannot sign at present.
        """
        with transient_errors():
            reply = aws.client("kms").sign(
                KeyId=self._known[0],
                Message=message,
                MessageType="RAW",
                SigningAlgorithm="ECDSA_SHA_256",
            )
        return bytes(reply["Signature"])

    @cached_property
    def _known(self) -> tuple[str, bytes]:
        return public_key(self._named)
