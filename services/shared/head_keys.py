"""The keys that sign heads of trees, each with its time: one follows the other.

The present key is in KMS. Of those before it only the public part is kept, in the setting
``HEAD_KEYS``: entries of the list of public keys as it was when they signed, with an end.
"""

import base64
import json
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict

from services.shared import clock
from services.shared.signatures import key_id_of, published_key

USE = "head"
"""Of these keys, in the list of public keys."""
BEGINNING = "1970-01-01T00:00:00.000Z"
"""From when the first key is valid."""


_Instant = Annotated[str, AfterValidator(clock.exact)]


class EarlierKey(BaseModel):
    """A key that signs no more; members of its published entry beside these are left aside."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    key_id: str
    public_key: str
    valid_from: _Instant
    valid_until: _Instant

    @property
    def der(self) -> bytes:
        """The public key, DER."""
        return base64.b64decode(self.public_key, validate=True)


def _in_turn(keys: tuple[EarlierKey, ...]) -> tuple[EarlierKey, ...]:
    """One key is valid at a time, from the beginning on, and each is the one that it is named."""
    begins = [BEGINNING, *(key.valid_until for key in keys)]
    if any(later <= earlier for earlier, later in pairwise(begins)):
        raise ValueError("a key ends before it begins")
    for key, begin in zip(keys, begins, strict=False):
        if key.valid_from != begin:
            raise ValueError(f"key {key.key_id} is valid from {key.valid_from}, not from {begin}")
        if key_id_of(key.der) != key.key_id:
            raise ValueError(f"key {key.key_id} is another")
    return keys


def _parsed(value: Any) -> Any:
    return json.loads(value) if isinstance(value, str) else value


EarlierKeys = Annotated[tuple[EarlierKey, ...], BeforeValidator(_parsed), AfterValidator(_in_turn)]
"""All keys before the present one, the oldest first; as a setting they are one JSON list."""


def begin_of_present(earlier: Sequence[EarlierKey]) -> str:
    """From when the present key is valid: where the last one before it ends."""
    return earlier[-1].valid_until if earlier else BEGINNING


def published(earlier: Sequence[EarlierKey], present: bytes) -> list[dict[str, Any]]:
    """Entries of all keys for the list of public keys, in the order of their times.

    Parameters
    ----------
    present : bytes
        The present key, DER.
    """
    spans = [(key.der, key.valid_from, key.valid_until) for key in earlier]
    begin = begin_of_present(earlier)
    return [
        published_key(der, use=USE, valid_from=valid_from, valid_until=valid_until)
        for der, valid_from, valid_until in [*spans, (present, begin, None)]
    ]


def known_at(keys: Sequence[Mapping[str, Any]], instant: str) -> list[dict[str, Any]]:
    """Entries as they were at an instant: no later keys, and no end that was still to come."""
    return [
        {**key, "valid_until": _passed(key["valid_until"], instant)}
        for key in keys
        if key["valid_from"] <= instant
    ]


def _passed(end: str | None, instant: str) -> str | None:
    return end if end is not None and end <= instant else None
