"""Keys of heads that were followed by others, as the setting HEAD_KEYS has them."""

from itertools import pairwise
from typing import Any

from scripts.record_example import NumberKey
from services.shared.head_keys import BEGINNING, USE
from services.shared.signatures import published_key


def entries(*ends: str) -> list[dict[str, Any]]:
    """Entries of as many keys as there are ends, those of the numbers from 1 on."""
    return [
        published_key(NumberKey(n).public_key, use=USE, valid_from=begin, valid_until=end)
        for n, (begin, end) in enumerate(pairwise((BEGINNING, *ends)), start=1)
    ]
