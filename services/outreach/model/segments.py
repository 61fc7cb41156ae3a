"""How many text messages a text is paid for as: 3GPP TS 23.038, and 23.040 for long ones."""

_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENDED = frozenset("\f^{}\\[~]|€")
"""Characters that take an escape and a second septet."""
_GSM_ALONE, _GSM_PART = 160, 153
_UCS2_ALONE, _UCS2_PART = 70, 67
"""Most units of a text that goes alone, and of each part of a longer one (less its header).

A unit is a septet, or in UCS-2 two bytes.
"""
_BEYOND_UCS2 = 0xFFFF
_TYPOGRAPHY = str.maketrans(
    {
        "\u2018": "'",
        "\u2019": "'",
        "\u201c": '"',
        "\u201d": '"',
        "\u2010": "-",
        "\u2011": "-",
        "\u2013": "-",
        "\u2014": "-",
        "\u2026": "...",
        "\u00a0": " ",
    }
)


def is_gsm7(text: str) -> bool:
    """Tell whether a text fits the GSM 7-bit alphabet; one other character makes it all UCS-2."""
    return all(character in _BASIC or character in _EXTENDED for character in text)


def segments(text: str) -> int:
    """Text messages that a text is sent as; no character is split between two."""
    gsm7 = is_gsm7(text)
    alone, part = (_GSM_ALONE, _GSM_PART) if gsm7 else (_UCS2_ALONE, _UCS2_PART)
    widths = [_septets(c) if gsm7 else _code_units(c) for c in text]
    if sum(widths) <= alone:
        return 1
    count, used = 1, 0
    for width in widths:
        if used + width > part:
            count, used = count + 1, 0
        used += width
    return count


def plain(text: str) -> str:
    """Text with its typographic quotes, dashes and dots as GSM-7 has them, if that makes it fit.

    One such character in an English text would more than double what it costs.
    """
    plainer = text.translate(_TYPOGRAPHY)
    return plainer if is_gsm7(plainer) else text


def _septets(character: str) -> int:
    return 2 if character in _EXTENDED else 1


def _code_units(character: str) -> int:
    return 2 if ord(character) > _BEYOND_UCS2 else 1
