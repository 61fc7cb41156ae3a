"""Signed heads: what the programme says a tree was at an instant.

A round's head binds the comments that were received up to then, and the files of its records once
they are sealed; each names the one before, so that a round's heads are a chain. All heads of the
programme, in the order in which they were signed, are the leaves of one more tree, its log, which
has heads of its own. ``docs/record.md`` says the same for those who write a verifier.
"""

import hashlib
from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Literal, Protocol, Self

from pydantic import BaseModel, ConfigDict, Field, StrictInt

from services.shared import signatures
from services.shared.errors import TransientError
from services.shared.exports import canonical

Hash = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Id = Annotated[str, Field(pattern=r"^[a-z2-7]{26}$")]
_Instant = Annotated[
    str,
    Field(pattern=r"^[0-9]{4}-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-5][0-9]:[0-5][0-9]\.[0-9]{3}Z$"),
]


class Signer(Protocol):
    """Whoever signs heads."""

    @property
    def key_id(self) -> str:
        """Name of the key, as the list of public keys has it."""

    @property
    def valid_from(self) -> str:
        """Instant (RFC 3339) before which the key signs nothing."""

    def published(self) -> list[dict[str, Any]]:
        """Entries of the key and of those before it in the list of public keys."""

    def sign(self, message: bytes) -> bytes:
        """Signature over a message, ECDSA P-256 with SHA-256, DER."""


class Signed(BaseModel):
    """What the key of heads signs.

    Attributes
    ----------
    root : str
        Root of the tree, hex.
    time : str
        When it was so, RFC 3339 UTC with milliseconds.
    signature : str
        64 bytes, base64url.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")
    label: ClassVar[bytes]

    root: Hash
    time: _Instant
    key_id: Annotated[str, Field(pattern=r"^[0-9a-f]{16}$")]
    signature: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{86}$")]

    def as_leaf(self) -> bytes:
        """Canonical JSON of it, signature included: a leaf of the log."""
        return canonical(self.model_dump())

    def is_signed(self, *, public_key: bytes) -> bool:
        """Tell whether the key of this DER signed it as it stands."""
        claims = self.model_dump(exclude={"signature"})
        named = signatures.key_id_of(public_key) == self.key_id
        return named and signatures.is_signed(
            self._message(claims), self.signature, public_key=public_key
        )

    @classmethod
    def signed(cls, signer: Signer, claims: Mapping[str, Any]) -> Self:
        """Have claims signed: every member but ``key_id`` and ``signature``.

        Raises
        ------
        TransientError
            If they are of an instant at which the key is not valid yet.
        """
        if claims["time"] < signer.valid_from:
            raise TransientError(f"the key of heads is valid from {signer.valid_from} on")
        named = {**claims, "key_id": signer.key_id}
        signature = signatures.signature_text(signer.sign(cls._message(named)))
        return cls.model_validate({**named, "signature": signature})

    @classmethod
    def _message(cls, claims: Mapping[str, Any]) -> bytes:
        return cls.label + b"\x00" + canonical(dict(claims))


class _Head(Signed):
    """What heads of both kinds say beside."""

    tree_size: Annotated[StrictInt, Field(ge=0)]


class RoundHead(_Head):
    """Head of a round's tree.

    Attributes
    ----------
    tree_size : int
        Leaves of the tree: comments, and the files of records that were sealed.
    previous : str or None
        SHA-256, hex, of the canonical JSON of the round's head before this one.
    """

    label = b"tashawur/head/1"

    format: Literal["tashawur-head/1"]
    topic_id: Id
    round: Annotated[StrictInt, Field(ge=1, le=999)]
    previous: Hash | None

    @property
    def digest(self) -> str:
        """What the next head of the round names as ``previous``."""
        return hashlib.sha256(self.as_leaf()).hexdigest()

    @classmethod
    def first(
        cls, signer: Signer, *, topic_id: str, round_: int, tree_size: int, root: bytes, at: str
    ) -> Self:
        """Sign the first head of a round.

        Parameters
        ----------
        at : str
            The present instant, as `services.shared.clock.to_text` has it.
        """
        return cls.signed(
            signer,
            {
                "format": "tashawur-head/1",
                "topic_id": topic_id,
                "round": round_,
                "tree_size": tree_size,
                "root": root.hex(),
                "time": at,
                "previous": None,
            },
        )

    def next(self, signer: Signer, *, tree_size: int, root: bytes, at: str) -> Self:
        """Sign the head that follows this one.

        Raises
        ------
        ValueError
            If that would say that the tree shrank, changed without growing, or that time went back.
        """
        shrank = tree_size < self.tree_size or at < self.time
        changed = tree_size == self.tree_size and root.hex() != self.root
        if shrank or changed:
            raise ValueError(f"no head of {tree_size} leaves follows one of {self.tree_size}")
        claims = self.model_dump(exclude={"key_id", "signature"})
        grown = {"tree_size": tree_size, "root": root.hex(), "time": at, "previous": self.digest}
        return self.signed(signer, {**claims, **grown})


class LogHead(_Head):
    """Head of the programme's log, whose leaves are the signed heads of all rounds."""

    label = b"tashawur/log/1"

    format: Literal["tashawur-log/1"]

    @classmethod
    def of(cls, signer: Signer, *, tree_size: int, root: bytes, at: str) -> Self:
        """Sign what the log is at an instant; see `RoundHead.first`."""
        claims = {"format": "tashawur-log/1", "tree_size": tree_size, "root": root.hex()}
        return cls.signed(signer, {**claims, "time": at})
