"""What the archive itself puts into a round's record."""

from datetime import datetime
from typing import Any, Literal

from pydantic import Field

from services.archive.contracts.answers import AuditHead, Salt
from services.shared.contracts.operation import Id, RoundNumber, Sha256, Shown
from services.shared.permissions import Role


class Header(Shown):
    """Which record this is, and when it was sealed."""

    format: Literal["tashawur-record/1"]
    topic_id: Id
    round: RoundNumber
    sealed_at: datetime
    edition: int


class PublicActor(Shown):
    """The role of whoever acted, and the salted digest of who it was."""

    role: Role | Literal["system"]
    digest: Sha256


class PublicEntry(Shown):
    """An entry of the audit trail as everybody may read it.

    Attributes
    ----------
    sequence : int
        Place in the topic's chain, from 1.
    source : str
        Service that told it.
    data, data_salt : mapping and str
        Left out of what happened before the topic was published.
    previous, hash : str
        Hash of the entry before, and of this one.
    """

    topic_id: Id
    sequence: int
    source: str
    event_id: str
    occurred_at: datetime
    recorded_at: datetime
    type: str
    round: int
    actor: PublicActor
    data: dict[str, Any] = Field(default_factory=dict)
    data_salt: Salt = Field(default_factory=str)
    data_digest: Sha256
    previous: Sha256
    hash: Sha256


FILES = {"record.json": Header, "audit.jsonl": PublicEntry, "audit-head.json": AuditHead}
"""The document, or the row of a JSON Lines file, by the file's name."""
