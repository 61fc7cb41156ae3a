"""Texts that people write, in both languages."""

import re
import unicodedata
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, StringConstraints

from services.shared.parsing import fault

_SHORT = 200
_FEW_SENTENCES = 2_000
_LONG = 20_000
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_UNSEEN_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Mc", "Me", "Mn", "Zl", "Zp", "Zs"})
# What is drawn as nothing though its category does not say so: fillers that Unicode calls letters
# or symbols, and code points that it keeps for characters to be ignored where they are not known.
_UNSEEN = re.compile(
    "[\u115f\u1160\u2065\u2800\u3164\uffa0\ufff0-\ufff8\U0001d159\U000e0000-\U000e0fff]"
)


def is_visible(text: str) -> bool:
    """Tell whether a reader would see anything: spaces, zero-width and control signs are not."""
    return any(
        unicodedata.category(character) not in _UNSEEN_CATEGORIES and not _UNSEEN.match(character)
        for character in text
    )


def _storable(text: str) -> str:
    if _UNSTORABLE.search(text):
        raise fault("not_storable")
    return text


def _legible(text: str) -> str:
    if not is_visible(text):
        raise fault("blank")
    return text


Storable = AfterValidator(_storable)
"""Refuses NUL, which no feed can carry, and halves of surrogate pairs, which UTF-8 cannot."""
Legible = AfterValidator(_legible)
"""Refuses a text in which a reader would see nothing."""
Email = Annotated[
    str, StringConstraints(pattern=r"^[^\s@<>,;]+@[^\s@<>,;]+$", max_length=254), Storable
]
ShortText = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=_SHORT),
    Storable,
    Legible,
]
Statement = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=_FEW_SENTENCES),
    Storable,
    Legible,
]
"""Why somebody does or contests something, in a few sentences."""
LongText = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=_LONG),
    Storable,
    Legible,
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


class Words(BaseModel):
    """A few sentences (≤ 2,000 characters) in both languages."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    ar: Statement
    en: Statement
