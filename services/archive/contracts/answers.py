"""What the archive service answers."""

from datetime import datetime
from typing import Any, Literal

from pydantic import ConfigDict, Field, RootModel

from services.shared.contracts.operation import Id, RoundNumber, Sha256, Shown


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


class Record(Shown):
    """What a sealed record consists of."""

    topic_id: Id
    round: RoundNumber
    edition: int
    record_root: Sha256
    sealed_at: datetime
    manifest_url: str
    files: tuple[ListedFile, ...]
    manifest: Manifest


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
