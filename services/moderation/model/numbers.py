"""Numbers that identify: check digits, and what makes one number a phone, another an amount."""

import re
from collections.abc import Callable

CheckDigit = Callable[[str], bool]
"""Tells whether a personal number's digits hold together."""

# Length of an IBAN by country: SWIFT IBAN registry, the region and those most often met here.
_IBAN_LENGTHS = {
    "AE": 23, "AT": 20, "BE": 16, "BH": 22, "CH": 21, "CY": 28, "CZ": 24, "DE": 22, "DK": 18,
    "DZ": 26, "EG": 29, "ES": 24, "FI": 18, "FR": 27, "GB": 22, "GR": 27, "HU": 28, "IE": 22,
    "IQ": 23, "IT": 27, "JO": 30, "KW": 30, "LB": 28, "LU": 20, "LY": 25, "MA": 28, "MT": 31,
    "MU": 30, "NL": 18, "NO": 15, "OM": 23, "PK": 24, "PL": 28, "PS": 29, "PT": 25, "QA": 29,
    "RO": 24, "SA": 24, "SD": 18, "SE": 24, "TN": 24, "TR": 26, "UA": 29, "YE": 30,
}  # fmt: skip
_MONTHS = frozenset(f"{month:02d}" for month in range(1, 13))
_GCC_MOBILE = ("3", "6")
_LANDLINE = ("1", "77")


def iban_length(country: str) -> int | None:
    """Characters of a country's IBANs, or ``None`` if the country has none that is known here."""
    return _IBAN_LENGTHS.get(country)


def iban_holds(iban: str) -> bool:
    """Check an IBAN without spaces, upper case: ISO 13616, modulus 97."""
    turned = iban[4:] + iban[:4]
    return int("".join(str(int(char, 36)) for char in turned)) % 97 == 1


def luhn_holds(digits: str) -> bool:
    """Check digits by ISO/IEC 7812-1 Annex B, as payment cards have it."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (1 + place % 2)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def month_holds(digits: str) -> bool:
    """Check a Bahraini personal number (YYMM…) as far as is public: its month.

    The algorithm of its check digit is not published; who has it puts it in this function's place.
    """
    return digits[2:4] in _MONTHS


def is_mobile(digits: str) -> bool:
    """Tell whether eight digits are a Bahraini mobile number (3… or 6…), no round amount."""
    return digits.startswith(_GCC_MOBILE) and not digits.endswith("00000")


def is_landline(digits: str) -> bool:
    """Tell whether eight digits may be a Bahraini landline (1… or 77…); a date may be too."""
    return digits.startswith(_LANDLINE)


def is_public_line(digits: str) -> bool:
    """Tell whether eight digits are a service's own line (800…), nobody's personal number."""
    return digits.startswith("800")


def is_year_pair(digits: str) -> bool:
    """Tell whether eight digits are two years, e.g. 2025-2026."""
    return bool(re.fullmatch(r"(?:19|20)\d\d(?:19|20)\d\d", digits))
