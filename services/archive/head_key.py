"""The key that signs heads: it is in KMS and never leaves it."""

from functools import cached_property

from services.shared import aws
from services.shared.signatures import key_id_of
from services.shared.signing_keys import public_key
from services.shared.transient import transient_errors


class HeadKey:
    """Signs heads with a KMS key (``ECC_NIST_P256``, for signing).

    Parameters
    ----------
    key : str
        Id, ARN or alias; an alias is followed once, so that one key signs what names it.
    """

    def __init__(self, key: str) -> None:
        self._named = key

    @cached_property
    def public_key(self) -> bytes:
        """DER of the public key (SubjectPublicKeyInfo, RFC 5480)."""
        return self._known[1]

    @cached_property
    def key_id(self) -> str:
        """Name of the key, as the list of public keys has it."""
        return key_id_of(self.public_key)

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
