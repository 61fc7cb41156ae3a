"""The words in which a service describes its routes: data, from which the OpenAPI document is made.

A route is described in ``services/<service>/contracts/api.py`` by one `Operation`, and its examples
are ``services/<service>/contracts/examples/<name>.json``::

    {"request": {"ar": …, "en": …}, "200": {"ar": …, "en": …}}

with ``"both"`` in the place of ``"ar"`` and ``"en"`` where one example serves both languages. What
is not JSON has its media type in the name: ``"200 text/html"``, ``"request text/csv"``. What
follows from the permission table and from the parts of an operation (sign-in, path parameters, most
problems) is not declared again.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from services.shared.ids import ID_PATTERN
from services.shared.language import Language

JSON = "application/json"
Id = Annotated[str, StringConstraints(pattern=ID_PATTERN)]
RoundNumber = Annotated[int, Field(ge=1, le=999)]
Sha256 = Annotated[str, StringConstraints(pattern="^[0-9a-f]{64}$")]
RequestHeader = Literal["Challenge-Solution", "Idempotency-Key", "If-Match", "If-None-Match"]
AnswerHeader = Literal["ETag", "Location"]


class Shown(BaseModel):
    """Base of what is answered: members without a default are always there."""


def words_of(member: str, *members: str) -> ConfigDict:
    """Configuration of a model with somebody's words: whose comment's, and in which members.

    A sealed record has them apart from what is locked (``services/archive/model/words.py``).
    """
    return ConfigDict(json_schema_extra={"x-words": {"of": member, "members": list(members)}})


class Both(Shown):
    """A text in Arabic and in English."""

    ar: str
    en: str


@dataclass(frozen=True, kw_only=True)
class Query:
    """A query parameter.

    Attributes
    ----------
    type : type
        What it may be, as pydantic reads it, e.g. a ``Literal``.
    about : str
        What it does, in a sentence.
    """

    name: str
    type: Any
    about: str
    required: bool = False


@dataclass(frozen=True, kw_only=True)
class Answer:
    """One way in which a request succeeds.

    Attributes
    ----------
    model : type, optional
        What the body says, where it is JSON: a model, or a union of some.
    media_types : tuple of str
        Types of the body; none at all for an answer without a body.
    headers : tuple of str
        Headers beside those that every answer has.
    about : str
        What it means, in a sentence.
    """

    status: int
    about: str
    model: Any = None
    media_types: tuple[str, ...] = (JSON,)
    headers: tuple[AnswerHeader, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Operation:
    """One route.

    Attributes
    ----------
    route : str
        Route key of ``services.shared.permissions``.
    name : str
        ``operationId`` and name of the file of examples; does not change once published.
    title : mapping
        What it does, in Arabic and in English.
    about : str
        What else a caller must know.
    path : mapping
        Types of path parameters that are no ids, by name.
    body : type of BaseModel, optional
        What is sent.
    file : str
        Media type of what is sent, where it is a file of text and no JSON.
    body_required : bool
        Whether a request without a body is refused.
    problems : tuple of str
        Slugs of problems beside those that follow from the rest, e.g. ``"conflict"``.
    """

    route: str
    name: str
    title: dict[Language, str]
    answers: tuple[Answer, ...]
    about: str = ""
    path: Mapping[str, Any] = field(default_factory=dict)
    query: tuple[Query, ...] = ()
    headers: tuple[RequestHeader, ...] = ()
    body: type[BaseModel] | None = None
    file: str = ""
    body_required: bool = True
    problems: tuple[str, ...] = ()


CURSOR = Query(name="cursor", type=str, about="The `next_cursor` of the page before.")
ROUND = Query(name="round", type=RoundNumber, about="Round of the topic; by default the newest.")
NOT_MODIFIED = Answer(
    status=304,
    about="The caller has it already: `If-None-Match` names its present ETag.",
    media_types=(),
    headers=("ETag",),
)
