"""Addresses and numbers: which are taken, and the pseudonyms that stand for them."""

import hashlib
import hmac
import re
from typing import Annotated

from pydantic import AfterValidator, StringConstraints

from services.shared import ids
from services.shared.parsing import fault

_LONGEST = 254
_LONGEST_LOCAL = 64
_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LOCAL = re.compile(rf"{_ATOM}(?:\.{_ATOM})*")
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_LONGEST_NUMBER = 32
_NUMBER = re.compile(r"\+[1-9][0-9]{6,14}")
_BETWEEN_DIGITS = re.compile(r"[\s().\-\u200e\u200f\u202a-\u202e]")
"""Spaces, brackets, hyphens, and the direction marks that Arabic address books add."""
_EASTERN_DIGITS = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹", "0123456789" * 2)
_DOMAIN = re.compile(rf"(?:{_LABEL}\.)+(?!\d+$){_LABEL}")


def taken(text: str) -> str:
    """Address as it is kept: the domain in lower case, an Arabic one in its ASCII form.

    Rules: RFC 5321 §4.1.2 without quoted local parts and address literals, §4.5.3.1 for lengths;
    the local part must be ASCII, as SES takes no other.

    Raises
    ------
    PydanticCustomError
        ``bad_email``.
    """
    local, at, domain = text.rpartition("@")
    try:
        # IDNA is needed, and its tables loaded, only where a domain is not ASCII already.
        domain = domain.lower() if domain.isascii() else domain.encode("idna").decode()
    except UnicodeError as error:
        raise fault("bad_email") from error
    address = f"{local}@{domain}"
    fits = len(local) <= _LONGEST_LOCAL and len(address) <= _LONGEST
    if not (at and fits and _LOCAL.fullmatch(local) and _DOMAIN.fullmatch(domain)):
        raise fault("bad_email")
    return address


def taken_number(text: str) -> str:
    """Telephone number in E.164 form, without what people put between the digits.

    Rule: ITU-T E.164 §6, ``+``, country code and number, 15 digits at most.

    Raises
    ------
    PydanticCustomError
        ``bad_phone``.
    """
    number = _BETWEEN_DIGITS.sub("", text.translate(_EASTERN_DIGITS))
    if not _NUMBER.fullmatch(number):
        raise fault("bad_phone")
    return number


Address = Annotated[
    str,
    StringConstraints(strip_whitespace=True, max_length=_LONGEST),
    AfterValidator(taken),
]
Phone = Annotated[
    str,
    StringConstraints(strip_whitespace=True, max_length=_LONGEST_NUMBER),
    AfterValidator(taken_number),
]


def subscription_id(address: str, *, scope: str, key: bytes) -> str:
    """Id of an address's subscription to a scope: always the same, and no way back to it.

    Upper and lower case make no difference: no mail provider in use tells them apart.
    """
    return ids.encode(_tag(key, "subscription", scope, address.lower())[:16])


def recipient_hash(address: str, *, key: bytes) -> str:
    """Pseudonym (hex) of an address in the ledger of what was sent."""
    return _tag(key, "recipient", address.lower()).hex()


def asker_hash(occasion: str, *, key: bytes) -> str:
    """Pseudonym (hex) in the ledger of the one who is told on an occasion of theirs alone."""
    return _tag(key, "asker", occasion).hex()


def _tag(key: bytes, *parts: str) -> bytes:
    return hmac.new(key, "\x00".join(parts).encode(), hashlib.sha256).digest()
