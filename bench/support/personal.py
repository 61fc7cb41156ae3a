"""Made-up personal data in sentences, in both scripts' digits, and what only looks like it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from random import Random

ARABIC_DIGITS = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
CASES = 320
"""Cases of each kind, and as many near-misses; half of them with Arabic digits."""
_COUNTRIES = {
    "BH": (4, 14), "SA": (0, 20), "AE": (0, 19), "KW": (4, 22), "QA": (4, 21), "JO": (4, 22),
    "EG": (0, 25), "GB": (4, 14), "DE": (0, 18), "FR": (0, 23),
}  # fmt: skip
_ABROAD = (
    "+966 5",
    "+971 5",
    "+965 6",
    "+968 9",
    "+974 3",
    "+20 10",
    "+91 98",
    "+44 79",
    "00966 5",
)
_FRAMES: dict[str, tuple[str, ...]] = {
    "email": (
        "راسلوني على {} لأشرح المشكلة", "بريدي {} وشكرًا", "write to {} please", "My e-mail: {}.",
    ),
    "phone": (
        "رقمي {} أي وقت بعد العصر", "اتصلوا على {} لو سمحتم", "call me on {} after six",
        "my mobile is {}, thanks", "للتواصل: {}",
    ),
    "abroad": ("رقمي في الخارج {} وشكرًا", "whatsapp {} any time", "الجوال {}", "phone: {}."),
    "iban": ("حسابي {} ولم يصل المبلغ", "my IBAN is {} and nothing came", "الآيبان {}، شكرًا"),
    "card": ("دفعت بالبطاقة {} ولم تصلني الفاتورة", "my card {} was charged twice"),
    "personal number": (
        "رقمي الشخصي {} ولم تُحدّث بياناتي", "بطاقتي السكانية {}", "my CPR is {}, please check",
        "CPR number {}", "الهوية رقم {}",
    ),
}  # fmt: skip
_MISSES: dict[str, tuple[str, ...]] = {
    "email": ("شكرًا @{}", "ask @{} about it", "المقال في {}.com", "{}@", "see www.{}.org/page"),
    "phone": (
        "الميزانية {} دينار", "it cost BD {} in all", "{} نسمة", "{} فلس", "{} dollars a year",
        "رقم البلاغ {} منذ شهر", "ticket no. {}", "المساحة {} متر مربع", "{} people",
    ),
    "abroad": ("المساحة {} متر", "{} users", "عدد السكان {}", "an area of {} m2"),
    "iban": ("المرجع {} في الإيصال", "invoice {} is unpaid", "رقم المعاملة {}"),
    "card": ("رقم الشحنة {} لم يصل", "tracking no {} is lost", "المرجع {}"),
    "personal number": ("رقم البلاغ {} منذ شهر", "ticket {} is still open", "الطلب {}"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Case:
    """A sentence, and the span of its original that must be masked; ``None`` for a near-miss."""

    kind: str
    text: str
    span: tuple[int, int] | None


def cases(*, seed: int = 1) -> Iterator[Case]:
    """Cases and near-misses of all kinds."""
    for kind, make in _MAKERS.items():
        chance = Random(f"{seed} {kind}")
        for number in range(CASES):
            yield _case(kind, make(chance), _FRAMES[kind], number)
        for number in range(CASES):
            near = _NEAR[kind](chance)
            yield _case(kind, near, _MISSES[kind], number, miss=True)


def _case(
    kind: str, what: str, frames: tuple[str, ...], number: int, *, miss: bool = False
) -> Case:
    if number % 2:
        what = what.translate(ARABIC_DIGITS)
    frame = frames[number // 2 % len(frames)]
    start = frame.index("{}")
    span = None if miss else (start, start + len(what))
    return Case(kind, frame.format(what), span)


def _digits(chance: Random, count: int) -> str:
    return "".join(chance.choice("0123456789") for _ in range(count))


def _grouped(chance: Random, digits: str, size: int = 4) -> str:
    gap = chance.choice(["", " ", "-"])
    return gap.join(digits[at : at + size] for at in range(0, len(digits), size))


def _name(chance: Random) -> str:
    return "".join(chance.choice("abdefghiklmnorstuwyz") for _ in range(chance.randint(4, 9)))


def _email(chance: Random) -> str:
    local = chance.choice([_name(chance), f"{_name(chance)}.{_name(chance)}", _name(chance) + "7"])
    return f"{local}@{_name(chance)}.{chance.choice(['com', 'org', 'net', 'com.bh', 'edu'])}"


def _mobile(chance: Random) -> str:
    digits = chance.choice("36") + _digits(chance, 6) + chance.choice("123456789")
    return chance.choice(["", "", "+973 ", "00973 ", "973-"]) + _grouped(chance, digits)


def _abroad(chance: Random) -> str:
    head = chance.choice(_ABROAD)
    return head + _grouped(chance, _digits(chance, 7 if head[0] == "+" else 8), 3)


def _iban(chance: Random) -> str:
    country = chance.choice(sorted(_COUNTRIES))
    letters, digits = _COUNTRIES[country]
    bank = "".join(chance.choice("ABCDEFGHKLMN") for _ in range(letters))
    body = bank + _digits(chance, digits)
    turned = "".join(str(int(char, 36)) for char in f"{body}{country}00")
    return _grouped(chance, f"{country}{98 - int(turned) % 97:02d}{body}")


def _luhn_total(digits: str) -> int:
    doubled = [int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(digits))]
    return sum(value - 9 if value > 9 else value for value in doubled)


def _card(chance: Random) -> str:
    body = chance.choice("45") + _digits(chance, 14)
    return _grouped(chance, body + str(-_luhn_total(body + "0") % 10))


def _personal_number(chance: Random) -> str:
    year, month = chance.randint(50, 99), chance.randint(1, 12)
    return f"{year:02d}{month:02d}{_digits(chance, 4)}{chance.choice('123456789')}"


def _wrong_iban(chance: Random) -> str:
    iban = _iban(chance)
    last = chance.choice([digit for digit in "0123456789" if digit != iban[-1]])
    return iban[:-1] + last


def _wrong_card(chance: Random) -> str:
    card = _card(chance)
    return card[:-1] + str((int(card[-1]) + chance.randint(1, 9)) % 10)


def _no_month(chance: Random) -> str:
    return f"{chance.randint(50, 99)}{chance.randint(13, 99)}{_digits(chance, 5)}"


def _round_number(chance: Random) -> str:
    return chance.choice("1234579") + _digits(chance, chance.randint(4, 6))


_MAKERS: dict[str, Callable[[Random], str]] = {
    "email": _email,
    "phone": _mobile,
    "abroad": _abroad,
    "iban": _iban,
    "card": _card,
    "personal number": _personal_number,
}
_NEAR: dict[str, Callable[[Random], str]] = {
    "email": _name,
    "phone": lambda chance: chance.choice("36") + _digits(chance, 7),
    "abroad": _round_number,
    "iban": _wrong_iban,
    "card": _wrong_card,
    "personal number": _no_month,
}
