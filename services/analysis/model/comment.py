"""One row of the comments service's export, as far as the analysis reads it."""

from typing import Literal

from pydantic import BaseModel, ConfigDict

from services.shared.participation import Participation

Status = Literal["screening", "held", "published", "rejected", "withdrawn", "erased"]


class Answer(BaseModel):
    """Answer to one question of the topic; open answers have a text only."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    question_id: str
    option_ids: tuple[str, ...] = ()
    value: int | None = None
    text: str | None = None

    @property
    def chosen(self) -> tuple[str, ...]:
        """Options, or the value on the scale; nothing if the answer is open."""
        return self.option_ids if self.value is None else (str(self.value),)


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


class Scale(BaseModel):
    """Ends of a scale, both included."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    min: int
    max: int


class Question(BaseModel):
    """A question of the round, as the export's manifest has it: what could be chosen."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: str
    kind: Literal["open", "single", "multiple", "scale"]
    option_ids: tuple[str, ...] = ()
    scale: Scale | None = None

    @property
    def choices(self) -> tuple[str, ...]:
        """Everything that could be chosen, in the order of the question."""
        if self.scale is None:
            return self.option_ids
        return tuple(str(value) for value in range(self.scale.min, self.scale.max + 1))


class Manifest(BaseModel):
    """What the export of a round consists of, the questions that were asked, who took part."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    topic_id: str
    round: int
    shards: tuple[Shard, ...]
    questions: tuple[Question, ...] = ()
    participation: Participation | None = None
