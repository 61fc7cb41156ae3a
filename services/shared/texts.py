"""Texts that people write, in both languages."""

from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, StringConstraints

from services.shared.parsing import fault

_SHORT = 200
_LONG = 20_000


def _storable(text: str) -> str:
    if "\x00" in text:
        raise fault("not_storable")
    return text


Storable = AfterValidator(_storable)
"""Refuses NUL, which no feed can carry; lone surrogates pydantic itself refuses."""
ShortText = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=_SHORT), Storable
]
LongText = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=_LONG), Storable
]


class Title(BaseModel):
    """A short text (≤ 200 characters) in both languages."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    ar: ShortText
    en: ShortText


class Text(BaseModel):
    """A text of up to 20,000 characters in both languages."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    ar: LongText
    en: LongText
