"""What officers ask of an analysis."""

from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from services.analysis.model.stances import Stance
from services.shared.parsing import fault

_FROZEN = ConfigDict(frozen=True, extra="forbid")
_Term = Annotated[str, Field(min_length=1, max_length=100)]
_Name = Annotated[str, Field(min_length=1, max_length=100)]


class SeedTerms(BaseModel):
    """Terms of both languages by which comments of either meet in one theme."""

    model_config = _FROZEN

    theme: Annotated[str, Field(min_length=1, max_length=200)]
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
            raise fault("options_or_labels")
        if len({each.comment_id for each in self.labels}) < len(self.labels):
            raise fault("labelled_twice", at="labels")
        return self


class Brief(BaseModel):
    """What officers ask of an analysis.

    Attributes
    ----------
    themes : int or None
        How many themes of each question and language; ``None`` is as many as tell them apart.
    stances : tuple of StanceBrief
        Questions of which it is to be told who is for and who against.
    """

    model_config = _FROZEN

    themes: Annotated[int, Field(ge=1, le=50)] | None = None
    seed_terms: Annotated[tuple[SeedTerms, ...], Field(max_length=100)] = ()
    stances: Annotated[tuple[StanceBrief, ...], Field(max_length=50)] = ()

    @model_validator(mode="after")
    def _asks_each_question_once(self) -> Self:
        if len({each.question_id for each in self.stances}) < len(self.stances):
            raise fault("asked_twice", at="stances")
        return self
