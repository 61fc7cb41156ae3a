"""What a run is to do: which rows of the export are one shard, and what officers ask for."""

from collections.abc import Iterable, Sequence
from typing import Annotated, Literal, Self, TypeVar

from pydantic import BaseModel, ConfigDict, Field, model_validator

from services.analysis.model.comment import Question, Shard
from services.analysis.model.stances import Stance
from services.shared.participation import Participation

SHARD = 25_000
"""Comments of a shard."""

Row = TypeVar("Row")
_FROZEN = ConfigDict(frozen=True, extra="forbid")
_Term = Annotated[str, Field(min_length=1, max_length=100)]
_Name = Annotated[str, Field(min_length=1, max_length=100)]


class Slice(BaseModel):
    """Some rows of one file of the export: what is read at a time.

    Attributes
    ----------
    first, rows : int
        Which rows of the file, counted from 0, and how many.
    """

    model_config = _FROZEN

    index: int
    file: Shard
    first: int
    rows: int

    def of(self, rows: Sequence[Row]) -> Sequence[Row]:
        """Its own of all rows of the file."""
        return rows[self.first : self.first + self.rows]


class Seed(BaseModel):
    """Terms of both languages by which comments of either meet in one theme."""

    model_config = _FROZEN

    theme: Annotated[str, Field(min_length=1, max_length=100)]
    ar: Annotated[tuple[_Term, ...], Field(max_length=50)] = ()
    en: Annotated[tuple[_Term, ...], Field(max_length=50)] = ()


class StanceLabel(BaseModel):
    """What an officer read a comment as."""

    model_config = _FROZEN

    comment_id: _Name
    stance: Stance


class StanceBrief(BaseModel):
    """A question whose answers are for or against: told by its options, or learned from labels.

    Attributes
    ----------
    question_id : str or None
        None stands for the comments' own texts.
    options : dict or None
        Of a single-choice question: which options are which stance.
    labels : tuple of StanceLabel
        Of texts: comments that officers have read.
    """

    model_config = _FROZEN

    question_id: _Name | None = None
    options: Annotated[dict[_Name, Stance], Field(min_length=1, max_length=100)] | None = None
    labels: Annotated[tuple[StanceLabel, ...], Field(max_length=5_000)] = ()

    @model_validator(mode="after")
    def _is_told_one_way(self) -> Self:
        if self.options is not None and (self.labels or self.question_id is None):
            raise ValueError("options are those of a question, and go without labels")
        if len({each.comment_id for each in self.labels}) < len(self.labels):
            raise ValueError("a comment is labelled twice")
        return self


class Brief(BaseModel):
    """What officers ask of an analysis.

    Attributes
    ----------
    themes : int or "auto"
        How many themes of each question and language.
    stances : tuple of StanceBrief
        Questions of which it is to be told who is for and who against.
    """

    model_config = _FROZEN

    themes: Annotated[int, Field(ge=1, le=50)] | Literal["auto"] = "auto"
    seed_terms: Annotated[tuple[Seed, ...], Field(max_length=100)] = ()
    stances: Annotated[tuple[StanceBrief, ...], Field(max_length=50)] = ()

    @model_validator(mode="after")
    def _asks_each_question_once(self) -> Self:
        if len({each.question_id for each in self.stances}) < len(self.stances):
            raise ValueError("the stance on a question is asked for twice")
        return self


class Plan(BaseModel):
    """One run: the shards, the questions that were asked, and the brief.

    Attributes
    ----------
    participation : Participation or None
        Who took part, as the comments service counted it; a file of comments tells nothing of it.
    time_zone : str
        IANA name of the zone whose days comments are counted by.
    """

    model_config = _FROZEN

    topic_id: str
    round: int
    slices: tuple[Slice, ...]
    questions: tuple[Question, ...] = ()
    participation: Participation | None = None
    brief: Brief = Brief()
    time_zone: str = "UTC"

    @property
    def scope(self) -> tuple[str, str]:
        """What the ids of campaigns and themes hold for."""
        return self.topic_id, str(self.round)

    @property
    def rows(self) -> int:
        """Comments of all shards, whatever became of them."""
        return sum(each.rows for each in self.slices)


def slices_of(files: Iterable[Shard], *, size: int = SHARD) -> tuple[Slice, ...]:
    """Shards of an export, at most `size` comments each; a file without any is looked at, too."""
    parts = [(file, first) for file in files for first in range(0, max(file.items, 1), size)]
    return tuple(
        Slice(index=index, file=file, first=first, rows=min(size, file.items - first))
        for index, (file, first) in enumerate(parts)
    )


def even_slices(count: int, *, shards: int) -> tuple[Slice, ...]:
    """Shards of comments that are at hand, in no file."""
    file = Shard(key="", sha256="", items=count)
    return slices_of((file,), size=max(1, -(-count // shards)))
