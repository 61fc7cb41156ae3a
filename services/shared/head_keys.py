"""The keys that sign heads of trees, each with its time: one follows the other.

The present key is in KMS. Of those before it only the public part is kept, in the setting
``HEAD_KEYS``: their entries of the list of public keys, each with its end. The last end may be
still to come: until then the key that it belongs to signs on.
"""

import base64
import json
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    model_validator,
)

from services.shared import clock
from services.shared.signatures import key_id_of, published_key

USE = "head"
"""Of these keys, in the list of public keys."""
BEGINNING = "1970-01-01T00:00:00.000Z"
"""From when the first key is valid."""
MOST = 6
"""So many entries fit into the 4 KB of variables that Lambda gives a function."""
_Instant = Annotated[str, AfterValidator(clock.exact)]


class EarlierKey(BaseModel):
    """A key before the present one, as the list of public keys has it, but with an end."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    key_id: str
    algorithm: Literal["ECDSA-P256-SHA256"]
    use: Literal["head"]
    public_key: str
    valid_from: _Instant
    valid_until: _Instant

    @property
    def der(self) -> bytes:
        """The public key, DER."""
        return base64.b64decode(self.public_key, validate=True)

    @model_validator(mode="after")
    def _is_as_named(self) -> Self:
        try:
            named = key_id_of(self.der)
        except ValueError as error:
            raise ValueError(f"key {self.key_id}: its public_key is no base64") from error
        if named != self.key_id:
            raise ValueError(f"key {self.key_id}: its public_key is that of {named}")
        return self


def _in_turn(keys: tuple[EarlierKey, ...]) -> tuple[EarlierKey, ...]:
    """One key is valid at a time, from the beginning on, and none comes back."""
    begin = BEGINNING
    for number, key in enumerate(keys):
        if key.valid_from != begin:
            raise ValueError(f"key {key.key_id} is valid from {key.valid_from}, not from {begin}")
        if key.valid_until <= begin:
            raise ValueError(f"key {key.key_id} ends at {key.valid_until}, not after {begin}")
        if key.key_id in {other.key_id for other in keys[:number]}:
            raise ValueError(f"key {key.key_id} is there twice")
        begin = key.valid_until
    return keys


def _parsed(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ValueError as error:
        raise ValueError(f"not JSON: {error}") from error


EarlierKeys = Annotated[
    tuple[EarlierKey, ...],
    Field(max_length=MOST),
    BeforeValidator(_parsed),
    AfterValidator(_in_turn),
]
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
