"""The key that signs heads of trees, as the list of public keys has it."""

from functools import cache
from typing import Any

from services.comments.model.key_schedule import BEGINNING
from services.shared.signatures import published_key
from services.shared.signing_keys import public_key


@cache
def head_key(arn: str) -> dict[str, Any]:
    """Entry of the key with an ARN, which it keeps for good; a container asks KMS for it once."""
    _, der = public_key(arn)
    return published_key(der, use="head", valid_from=BEGINNING, valid_until=None)
