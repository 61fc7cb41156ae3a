"""What the archive itself puts into a round's record."""

from datetime import datetime
from typing import Any, Literal

from pydantic import Field

from services.archive.contracts.answers import AuditHead, Salt
from services.shared.contracts.heads import KeyId, RoundHead, TreeSize
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


class PlacedLeaf(Shown):
    """A leaf of the round's tree: a comment, or a file of an edition that was sealed before.

    Attributes
    ----------
    index : int
        Its place, from 0 on.
    comment_id, leaf : str
        Of a comment: the leaf is what its receipt has as ``leaf_hash``.
    path, sha256 : str
        Of a file: the leaf is ``path NUL sha256``.
    """

    index: TreeSize
    comment_id: Id = Field(default_factory=str)
    leaf: Sha256 = Field(default_factory=str)
    path: str = Field(default_factory=str)
    sha256: Sha256 = Field(default_factory=str)


class ListedKey(Shown):
    """A key that signs heads, as it was known at the sealing; `valid_until` null is no end."""

    key_id: KeyId
    algorithm: Literal["ECDSA-P256-SHA256"]
    use: Literal["head"]
    public_key: str
    valid_from: datetime
    valid_until: datetime | None


class HeadKeys(Shown):
    """The keys that sign heads, in the order of their times."""

    keys: tuple[ListedKey, ...]


FILES = {
    "record.json": Header,
    "audit.jsonl": PublicEntry,
    "audit-head.json": AuditHead,
    "leaves.jsonl": PlacedLeaf,
    "heads.jsonl": RoundHead,
    "keys.json": HeadKeys,
}
"""The document, or the row of a JSON Lines file, by the file's name."""
