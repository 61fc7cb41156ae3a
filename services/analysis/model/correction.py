"""Corrections: what officers change about the themes that the machine found."""

from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Discriminator, Field, StringConstraints, Tag
from pydantic import model_validator as validator

from services.shared import ids
from services.shared.ids import ID_PATTERN
from services.shared.parsing import TAG, fault
from services.shared.texts import ShortText, Statement, Title

MOST_ITEMS = 50
_MOST_COMMENTS = 1_000
Id = Annotated[str, StringConstraints(pattern=ID_PATTERN)]
_Word = Annotated[ShortText, StringConstraints(max_length=80)]
_Comments = Annotated[list[Id], Field(max_length=_MOST_COMMENTS)]
_Terms = Annotated[list[_Word], Field(max_length=20)]
Mark = Literal["for_decision", "reviewed", "out_of_scope", "needs_attention"]


class _Base(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    reason: Statement


class Rename(_Base):
    """Give a theme another title."""

    op: Literal["rename"]
    theme_id: Id
    title: Title


class Merge(_Base):
    """Make one theme of several; it keeps the id, and without a title the title, of the first."""

    op: Literal["merge"]
    theme_ids: Annotated[list[Id], Field(min_length=2, max_length=50)]
    title: Title | None = None

    @validator(mode="after")
    def _names_each_once(self) -> Self:
        if len(set(self.theme_ids)) != len(self.theme_ids):
            raise fault("duplicate_target", at="theme_ids")
        return self


class Part(BaseModel):
    """A new theme: comments that are in it now, terms that seed it in the next run."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: Title
    comment_ids: _Comments = Field(default_factory=list)
    terms: _Terms = Field(default_factory=list)

    @validator(mode="after")
    def _has_something(self) -> Self:
        if not (self.comment_ids or self.terms):
            raise fault("comments_or_terms")
        return self


class Split(_Base):
    """Take new themes out of one, which keeps what none of them takes."""

    op: Literal["split"]
    theme_id: Id
    into: Annotated[list[Part], Field(min_length=1, max_length=10)]


class Move(_Base):
    """Put comments into one theme alone, or into none (``None``)."""

    op: Literal["move"]
    comment_ids: Annotated[list[Id], Field(min_length=1, max_length=_MOST_COMMENTS)]
    theme_id: Id | None


class Add(_Base, Part):
    """Add a theme; its comments stay in those that they have, too."""

    op: Literal["add"]
    question_id: Annotated[str, StringConstraints(min_length=1, max_length=64)] | None = None


class MarkTheme(_Base):
    """Mark a theme, for those who decide."""

    op: Literal["mark"]
    theme_id: Id
    mark: Mark
    note: Statement | None = None


def _tag(value: Any) -> str | None:
    op = value.get("op") if isinstance(value, dict) else getattr(value, "op", None)
    return TAG + op if isinstance(op, str) and op in _OPS else None


_OPS = frozenset({"rename", "merge", "split", "move", "add", "mark"})
Correction = Annotated[
    Annotated[Rename, Tag(TAG + "rename")]
    | Annotated[Merge, Tag(TAG + "merge")]
    | Annotated[Split, Tag(TAG + "split")]
    | Annotated[Move, Tag(TAG + "move")]
    | Annotated[Add, Tag(TAG + "add")]
    | Annotated[MarkTheme, Tag(TAG + "mark")],
    Discriminator(
        _tag,
        custom_error_type="tashawur.unknown_op",
        custom_error_message="unknown_op",
        custom_error_context={"code": "unknown_op", "at": "op"},
    ),
]


class Corrections(BaseModel):
    """Body of ``PATCH …/analysis/themes``."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    items: Annotated[list[Correction], Field(min_length=1, max_length=MOST_ITEMS)]


class Recorded(BaseModel):
    """A correction on record; ``version`` is the row's when it was written."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    version: int
    at: str
    role: str
    actor_id: str
    correction: Correction


def themes_of(correction: Correction) -> frozenset[str]:
    """Themes that a correction names."""
    if isinstance(correction, Merge):
        return frozenset(correction.theme_ids)
    theme_id = None if isinstance(correction, Add) else correction.theme_id
    return frozenset({theme_id} if theme_id else ())


def comments_of(correction: Correction) -> list[str]:
    """Comments that a correction names."""
    match correction:
        case Split():
            return [each for part in correction.into for each in part.comment_ids]
        case Move() | Add():
            return correction.comment_ids
    return []


def new_themes(recorded: Recorded) -> list[str]:
    """Ids of the themes that a correction adds; they follow from it, and stay in later runs."""
    match recorded.correction:
        case Split(into=into):
            parts = into
        case Add() as added:
            parts = [added]
        case _:
            return []
    made = (recorded.at, str(recorded.version))
    return [
        ids.derived_id("theme", *made, str(number), part.title.en, *part.terms, *part.comment_ids)
        for number, part in enumerate(parts)
    ]
