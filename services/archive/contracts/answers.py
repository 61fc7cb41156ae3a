"""What the archive service answers."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field, RootModel, StringConstraints

from services.shared.contracts.heads import RoundHead, TreeSize
from services.shared.contracts.operation import Id, RoundNumber, Sha256, Shown
from services.shared.permissions import Role

Salt = Annotated[str, StringConstraints(pattern="^[0-9a-f]{32}$")]


class ManifestFile(Shown):
    """One file of a record."""

    path: str
    sha256: Sha256
    bytes: int
    items: int
    media_type: str


class ListedFile(ManifestFile):
    """One file of a record, and where it is read."""

    url: str


class Manifest(Shown):
    """The record's manifest; the root is over path and digest of every file."""

    format: Literal["tashawur-record/1"]
    topic_id: Id
    round: RoundNumber
    sealed_at: datetime
    edition: int
    root: Sha256
    files: tuple[ManifestFile, ...]


class Texts(Shown):
    """Participants' words beside the record: which edition of them stands.

    Attributes
    ----------
    url : str
        Of the signed document.
    erased : int
        Rows whose words are gone.
    """

    url: str
    edition: int
    issued_at: datetime
    erased: int
    files: tuple[ListedFile, ...]


class Record(Shown):
    """What a sealed record consists of.

    Attributes
    ----------
    head : RoundHead
        Of the round's tree, with the record's files in it; at `head_url` also where they begin.
    """

    topic_id: Id
    round: RoundNumber
    edition: int
    record_root: Sha256
    sealed_at: datetime
    manifest_url: str
    files: tuple[ListedFile, ...]
    manifest: Manifest
    head_url: str
    head: RoundHead
    texts: Texts


class StoredFile(RootModel[dict[str, Any]]):
    """A JSON file of the record, as it is."""

    model_config = ConfigDict(json_schema_extra={"not": {"required": ["manifest_url"]}})


class Catalogue(Shown):
    """The newest records, a hundred a page, in DCAT 3."""

    model_config = ConfigDict(populate_by_name=True)

    context: dict[str, str] = Field(alias="@context")
    id: str = Field(alias="@id")
    type: Literal["dcat:Catalog"] = Field(alias="@type")
    title: tuple[dict[str, str], ...] = Field(alias="dct:title")
    description: tuple[dict[str, str], ...] = Field(alias="dct:description")
    license: dict[str, str] = Field(alias="dct:license")
    language: tuple[dict[str, str], ...] = Field(alias="dct:language")
    dataset: tuple[dict[str, Any], ...] = Field(alias="dcat:dataset")
    next_cursor: str | None


class Heads(Shown):
    """Signed heads of a round's tree, the newest first, a hundred a page."""

    items: tuple[RoundHead, ...]
    next_cursor: str | None


class Growth(Shown):
    """Proof that a tree of one size grew from that of another."""

    first_size: TreeSize
    second_size: TreeSize
    path: tuple[Sha256, ...]


class LogEntries(Shown):
    """Entries of the log in its order, a hundred a page.

    Attributes
    ----------
    first : int
        Place of the first of them, from 0 on.
    next_first : int or None
        Place of the next page's first; null at the end.
    """

    first: TreeSize
    items: tuple[RoundHead, ...]
    next_first: TreeSize | None


class AuditActor(Shown):
    """Who acted, and the salted digest of who it was, which the entry binds."""

    role: Role | Literal["system"]
    digest: Sha256
    id: str
    salt: Salt


class AuditEntry(Shown):
    """What the archive recorded of an event.

    Attributes
    ----------
    sequence : int
        Place in the topic's chain, from 1.
    source : str
        Service that told it, e.g. ``tashawur.topics``.
    event_id : str
        Unique among the events of its source.
    type : str
        Name of the event, e.g. ``TopicPublished``.
    data : mapping
        What the event's schema says.
    data_salt, data_digest : str
        The entry binds the data by their salted digest.
    previous : str
        Hash of the entry before; of the first one, zeros.
    hash : str
        SHA-256 over what the entry binds.
    """

    topic_id: str
    sequence: int
    source: str
    event_id: str
    occurred_at: datetime
    recorded_at: datetime
    type: str
    round: int
    actor: AuditActor
    data: dict[str, Any]
    data_salt: Salt
    data_digest: Sha256
    previous: Sha256
    hash: Sha256


class AuditHead(Shown):
    """Where a topic's chain ends: worth noting down, since it shows what is taken away later."""

    format: Literal["tashawur-audit/1"]
    topic_id: str
    count: int
    hash: Sha256


class AuditTrail(Shown):
    """At most 100 entries: of a topic in the order of its chain, of all the newest first.

    Attributes
    ----------
    head : mapping
        Of one topic alone.
    """

    items: tuple[AuditEntry, ...]
    next_cursor: str | None
    head: AuditHead | None = None
