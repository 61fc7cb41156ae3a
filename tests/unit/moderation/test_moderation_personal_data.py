"""Personal data is found in any script and masked; amounts, dates and links are let through."""

import pytest

from services.moderation.model.numbers import iban_holds, luhn_holds
from services.moderation.model.personal_data import personal_data
from services.moderation.model.screening import screen


def found(text: str) -> list[str]:
    return [text[start:end] for (start, end), _score in personal_data(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("راسلني على um.khalid@example.org لحل المشكلة", "um.khalid@example.org"),
        ("البريد: a.b+c@mail.example.co.uk.", "a.b+c@mail.example.co.uk"),
        ("jane (at) example (dot) com", "jane (at) example (dot) com"),
        ("رقمي: ٣٦٠٠٠٠٠١ أي وقت", "٣٦٠٠٠٠٠١"),
        ("رقمي ۳۶۰۰ ۰۰۰۱", "۳۶۰۰ ۰۰۰۱"),
        ("Call +973 3600 0000 after six", "+973 3600 0000"),
        ("00973-3600-0001", "00973-3600-0001"),
        ("33\u200b445566", "33\u200b445566"),
        ("call 17001234", "17001234"),
        ("سعودي 0501234567", "0501234567"),
        ("+44 20 7946 0958", "+44 20 7946 0958"),
        ("(555) 123-4567", "(555) 123-4567"),
        ("https://wa.me/97336000001", "97336000001"),
        ("حسابي BH67BMAG00001299123456 وشكرًا", "BH67BMAG00001299123456"),
        ("bh67 bmag 0000 1299 1234 56 thanks", "bh67 bmag 0000 1299 1234 56"),
        ("GB82 WEST 1234 5698 7654 32", "GB82 WEST 1234 5698 7654 32"),
        ("card 4111 1111 1111 1111.", "4111 1111 1111 1111"),
        ("بطاقتي ٤١١١-١١١١-١١١١-١١١١", "٤١١١-١١١١-١١١١-١١١١"),
        ("My CPR number is 880345678,", "880345678"),
        ("رقمه الشخصي ٩٠٠٥١٢٣٤٥", "٩٠٠٥١٢٣٤٥"),
        ("order 250612345", "250612345"),
    ],
)
def test_personal_data_is_found(text: str, expected: str) -> None:
    assert found(text) == [expected]


@pytest.mark.parametrize(
    "text",
    [
        "الميزانية 36000001 دينار",
        "BD 36500001 was spent",
        "it cost $36500001",
        "36,500,000 people",
        "36600001.50 BHD",
        "the years 2025-2026",
        "ref 17012024",
        "call the hotline 80001234",
        "https://news.example.com/status/1234567890123456",
        "card 4111 1111 1111 1112",
        "BH67BMAG00001299123457",
        "the budget line 251300000",
        "ask @User.IDX @other.name",
        "version 1.2.3.4 and 192.168.100.100",
        "at 10:30 on 01/02/2026",
        "1000000 2000000",
        "",
    ],
)
def test_amounts_dates_and_broken_numbers_are_left(text: str) -> None:
    assert found(text) == []


def test_two_numbers_side_by_side_are_both_found() -> None:
    assert found("36000001/36000002") == ["36000001", "36000002"]
    assert found("36000001 36000002") == ["36000001", "36000002"]


def test_a_cue_makes_a_personal_number_certain() -> None:
    [(_, with_cue)] = personal_data("CPR 880345678")
    [(_, without)] = personal_data("nr 880345678")
    assert with_cue > without


def test_the_check_of_a_personal_number_is_a_plug() -> None:
    assert personal_data("CPR 880345678", check_digit=lambda digits: False) == []
    assert personal_data("CPR 889945678") == [], "there is no month 99"


def test_what_is_masked_keeps_its_length_and_the_rest() -> None:
    text = "رقمي ٣٦٠٠ ٠٠٠١ وبريدي a@example.org، شكرًا 😀"
    screening = screen(text)
    assert screening.outcome == "redact-and-publish"
    assert screening.public_text == "رقمي █████████ وبريدي █████████████، شكرًا 😀"
    assert len(screening.public_text) == len(text)
    assert screen(screening.public_text).outcome == "publish"


def test_personal_data_in_the_signature_is_for_a_person() -> None:
    screening = screen("شكرًا", beside=["علي 36000001"])
    assert screening.outcome == "hold"
    assert [(reason.code, reason.spans) for reason in screening.reasons] == [("privacy", ())]


@pytest.mark.parametrize(
    ("iban", "holds"),
    [
        ("BH67BMAG00001299123456", True),
        ("GB82WEST12345698765432", True),
        ("BH68BMAG00001299123456", False),
    ],
)
def test_ibans_are_checked_modulo_97(iban: str, *, holds: bool) -> None:
    assert iban_holds(iban) is holds


@pytest.mark.parametrize(
    ("digits", "holds"),
    [("4111111111111111", True), ("79927398713", True), ("79927398710", False)],
)
def test_cards_are_checked_by_luhn(digits: str, *, holds: bool) -> None:
    assert luhn_holds(digits) is holds
