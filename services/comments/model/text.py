"""What counts as a text, and in which language it is."""

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

_ARABIC = re.compile(
    "[\u0620-\u064a\u066e-\u06d3\u06fa-\u06ff\u0750-\u077f\u08a0-\u08c9\ufb50-\ufdff\ufe70-\ufefc]"
)
_LATIN = re.compile("[A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f]")
_ARABIC_SHARE = 0.5
_LINK = re.compile(
    r"(?:https?://|www\.)\S*|\b[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,24}\b(?:/\S*)?",
    re.IGNORECASE | re.ASCII,
)
_LATIN_WORD = re.compile("[a-z0-9']+")
# Arabic in Latin letters ("Arabizi") writes with a digit what Latin has no letter for: 3 is ع, 7 ح.
_DIGIT_AS_LETTER = re.compile(r"[a-z']*[235679](?=[a-z]*[aeiou])([a-z]{2,})")
_ARABIZI_SHARE = 1 / 6
_FEW_WORDS = 3
_UNIT = re.compile(
    "(?:am|min|hour|day|week|month|year|time|meter|metre|dinar|euro|car|door|room|seat|star)s?"
    "|people|fils"
)
# Controls and line breaks, and what turns the writing direction for all that follows: in a name
# they could pass the words beside it off as part of it. Marks (U+200E, U+200F, U+061C) may stay.
_NOT_IN_NAMES = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


def detect(texts: Iterable[str], *, otherwise: Language) -> Language:
    """Language by script: Arabic if at least half of the letters, Arabic and Latin, are Arabic.

    Links and mail addresses are in no language. Arabic in Latin letters is told by the digits that
    stand for letters in it, where there are some; without them it passes for English.

    Parameters
    ----------
    texts : iterable of str
        What the participant wrote.
    otherwise : {"ar", "en"}
        The answer if there is no letter of either script.
    """
    written = _without_addresses(" ".join(texts))
    arabic, latin = len(_ARABIC.findall(written)), len(_LATIN.findall(written))
    if not arabic + latin:
        return otherwise
    is_arabic = arabic >= _ARABIC_SHARE * (arabic + latin)
    return "ar" if is_arabic or _is_arabizi(written.lower()) else "en"


def _without_addresses(text: str) -> str:
    return " ".join(word for word in _LINK.sub(" ", text).split() if "@" not in word)


def _is_arabizi(text: str) -> bool:
    words = [word for word in _LATIN_WORD.findall(text) if word.strip("0123456789'")]
    telling = sum(_has_a_digit_for_a_letter(word) for word in words)
    return telling >= _ARABIZI_SHARE * len(words) and (telling > 1 or 0 < len(words) <= _FEW_WORDS)


def _has_a_digit_for_a_letter(word: str) -> bool:
    """Tell whether a digit is followed by what can be read and is no unit or ordinal (``3rd``)."""
    found = _DIGIT_AS_LETTER.match(word)
    return found is not None and not _UNIT.fullmatch(found[1])


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
