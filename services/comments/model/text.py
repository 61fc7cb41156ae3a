"""What counts as a text, in which language it is, and how a part of it is masked."""

import re
import unicodedata
from collections.abc import Iterable
from typing import Annotated

from pydantic import BeforeValidator, StringConstraints

from services.shared.language import Language
from services.shared.parsing import fault
from services.shared.texts import Storable

TEXT_LIMIT = 20_000
"""Most code points of a text, after stripping."""
NAME_LIMIT = 80
MASK = "█"

_ARABIC = re.compile(
    "[\u0620-\u064a\u066e-\u06d3\u06fa-\u06ff\u0750-\u077f\u08a0-\u08c9\ufb50-\ufdff\ufe70-\ufefc]"
)
_ARABIC_SHARE = 0.5
# Fillers that Unicode calls letters or symbols although nothing is seen of them.
_INVISIBLE = frozenset("\u115f\u1160\u2800\u3164\uffa0")
_UNSEEN_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Mc", "Me", "Mn", "Zl", "Zp", "Zs"})


def is_visible(text: str) -> bool:
    """Tell whether a reader would see anything: spaces, zero-width and control signs are not."""
    return any(
        unicodedata.category(character) not in _UNSEEN_CATEGORIES and character not in _INVISIBLE
        for character in text
    )


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


FreeText = Annotated[
    Annotated[str, StringConstraints(max_length=TEXT_LIMIT), Storable] | None,
    BeforeValidator(_legible),
]
"""A participant's text, stripped; ``None`` if absent or empty."""
Name = Annotated[
    Annotated[str, StringConstraints(max_length=NAME_LIMIT), Storable] | None,
    BeforeValidator(_legible),
]
"""A name to be shown beside a comment, stripped; ``None`` if absent or empty."""
