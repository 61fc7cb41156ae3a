"""The keys that sign heads of trees, as the list of public keys has them."""

from collections.abc import Sequence
from functools import cache
from typing import Any

from services.shared.head_keys import EarlierKey, published
from services.shared.signing_keys import public_key


def head_keys(arn: str, earlier: Sequence[EarlierKey]) -> list[dict[str, Any]]:
    """Entries of the key with an ARN, which it keeps for good, and of those before it."""
    return published(earlier, der_of(arn))


@cache
def der_of(arn: str) -> bytes:
    """DER of a key; a container asks KMS for it once."""
    _, der = public_key(arn)
    return der
