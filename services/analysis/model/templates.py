"""What officers send: reasons in full, or templates with what stands in their fields.

A template is expanded before anything is recorded: what is recorded is the reason itself. A field
is ``{{ name }}``, letters and digits of any script, and stands for a text in both languages.
"""

import re
import string
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from services.analysis.model.disposition import ClauseIds, Disposition, Outcome, Target
from services.shared.errors import Fault, Invalid
from services.shared.language import LANGUAGES
from services.shared.parsing import fault, faults_of, pointer
from services.shared.texts import Text

MOST_ITEMS = 99
"""Dispositions of one request: with the run's row they fill one transaction."""
MOST_BYTES = 3_000_000
"""All reasons of a request together, as UTF-8: DynamoDB takes 4 MB in a transaction."""


class DispositionItem(BaseModel):
    """What is answered how: the reason in full, or a template and its fields."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    target: Target
    outcome: Outcome
    reason: Text | None = None
    template: str | None = None
    fields: dict[str, Text] = Field(default_factory=dict)
    clause_ids: ClauseIds = Field(default_factory=list)

    @model_validator(mode="after")
    def _has_one_reason(self) -> Self:
        is_both_or_none = (self.reason is None) == (self.template is None)
        if is_both_or_none or (self.fields and self.template is None):
            raise fault("reason_or_template", at="reason")
        return self


class Dispositions(BaseModel):
    """Body of ``PUT …/dispositions``.

    Attributes
    ----------
    templates : dict
        Reasons with fields (``{{ name }}``) by the names under which items refer to them.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    # A list: of a tuple, pydantic also reports "too short" when it is the items that are at fault.
    items: Annotated[list[DispositionItem], Field(min_length=1, max_length=MOST_ITEMS)]
    templates: dict[str, Text] = Field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Expanded:
    """Dispositions with their reasons in full, but for those at fault; and every fault."""

    items: list[Disposition]
    faults: list[Fault]


class _Pattern(string.Template):
    """Text with fields, and none that is cut short."""

    flags = re.VERBOSE
    pattern = r"""
        \{\{ \s* (?P<named> [^\W\d]\w* ) \s* \}\} | (?P<invalid> \{\{ | \}\} )
        | (?P<escaped> (?!) ) | (?P<braced> (?!) )
    """  # type: ignore[assignment]  # typeshed knows it as it is once compiled


class _Template:
    """A template in both languages.

    Attributes
    ----------
    malformed : list of {"ar", "en"}
        Languages in which a field is not closed, not opened or has no name.
    names : list of str
        Fields that either language has.
    """

    def __init__(self, text: Text) -> None:
        self._patterns = {each: _Pattern(getattr(text, each)) for each in LANGUAGES}
        patterns = self._patterns.values()
        self.malformed = [each for each in LANGUAGES if not self._patterns[each].is_valid()]
        self.names = [name for pattern in patterns for name in pattern.get_identifiers()]

    def filled(self, fields: Mapping[str, Text]) -> Text:
        """The text in full; a field's own text stands as it is."""
        return Text.model_validate(
            {
                language: pattern.substitute(
                    {name: getattr(text, language) for name, text in fields.items()}
                )
                for language, pattern in self._patterns.items()
            }
        )


def expand(request: Dispositions) -> Expanded:
    """Write every reason out.

    Its faults are templates that are malformed, unknown or too long once expanded, fields that are
    missing or unknown, and reasons that together are more than can be recorded at once.
    """
    templates = {name: _Template(text) for name, text in request.templates.items()}
    faults = [
        Fault(field=pointer("templates", name, language), code="bad_template")
        for name, template in templates.items()
        for language in template.malformed
    ]
    items: list[Disposition] = []
    for position, item in enumerate(request.items):
        try:
            reason = item.reason or _reason(item, templates, pointer("items", position))
        except Invalid as refused:
            faults += refused.faults
            continue
        told = {"target": item.target, "outcome": item.outcome, "clause_ids": item.clause_ids}
        items.append(Disposition.model_validate({**told, "reason": reason}))
    if sum(map(_size, items)) > MOST_BYTES:
        faults.append(Fault(field="/items", code="too_much_text", values={"limit": MOST_BYTES}))
    return Expanded(items=items, faults=faults)


def _reason(item: DispositionItem, templates: Mapping[str, _Template], place: str) -> Text:
    """Reason of an item that has a template; refused with all faults, of a malformed one none."""
    template = templates.get(item.template or "")
    if template is None:
        raise Invalid(faults=[Fault(field=f"{place}/template", code="unknown_template")])
    if template.malformed:
        raise Invalid
    odd = [
        *(("missing", name) for name in dict.fromkeys(template.names) if name not in item.fields),
        *(("unknown_field", name) for name in item.fields if name not in template.names),
    ]
    if odd:
        places = [(code, f"{place}{pointer('fields', name)}") for code, name in odd]
        raise Invalid(faults=[Fault(field=field, code=code) for code, field in places])
    try:
        return template.filled(item.fields)
    except ValidationError as error:
        first, *_ = faults_of(error)  # it is too long, in one language or in both
        told = Fault(field=f"{place}/template", code=first.code, values=first.values)
        raise Invalid(faults=[told]) from error


def _size(item: Disposition) -> int:
    return len(item.reason.ar.encode()) + len(item.reason.en.encode())
