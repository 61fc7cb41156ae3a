"""Every text that somebody can read is stored code point by code point; nothing else is taken.

Only white space around a text goes (`str.strip`). No normal form is made: the receipt's leaf binds
what is stored, and whoever holds the receipt computes the leaf of what they sent.
"""

import json
import unicodedata

import pytest

from services.comments.handlers import keyring
from services.comments.model import names
from services.comments.model.receipts import leaf_hash
from tests.integration.comments.conftest import CONSENT, Consultation
from tests.integration.comments.sending import faults, send, stored, submission

WHITE_SPACE = (
    "\t\n\x0b\x0c\r\x1c\x1d\x1e\x1f \x85\xa0\u1680\u2000\u2009\u200a\u2028\u2029\u202f\u3000"
)
KEPT = {
    "tatweel and diacritics": "الـــسَّلَامُ عَلَيْكُمْ",
    "lam-alef ligature": "\ufefb",
    "Arabic letters with a hamza apart": "ا\u0655",
    "decomposed": unicodedata.normalize("NFD", "é Å ﷺ"),
    "composed": unicodedata.normalize("NFC", "é Å ﷺ"),
    "compatibility": "ﷺ ① ｆｕｌｌ",
    "direction marks": "\u200fنعم\u200e (ok)\u061c",
    "unbalanced overrides": "a\u202eb",
    "unbalanced isolates": "\u2067نعم",
    "family of four": "👨‍👩‍👧‍👦",
    "flag of Bahrain": "🇧🇭",
    "flag of Scotland, by tags": "🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f",
    "keycap and variation selector": "1️⃣ ❤️",
    "joiners of Persian": "می‌خواهم",
    "byte order mark at the beginning": "\ufeffنعم",
    "line breaks of every kind": "a\r\nb\rc\nd\u2028e\u2029f\x0bg\x0ch",
    "control characters": "a\x01\x07\x1b[31mb\x7f\x92",
    "noncharacters": "a\ufffe\uffff\ufdd0\U0010ffff",
    "private use": "\ue000",
    "astral letters": "𐎀𓀀𝔄",
    "many marks on one letter": "a" + "\u0301" * 500,
    "markup": '<script>alert("x")</script> & \\ " \' {x} %s ${y} #{z}',
    "formula": "=HYPERLINK(1)",
    "spaces within": "a  \u3000\xa0 b",
}


@pytest.mark.parametrize("text", KEPT.values(), ids=KEPT)
def test_a_text_is_stored_and_bound_exactly_as_it_was_sent(
    consultation: Consultation, text: str
) -> None:
    for escaped in (True, False):
        body = json.dumps(submission(text=text), ensure_ascii=escaped)
        answer = send(consultation, body)
        comment = stored(consultation, answer)
        assert comment.text == text
        header = {name: answer.json[name] for name in comment.header}
        public = {"kind": "comment", "text": text, "channel": "portal"}
        salt = names.receipt_salt(keyring(), comment.comment_id)
        leaf = leaf_hash(header, salt=salt, public=public, private={"consent": CONSENT})
        assert answer.json["receipt"]["leaf_hash"] == leaf.hex()
        assert answer.json["receipt"]["salt"] == salt.hex()
    consultation.screen()
    assert [item["text"] for item in consultation.list().json["items"]] == [text, text]


@pytest.mark.parametrize("text", KEPT.values(), ids=KEPT)
def test_a_text_in_an_answer_is_kept_as_well(consultation: Consultation, text: str) -> None:
    answers = [{"question_id": "q1", "text": text}]
    answer = send(consultation, json.dumps({**submission(answers=answers), "text": ""}))
    assert stored(consultation, answer).answer_texts == [text]


def test_white_space_around_a_text_is_not_a_part_of_it(consultation: Consultation) -> None:
    body = json.dumps(submission(text=f"{WHITE_SPACE}نعم {WHITE_SPACE} لا{WHITE_SPACE}"))
    assert stored(consultation, send(consultation, body)).text == f"نعم {WHITE_SPACE} لا"


NOTHING_SEEN = {
    "white space": WHITE_SPACE,
    "zero width": "\u200b\u200c\u200d\u2060\ufeff\u180e",
    "direction": "\u200e\u200f\u061c\u202e\u202c\u2066\u2069",
    "fillers": "\u115f\u1160\u3164\uffa0",
    "blank of braille": "\u2800" * 3,
    "variation selectors": "\ufe00\ufe0f\U000e0100\U000e01ef",
    "tags": "\U000e0001\U000e0041\U000e007f",
    "to be ignored": "\u034f\u2065\ufff0\U000e0fff\u17b4",
    "controls": "\x01\x1b\x7f\x85\x9f",
    "marks on nothing": "\u064e\u0651\u0301",
    "soft hyphens": "\xad\xad",
}


@pytest.mark.parametrize("text", NOTHING_SEEN.values(), ids=NOTHING_SEEN)
def test_a_text_in_which_nothing_is_to_be_seen_is_blank(
    consultation: Consultation, text: str
) -> None:
    answers = [{"question_id": "q1", "text": text}]
    body = submission(text=text, author_name=text, answers=answers)
    assert faults(consultation, json.dumps(body)) == {
        ("/text", "blank"),
        ("/author_name", "blank"),
        ("/answers/0/text", "blank"),
    }


@pytest.mark.parametrize("character", ["ا", "😀", "𓀀", "a"])
def test_20000_code_points_are_taken_and_one_more_is_not(
    consultation: Consultation, character: str
) -> None:
    longest = character * 20_000
    body = json.dumps(submission(text=f"\n {longest}\t "), ensure_ascii=False)
    assert stored(consultation, send(consultation, body)).text == longest
    body = json.dumps(submission(text=longest + character), ensure_ascii=False)
    assert faults(consultation, body) == {("/text", "too_long")}


def test_a_letter_with_a_mark_is_two_code_points(consultation: Consultation) -> None:
    marked = "ا\u064e" * 10_000
    body = json.dumps(submission(text=marked), ensure_ascii=False)
    assert stored(consultation, send(consultation, body)).text == marked
    body = json.dumps(submission(text=marked + "\u064e"), ensure_ascii=False)
    assert faults(consultation, body) == {("/text", "too_long")}


def test_nul_is_refused_wherever_it_stands(consultation: Consultation) -> None:
    body = submission(
        text="a\x00b",
        author_name="\x00",
        consent={"publish": True, "privacy_notice": "1\x00"},
        demographics={"area": "\x00a"},
        answers=[{"question_id": "q2", "option_ids": ["a\x00"]}],
    )
    assert faults(consultation, json.dumps(body)) == {
        ("/text", "not_storable"),
        ("/author_name", "blank"),
        ("/consent/privacy_notice", "not_storable"),
        ("/demographics/area", "not_storable"),
        ("/answers/0/option_ids/0", "not_storable"),
    }


@pytest.mark.parametrize(
    "name",
    [
        "فاطمة الزهراء",
        "Zoë O'Brien-Šmíd",
        "علی‌رضا",
        "\u200fعلي (Ali)\u200e",
        "👩‍⚕️ د. مريم",
        "𝔐",
        "ن" * 80,
    ],
)
def test_a_name_is_shown_as_it_was_sent(consultation: Consultation, name: str) -> None:
    answer = send(consultation, json.dumps(submission(author_name=f" {name}\n")))
    assert stored(consultation, answer).author_name == name


@pytest.mark.parametrize(
    "name",
    [
        "Ali\nThe Ministry: granted",
        "Ali\r",
        "Ali\tBaba",
        "Ali\x1b[2J",
        "Ali\x85",
        "Ali\u2028x",
        "Ali\u202egnp",
        "\u202aAli\u202c",
        "\u2067علي",
        "\u2068Ali\u2069",
    ],
)
def test_a_name_cannot_pass_for_more_than_a_name(consultation: Consultation, name: str) -> None:
    name = f"{name}."  # what stands at the end is no white space around it
    body = json.dumps(submission(author_name=name))
    assert faults(consultation, body) == {("/author_name", "not_in_names")}
