"""The decision that a consultation led to [S4]."""

from collections import Counter
from datetime import date
from typing import Annotated, Self

from pydantic import Field, model_validator

from services.shared.parsing import fault
from services.shared.texts import Text
from services.topics.model.definition import Document, Part, Slug


class Clause(Part):
    """One clause, which dispositions refer to."""

    id: Slug
    text: Text


class Decision(Part):
    """A decision in both languages; `attachments` lie where the agency publishes them."""

    summary: Text
    rationale: Text
    clauses: Annotated[tuple[Clause, ...], Field(min_length=1, max_length=200)]
    effective_date: date | None = None
    attachments: Annotated[tuple[Document, ...], Field(max_length=20)] = ()

    @model_validator(mode="after")
    def _clause_ids_differ(self) -> Self:
        for clause_id, count in Counter(clause.id for clause in self.clauses).items():
            if count > 1:
                raise fault("duplicate_id", at="clauses", id=clause_id)
        return self
