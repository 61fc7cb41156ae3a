"""What counts as a text, in which language it is, and how a part of it is masked."""

import re
from collections.abc import Iterable
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, StringConstraints

from services.shared.language import Language
from services.shared.parsing import fault
from services.shared.texts import Storable, is_visible

TEXT_LIMIT = 20_000
"""Most code points of a text, after stripping."""
NAME_LIMIT = 80
MASK = "█"

_ARABIC = re.compile(
    "[\u0620-\u064a\u066e-\u06d3\u06fa-\u06ff\u0750-\u077f\u08a0-\u08c9\ufb50-\ufdff\ufe70-\ufefc]"
)
_ARABIC_SHARE = 0.5
# Controls and line breaks, and what turns the writing direction for all that follows: in a name
# they could pass the words beside it off as part of it. Marks (U+200E, U+200F, U+061C) may stay.
_NOT_IN_NAMES = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


def detect(texts: Iterable[str], *, otherwise: Language) -> Language:
    """Language by script: Arabic if at least half of the letters are Arabic ones.

    Parameters
    ----------
    texts : iterable of str
        What the participant wrote.
    otherwise : {"ar", "en"}
        The answer if there is no letter at all.
    """
    letters = [character for text in texts for character in text if character.isalpha()]
    if not letters:
        return otherwise
    arabic = sum(1 for letter in letters if _ARABIC.match(letter))
    return "ar" if arabic >= _ARABIC_SHARE * len(letters) else "en"


def mask(text: str, spans: Iterable[tuple[int, int]]) -> str:
    """Text with every code point of the spans (start, end; end excluded) replaced by ``█``."""
    characters = list(text)
    for start, end in spans:
        for position in range(max(start, 0), min(end, len(characters))):
            characters[position] = MASK
    return "".join(characters)


def _legible(value: object) -> object:
    """Stripped text; nothing visible in it is a fault, nothing at all is no text."""
    if not isinstance(value, str):
        return value
    stripped = value.strip()
    if value and not is_visible(stripped):
        raise fault("blank")
    return stripped or None


def _one_plain_line(name: str) -> str:
    if _NOT_IN_NAMES.search(name):
        raise fault("not_in_names")
    return name


FreeText = Annotated[
    Annotated[str, StringConstraints(max_length=TEXT_LIMIT), Storable] | None,
    BeforeValidator(_legible),
]
"""A participant's text; ``None`` if absent or empty.

White space around it is stripped (`str.strip`); what is left is stored code point by code point as
it was sent: no normal form is made of it, and direction controls, joiners and line breaks stay.
"""
Name = Annotated[
    Annotated[
        str,
        StringConstraints(max_length=NAME_LIMIT),
        Storable,
        AfterValidator(_one_plain_line),
    ]
    | None,
    BeforeValidator(_legible),
]
"""A name to be shown beside a comment, stripped, in one line; ``None`` if absent or empty."""
