"""Keys derived from the programme's one service secret (Secrets Manager), one per purpose."""

import hashlib
import hmac
from functools import cache

from services.shared import aws


@cache
def service_secret(secret_arn: str) -> bytes:
    """Present value of the service secret, read once per container."""
    reply = aws.client("secretsmanager").get_secret_value(SecretId=secret_arn)
    return str(reply["SecretString"]).encode()


def purpose_key(secret: bytes, purpose: str) -> bytes:
    """Key of 256 bits for one purpose (``"cursor"``, …): HKDF-Expand's first block.

    The secret is uniformly random already, so that RFC 5869's extract step may be left out (§3.3).
    """
    return hmac.new(secret, f"tashawur/{purpose}".encode() + b"\x01", hashlib.sha256).digest()
