"""What a run is to do: which rows of the export are one shard, and what officers ask for."""

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from services.analysis.model.comment import Manifest, Question, Shard
from services.shared.participation import Participation

SHARD = 25_000
"""Comments of a shard."""

_FROZEN = ConfigDict(frozen=True, extra="forbid")
_Term = Annotated[str, Field(min_length=1, max_length=100)]


class Slice(BaseModel):
    """Some rows of one file of the export: what one function reads.

    Attributes
    ----------
    first, rows : int
        Which rows of the file, counted from 0, and how many.
    """

    model_config = _FROZEN

    index: int
    key: str
    sha256: str
    first: int
    rows: int


class Seed(BaseModel):
    """Terms of both languages by which comments of either meet in one theme."""

    model_config = _FROZEN

    theme: Annotated[str, Field(min_length=1, max_length=100)]
    ar: Annotated[tuple[_Term, ...], Field(max_length=50)] = ()
    en: Annotated[tuple[_Term, ...], Field(max_length=50)] = ()


class Brief(BaseModel):
    """What officers ask of an analysis.

    Attributes
    ----------
    themes : int or "auto"
        How many themes of each question and language.
    """

    model_config = _FROZEN

    themes: Annotated[int, Field(ge=1, le=50)] | Literal["auto"] = "auto"
    seed_terms: Annotated[tuple[Seed, ...], Field(max_length=100)] = ()


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

    run_id: str
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


def slices_of(manifest: Manifest, *, size: int = SHARD) -> tuple[Slice, ...]:
    """Shards of an export, at most `size` comments each."""
    parts = [part for shard in manifest.shards for part in _parts(shard, size)]
    return tuple(
        Slice(index=index, key=shard.key, sha256=shard.sha256, first=first, rows=rows)
        for index, (shard, first, rows) in enumerate(parts)
    )


def _parts(shard: Shard, size: int) -> Iterator[tuple[Shard, int, int]]:
    for first in range(0, shard.items, size):
        yield shard, first, min(size, shard.items - first)
