"""Personal data in a text: e-mail, phone, IBAN, payment card, personal number, whoever's it is.

The rules look at the original text in a view of the same length (digits of any script as ASCII), so
that offsets need no way back. What is found is masked, not held: a masked reference number costs
little, a published personal number cannot be taken back. Amounts of money are let through.
"""

import re
import unicodedata
from collections.abc import Iterator

from services.moderation.model.numbers import (
    CheckDigit,
    iban_holds,
    iban_length,
    is_landline,
    is_mobile,
    is_public_line,
    is_year_pair,
    luhn_holds,
    month_holds,
)
from services.moderation.model.spans import Span

CERTAIN, LIKELY = 0.95, 0.6
Found = tuple[Span, float]

_HIDDEN = "\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff"
_EMAIL = re.compile(
    r"[\w.+%-]{1,64}(?:@|\s?[\[(]\s?(?:at|آت)\s?[\])]\s?)"
    r"(?:[a-z0-9-]{1,63}(?:\.|\s?[\[(]\s?(?:dot|نقطة)\s?[\])]\s?)){1,4}[a-z]{2,24}(?![a-z])",
    re.IGNORECASE,
)
_CHAT = re.compile(r"(?:wa\.me/|api\.whatsapp\.com/send\?phone=)\+?(\d{8,15})", re.IGNORECASE)
_LINK = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)
_NUMBER = re.compile(
    rf"(?<![\w.,])(?:\+|00)?\(?\d(?:[ .\-()\u00a0{_HIDDEN}]{{0,2}}\d){{7,18}}(?![\d_])"
)
_MOBILE_INSIDE = re.compile(r"(?<!\d)[36]\d{3}[ -]?\d{4}(?!\d)")
_IBAN = re.compile(r"(?<![A-Za-z0-9])[A-Z]{2}\d{2}(?:[ -]?[A-Z0-9]){11,30}", re.IGNORECASE)
_MONEY = (
    r"(?:bhd|bd|usd|sar|aed|eur|gbp|\$|€|£|dinars?|dollars?|riyals?|euros?|fils|million|billion"
    r"|دينار\w*|د\.ب|دولار\w*|ريال\w*|درهم\w*|يورو|فلس|مليون|مليار|ألف|الف|نسمة)"
)
_UNIT = (
    r"(?:people|residents|inhabitants|citizens|voters?|votes|users|views|tonnes|tons|litres|liters"
    r"|kilomet\w*|met(?:er|re)s?|km|m2|sq|متر\w*|كيلومتر\w*|كم|طن|لتر\w*|شخص\w*|مواطن\w*|ساكن\w*"
    r"|صوت\w*|مستخدم\w*|مشاهد\w*)"
)
_MONEY_BEFORE = re.compile(r"(?<!\w)" + _MONEY + r"\s*$", re.IGNORECASE)
_MONEY_AFTER = re.compile(rf"(?:[.,]\d+)?\s*(?:%|(?:{_MONEY}|{_UNIT})(?!\w))", re.IGNORECASE)
_PERSONAL_CUE = re.compile(
    r"\bcpr\b|\bpersonal\s+(?:no|num|id)|\bid\s*(?:no|num|card|:|is)|\bidentity|\bnational\s+id"
    r"|شخصي|بطاق|هوي|سكان|رقمي|رقمه|رقمها",
    re.IGNORECASE,
)
_PHONE_CUE = re.compile(
    r"\b(?:call|phone|tel|mobile|whats\s?app|contact|reach|ring|text)|اتصل|إتصل|هاتف|تلفون|تليفون|جوال|موبايل|"
    r"نقال|واتس|تواصل|رقمي|رقمه|رقمها|كلمون|دقوا",
    re.IGNORECASE,
)
_REFERENCE = re.compile(
    r"(?:(?<!\w)(?:ref|reference|ticket|invoice|order|tracking|receipt|case)|بلاغ|مرجع\w*|معامل[ةه]"
    r"|طلب|فاتور[ةه]|إيصال|ايصال|شحن[ةه]|تذكر[ةه])\s*(?:no|nr|number|رقم)?[\s.:#]*$",
    re.IGNORECASE,
)
"""Says right before a number that it is a paper's."""
_REFERENCE_REACH = 24
_CUE_REACH = 48
_MONEY_REACH = 12
_LIKE_AN_IBAN = re.compile(r"[A-Z]{2}\d\d[A-Z]{0,6}\d+")
# Issuers' first digits and lengths (ISO/IEC 7812): Visa, Mastercard, American Express, Diners,
# Discover, UnionPay, Maestro; 3[56] and 6 are those met in the region's debit cards too.
_CARD = re.compile(
    r"4\d{12}(?:\d{3}){0,2}|5[1-5]\d{14}|2[2-7]\d{14}|3[47]\d{13}|3[068]\d{12}|35\d{14}"
    r"|6\d{15,18}|5[06-9]\d{14,17}"
)
_ABROAD = re.compile(r"(?:\+|00)[1-9]\d{7,14}")
_NATIONAL = re.compile(r"0[1-9]\d{8,9}|973[13678]\d{7}|(?:966|971|965|968|974)\d{8,9}")
_AMERICAN = re.compile(r"\(?\d{3}\)?[ .\-]\d{3}[ .\-]\d{4}")
_KEPT_LETTERS = 4096
_PERSONAL = 9
_LOCAL = 8
_GROUP, _GROUPS_OF_ONE = 4, 2


def personal_data(text: str, *, check_digit: CheckDigit = month_holds) -> list[Found]:
    """Spans of personal data with their certainty in 0…1, in the order of the text.

    Parameters
    ----------
    text : str
        The original.
    check_digit : callable
        Checks the nine digits of a personal number.
    """
    view = _view(text)
    found: list[Found] = []
    if "@" in view or "(" in view or "[" in view:
        found += [(match.span(), CERTAIN) for match in _EMAIL.finditer(view)]
    found += [(match.span(1), CERTAIN) for match in _CHAT.finditer(view)]
    view = _LINK.sub(lambda link: "\0" * len(link.group()), view)
    for (start, end), holds in list(_ibans(view)):
        view = view[:start] + "\0" * (end - start) + view[end:]
        if holds:
            found.append(((start, end), CERTAIN))
    for match in _NUMBER.finditer(view):
        if not (_is_amount(view, *match.span()) or _is_reference(view, match)):
            found += _in_number(view, match, check_digit)
    return sorted(found)


def _in_number(view: str, match: re.Match[str], check_digit: CheckDigit) -> list[Found]:
    if score := _score(view, match, check_digit):
        return [(match.span(), score)]
    return [(span, LIKELY) for span in _mobiles_inside(view, match)]


def _mobiles_inside(view: str, number: re.Match[str]) -> list[Span]:
    """Mobile numbers side by side that were read as one number.

    Of a number in groups of four (a reference, a card with a slip) two groups are no mobile number
    unless all of it is.
    """
    mobiles = [
        mobile.span()
        for mobile in _MOBILE_INSIDE.finditer(view, *number.span())
        if is_mobile(mobile.group())
    ]
    groups = re.split(r"[ -]", number.group())
    in_fours = len(groups) > _GROUPS_OF_ONE and all(len(group) <= _GROUP for group in groups)
    return [] if in_fours and 2 * len(mobiles) != len(groups) else mobiles


class _Digits(dict[int, int]):
    """ASCII digit of each character met so far; what is no decimal digit stays itself."""

    def __missing__(self, code: int) -> int:
        char = chr(code)
        plain = ord(str(unicodedata.decimal(char))) if char.isdecimal() else code
        if len(self) < _KEPT_LETTERS:
            self[code] = plain
        return plain


_DIGITS = _Digits()


def _view(text: str) -> str:
    return text if text.isascii() else text.translate(_DIGITS)


def _ibans(view: str) -> Iterator[tuple[Span, bool]]:
    """Spans that are an IBAN, or are written like one whose check digits do not hold."""
    for match in _IBAN.finditer(view):
        length = iban_length(match.group()[:2].upper())
        taken = [place for place in range(*match.span()) if view[place].isalnum()][:length]
        if length and len(taken) == length:
            iban = "".join(view[place] for place in taken).upper()
            if (holds := iban_holds(iban)) or _LIKE_AN_IBAN.fullmatch(iban):
                yield (match.start(), taken[-1] + 1), holds


def _score(view: str, match: re.Match[str], check_digit: CheckDigit) -> float:
    """Certainty that a run of digits is personal data; 0 if it tells nothing."""
    start, end = match.span()
    number = match.group()
    digits = re.sub(r"\D", "", number)
    if _CARD.fullmatch(digits) and luhn_holds(digits) and len(digits) > _LOCAL + 4:
        return CERTAIN
    if _ABROAD.fullmatch(re.sub(r"[^\d+]", "", number)):
        return CERTAIN
    around = view[max(0, start - _CUE_REACH) : end + _CUE_REACH]
    if len(digits) == _PERSONAL and check_digit(digits):
        return _personal_number(digits, around)
    if _NATIONAL.fullmatch(digits) or _AMERICAN.fullmatch(number):
        return CERTAIN
    if len(digits) == _LOCAL and not (is_year_pair(digits) or is_public_line(digits)):
        return _local_phone(digits, around)
    return 0.0


def _personal_number(digits: str, around: str) -> float:
    if _PERSONAL_CUE.search(around):
        return CERTAIN
    return 0.0 if digits.endswith("000") else LIKELY


def _local_phone(digits: str, around: str) -> float:
    if is_mobile(digits):
        return CERTAIN
    if _PHONE_CUE.search(around):
        return CERTAIN if is_landline(digits) else LIKELY
    return 0.0


def _is_amount(view: str, start: int, end: int) -> bool:
    before = view[max(0, start - _MONEY_REACH) : start]
    return bool(_MONEY_BEFORE.search(before) or _MONEY_AFTER.match(view, end))


def _is_reference(view: str, match: re.Match[str]) -> bool:
    """Tell whether a number as long as a phone's is said to be a paper's."""
    before = view[max(0, match.start() - _REFERENCE_REACH) : match.start()]
    is_short = sum(char.isdigit() for char in match.group()) == _LOCAL
    return is_short and bool(_REFERENCE.search(before))
