"""Which key signs a receipt: the one that was valid when its comment was received.

A key is valid from its instant until the next one's, and the comment's ``received_at`` alone
chooses it: whoever repeats a submission gets the very same receipt however often keys have changed
since. For that every container must know a key before its time comes. So a new one is written
`ANNOUNCED_AHEAD` of it, and refused if less than `LEAST_AHEAD` is left when it is put in force;
containers look for new ones more often than that (`services.comments.receipt_keys`).

The secret is a JSON document, ``{"seed": "…", "later": [{"from": "<RFC 3339>", "seed": "…"}]}``,
that is only ever added to: people keep receipts for as long as they like.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Annotated, Any, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from services.comments.model.receipts import Receipt, Signer
from services.shared import clock, keys
from services.shared.signatures import published_key

ANNOUNCED_AHEAD = timedelta(days=1)
"""How long before its time a new key is written."""
LEAST_AHEAD = timedelta(hours=12)
"""How long before its time a new key must be in force, or else some container may not know it."""
BEGINNING = "1970-01-01T00:00:00.000Z"
"""From when the first key is valid."""
USE = "receipt"
_INSTANT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z", re.ASCII)
_PURPOSE = "receipt-signing"


Seed = Annotated[str, Field(min_length=32)]
# An error is logged, and what it is about is secret.
_SILENT = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class LaterKey(BaseModel):
    """A key that followed another."""

    model_config = _SILENT

    valid_from: Annotated[str, Field(alias="from"), AfterValidator(clock.exact)]
    seed: Seed


class KeyDocument(BaseModel):
    """What the secret holds.

    Attributes
    ----------
    seed : str
        Of the first key.
    later : tuple of LaterKey
        Those that followed, in order.
    """

    model_config = _SILENT

    seed: Seed
    later: tuple[LaterKey, ...] = ()

    @model_validator(mode="after")
    def _is_in_order(self) -> Self:
        instants = [BEGINNING, *(key.valid_from for key in self.later)]
        if any(after <= before for before, after in pairwise(instants)):
            raise ValueError("keys out of order")
        return self

    def text(self) -> str:
        """The document as the secret holds it."""
        return self.model_dump_json(by_alias=True)

    def followed(self, *, seed: str, at: datetime) -> "KeyDocument":
        """Document with one more key, valid `ANNOUNCED_AHEAD` of `at` or after the last one."""
        last = clock.from_text(self.later[-1].valid_from) if self.later else at
        begins = clock.to_text(max(at, last) + ANNOUNCED_AHEAD)
        added = LaterKey.model_validate({"from": begins, "seed": seed})
        return self.model_copy(update={"later": (*self.later, added)})

    def may_follow(self, standing: "KeyDocument", *, at: datetime) -> bool:
        """Tell whether this may be put in force instead of `standing` at an instant.

        It keeps every key, and what it adds begins late enough for every container to know it.
        """
        kept = len(standing.later)
        if (self.seed, self.later[:kept]) != (standing.seed, standing.later):
            return False
        earliest = clock.to_text(at + LEAST_AHEAD)
        return all(key.valid_from >= earliest for key in self.later[kept:])


@dataclass(frozen=True, kw_only=True)
class ValidKey:
    """A key and when it is valid: ``valid_from`` ≤ ``received_at`` < ``valid_until``.

    Attributes
    ----------
    valid_from, valid_until : str
        RFC 3339 UTC with milliseconds; the present last key has no end.
    """

    signer: Signer
    valid_from: str
    valid_until: str | None

    def covers(self, instant: str) -> bool:
        """Tell whether it is valid at an instant (text of `services.shared.clock.to_text`)."""
        return self.valid_from <= instant and (
            self.valid_until is None or instant < self.valid_until
        )

    def published(self) -> dict[str, Any]:
        """The key as anybody may have it, to verify signatures with."""
        return published_key(
            self.signer.public_key,
            use=USE,
            valid_from=self.valid_from,
            valid_until=self.valid_until,
        )


class KeySchedule:
    """All keys that sign receipts, each in its time.

    Parameters
    ----------
    document : KeyDocument
        What the secret holds.
    """

    def __init__(self, document: KeyDocument) -> None:
        begins = [BEGINNING, *(key.valid_from for key in document.later)]
        seeds = [document.seed, *(key.seed for key in document.later)]
        ends = [*begins[1:], None]
        self._keys = tuple(
            ValidKey(
                signer=Signer(keys.purpose_key(seed.encode(), _PURPOSE)),
                valid_from=begin,
                valid_until=end,
            )
            for seed, begin, end in zip(seeds, begins, ends, strict=True)
        )

    def sign(self, header: Mapping[str, Any], *, salt: bytes, leaf: bytes) -> Receipt:
        """Receipt of a leaf, by the key that was valid when its comment was received.

        Parameters
        ----------
        header : mapping
            As `services.comments.model.receipts.leaf_hash` takes it.

        Raises
        ------
        ValueError
            If no key was valid then.
        """
        signer = self._at(header["received_at"])
        if signer is None:
            raise ValueError(f"no key for {header['received_at']!r}")
        return signer.sign(header, salt=salt, leaf=leaf)

    def verifies(self, receipt: Receipt) -> bool:
        """Tell whether the key that was valid when it says it was given signed the receipt."""
        signer = self._at(receipt.received_at)
        return signer is not None and signer.verifies(receipt)

    def published(self) -> list[dict[str, Any]]:
        """Every key as anybody may have it, in order; those whose time is still to come too."""
        return [key.published() for key in self._keys]

    def _at(self, instant: str) -> Signer | None:
        if not _INSTANT.fullmatch(instant):
            return None
        return next((key.signer for key in self._keys if key.covers(instant)), None)
