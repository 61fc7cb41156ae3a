"""One row of the comments service's export, as far as the analysis reads it."""

from typing import Literal

from pydantic import BaseModel, ConfigDict

Status = Literal["screening", "held", "published", "rejected", "withdrawn", "erased"]


class Answer(BaseModel):
    """Answer to one question of the topic; open answers have a text only."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    question_id: str
    option_ids: tuple[str, ...] | None = None
    value: int | float | None = None


class ExportedComment(BaseModel):
    """A row of a shard; text and answers only if it is published."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    comment_id: str
    kind: str | None = None
    status: Status
    received_at: str = ""
    language: str | None = None
    channel: str | None = None
    text: str | None = None
    answers: tuple[Answer, ...] | None = None
    reason_code: str | None = None


class Shard(BaseModel):
    """One file of the export: its key, the SHA-256 of its bytes (hex), its rows."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    key: str
    sha256: str
    items: int


class Manifest(BaseModel):
    """What the export of a round consists of."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    topic_id: str
    round: int
    shards: tuple[Shard, ...]
