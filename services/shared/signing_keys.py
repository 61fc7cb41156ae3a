"""Signing keys in KMS, whose private part never leaves it: what anybody may know of one."""

from services.shared import aws
from services.shared.transient import transient_errors


def public_key(key: str) -> tuple[str, bytes]:
    """ARN and public key (DER, SubjectPublicKeyInfo, RFC 5480) of a key in KMS.

    Parameters
    ----------
    key : str
        Id, ARN or alias.

    Raises
    ------
    TransientError
        If KMS cannot tell at present.
    """
    with transient_errors():
        reply = aws.client("kms").get_public_key(KeyId=key)
    return str(reply["KeyId"]), bytes(reply["PublicKey"])
