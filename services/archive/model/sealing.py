"""A sealed record as the archive keeps it beside the files, and what tells whose it is."""

from pydantic import BaseModel, ConfigDict


class Bilingual(BaseModel):
    """A text in both languages."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    ar: str
    en: str


class TopicCard(BaseModel):
    """What the catalogue shows of a topic, read from the record's ``topics/topic.json``."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    title: Bilingual
    summary: Bilingual
    agency: str


class SealedRecord(BaseModel):
    """One sealed record; instants are RFC 3339 texts in UTC.

    Attributes
    ----------
    edition : int
        How often the round was sealed.
    record_root : str
        Root over all its files, hex.
    parts_root : str
        Root over the files that the services handed in, hex; the same for the same parts.
    files : int
        Files that the manifest lists.
    first_sealed_at, sealed_at : str
        When the first and when this edition was sealed.
    texts_edition : int
        How often its texts were issued: with each sealing, and when comments were erased.
    audit_count, audit_hash : int, str, or None
        Head of the topic's audit trail as it was sealed; ``None`` if there is no trail in the
        record.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    topic_id: str
    round: int
    edition: int
    record_root: str
    parts_root: str
    files: int
    first_sealed_at: str
    sealed_at: str
    texts_edition: int
    audit_count: int | None = None
    audit_hash: str | None = None
    card: TopicCard
