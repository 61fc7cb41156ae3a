"""What a run is to do: which rows of the export are one shard, and what officers ask for."""

from collections.abc import Iterable, Sequence
from typing import TypeVar

from pydantic import BaseModel, ConfigDict

from services.analysis.engine.brief import Brief, SeedTerms
from services.analysis.model.comment import Question, Shard
from services.shared.participation import Participation

SHARD = 25_000
"""Comments of a shard."""

Row = TypeVar("Row")
_FROZEN = ConfigDict(frozen=True, extra="forbid")


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


class Seed(SeedTerms):
    """Terms of a theme that may be there already, in officers' corrections.

    Attributes
    ----------
    theme_id : str or None
        That theme's; without one every question has a theme of these terms.
    question_id : str or None
        The question that the theme of this id is about; ``None`` is comments' own texts.
    """

    theme_id: str | None = None
    question_id: str | None = None

    def is_of(self, question_id: str | None) -> bool:
        """Whether it is for statements on a question, or for comments' own texts (``None``)."""
        return self.theme_id is None or self.question_id == question_id


class Placed(BaseModel):
    """A comment that officers put into a theme: by it the others are told.

    Attributes
    ----------
    question_id : str or None
        What the theme is about; ``None`` is comments' own texts.
    """

    model_config = _FROZEN

    comment_id: str
    theme_id: str
    question_id: str | None = None


class Plan(BaseModel):
    """One run: the shards, the questions that were asked, and the brief.

    Attributes
    ----------
    participation : Participation or None
        Who took part, as the comments service counted it; a file of comments tells nothing of it.
    seeds : tuple of Seed
        Of the topic's definition and of officers' corrections; the brief may name more.
    placed : tuple of Placed
        Comments that officers put into themes.
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
    seeds: tuple[Seed, ...] = ()
    placed: tuple[Placed, ...] = ()
    time_zone: str = "UTC"

    @property
    def scope(self) -> tuple[str, str]:
        """What the ids of campaigns and themes hold for."""
        return self.topic_id, str(self.round)

    @property
    def all_seeds(self) -> tuple[Seed, ...]:
        """Seeds of the plan and of its brief."""
        return (*self.seeds, *(Seed(**each.model_dump()) for each in self.brief.seed_terms))

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
