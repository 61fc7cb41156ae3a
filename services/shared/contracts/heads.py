"""Signed heads of trees as services answer them; ``docs/record.md`` says what they are."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from services.shared.contracts.operation import Id, RoundNumber, Sha256, Shown

KeyId = Annotated[str, StringConstraints(pattern="^[0-9a-f]{16}$")]
Signature = Annotated[str, StringConstraints(pattern="^[A-Za-z0-9_-]{86}$")]
TreeSize = Annotated[int, Field(ge=0)]


class RoundHead(Shown):
    """What a round's tree was at an instant, signed.

    Attributes
    ----------
    tree_size : int
        How many leaves the tree has: comments, and files of records that were sealed.
    previous : str or None
        SHA-256 of the round's head before this one; null for the first.
    """

    format: Literal["tashawur-head/1"]
    topic_id: Id
    round: RoundNumber
    tree_size: TreeSize
    root: Sha256
    time: datetime
    previous: Sha256 | None
    key_id: KeyId
    signature: Signature


class LogHead(Shown):
    """What the log of all heads was at an instant, signed."""

    format: Literal["tashawur-log/1"]
    tree_size: TreeSize
    root: Sha256
    time: datetime
    key_id: KeyId
    signature: Signature
