"""Whatever is sent to intake is taken or refused with every reason; it never breaks, never leaks.

Each refusal is asked for in Arabic and in English and must be the same; `sending` holds it to the
form of a problem, and counts that nothing was stored.
"""

import gzip
import json
from typing import Any

import pytest

from services.shared.http import BODY_LIMIT_BYTES
from services.shared.parsing import DEEPEST
from services.shared.problems import MOST_FAULTS
from tests.integration.comments.conftest import CONSENT, Consultation
from tests.integration.comments.sending import (
    faults,
    refused,
    send,
    stored,
    submission,
    told,
    with_raw,
)

GOOD = json.dumps(submission(), ensure_ascii=False)
HALF = "\ud83d"
"""Half of a surrogate pair; `json.dumps` escapes it."""


def nested(opening: str, closing: str, depth: int) -> str:
    return opening * depth + closing * depth


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "not_json"),
        (b"  \n", "not_json"),
        (b"{", "not_json"),
        (b"{'kind': 'comment'}", "not_json"),
        (b'{"kind": "comment",}', "not_json"),
        (GOOD.encode() + GOOD.encode(), "not_json"),
        (b'{"text": "\x00"}', "not_json"),
        (b'{"text": "two\nlines"}', "not_json"),
        (b'{"text": NaN}', "not_json"),
        (b'{"text": -Infinity}', "not_json"),
        ('{"text": "é"}'.encode("latin-1"), "not_utf8"),
        (GOOD.encode("windows-1256"), "not_utf8"),
        (GOOD.encode("utf-16"), "not_utf8"),
        (b'"\xed\xa0\x80"', "not_utf8"),
        (gzip.compress(GOOD.encode()), "not_utf8"),
        (b'{"a": 1e400}', "number_too_long"),
        (b'{"a": -1e400}', "number_too_long"),
        (b'{"a": ' + b"9" * 4301 + b"}", "number_too_long"),
        (b'{"a": ' + b"9" * 100_000 + b"}", "number_too_long"),
        (b'{"kind": "comment", "kind": "comment"}', "name_twice"),
        (b'{"a": [{"b": {"c": 1, "\\u0063": 2}}]}', "name_twice"),
        (nested("[", "]", DEEPEST + 1).encode(), "nested_too_deep"),
        (nested("[", "]", 10_000).encode(), "nested_too_deep"),
        (nested('{"a":[', "]}", 10_000).replace("[]", "[1]").encode(), "nested_too_deep"),
        (("[" * 100_000).encode(), "nested_too_deep"),
        (('{"text": ' + nested("[", "]", DEEPEST) + "}").encode(), "nested_too_deep"),
    ],
)
def test_what_cannot_be_read_is_refused_with_the_reason(
    consultation: Consultation, body: bytes, code: str
) -> None:
    # The gateway hands over as text what is text, and as base64 what it takes for something else.
    forms: list[str | bytes] = [body] if code == "not_utf8" else [body, body.decode()]
    for form in forms:
        answer = refused(consultation, form)
        assert (answer.status, answer.json["code"]) == (400, code)


def test_halves_of_surrogate_pairs_that_a_runtime_lets_through_are_no_utf8(
    consultation: Consultation,
) -> None:
    assert refused(consultation, f'{{"text": "{HALF}"}}').json["code"] == "not_utf8"


@pytest.mark.parametrize(
    "body",
    [
        GOOD.encode(),
        b"\xef\xbb\xbf" + GOOD.encode(),
        json.dumps(submission(), indent=4).replace("\n", "\r\n").encode(),
    ],
)
def test_one_submission_is_the_same_however_it_is_written(
    consultation: Consultation, body: bytes
) -> None:
    first = send(consultation, GOOD, idempotency_key="k1")
    assert send(consultation, body, idempotency_key="k1").json == first.json


@pytest.mark.parametrize(
    ("content_type", "status"),
    [
        ("application/json", 202),
        ("application/json; charset=utf-8", 202),
        ("APPLICATION/JSON ;boundary=x", 202),
        ("", 415),
        ("text/plain", 415),
        ("application/jsonlines", 415),
        ("application/merge-patch+json", 415),
        ("application/x-www-form-urlencoded", 415),
        ("application/json, text/plain", 415),
    ],
)
def test_only_json_is_taken_whatever_its_parameters(
    consultation: Consultation, content_type: str, status: int
) -> None:
    assert send(consultation, GOOD, content_type=content_type).status == status


@pytest.mark.parametrize("coding", ["gzip", "br", "gzip, deflate", "x"])
def test_a_compressed_body_is_refused_as_such(consultation: Consultation, coding: str) -> None:
    answer = refused(consultation, gzip.compress(GOOD.encode()), content_encoding=coding)
    assert (answer.status, answer.json["code"]) == (415, "content_encoded")
    assert send(consultation, GOOD, content_encoding="identity").status == 202


def test_the_limit_of_256_kb_is_one_of_bytes_on_the_wire(consultation: Consultation) -> None:
    filled = GOOD.ljust(BODY_LIMIT_BYTES - len(GOOD.encode()) + len(GOOD))
    assert len(filled.encode()) == BODY_LIMIT_BYTES
    assert send(consultation, filled).status == 202
    for body in (filled + " ", "\u0651" * 500_000, "x" * 5_000_000):
        assert refused(consultation, body).status == 413


@pytest.mark.parametrize("body", ["null", "[]", '["a"]', '"text"', "5", "-0", "true", "4.5"])
def test_a_body_that_is_no_object_is_one_fault(consultation: Consultation, body: str) -> None:
    assert faults(consultation, body) == {("", "wrong_type")}


def test_an_empty_object_is_told_all_that_it_lacks(consultation: Consultation) -> None:
    assert faults(consultation, "{}") == {
        ("/kind", "missing"),
        ("/text", "text_required"),
        ("/consent", "missing"),
    }


@pytest.mark.parametrize(
    ("member", "code"),
    [
        ("kind", "not_allowed"),
        ("answers", "wrong_type"),
        ("consent", "wrong_type"),
        ("attachment_ids", "wrong_type"),
        ("text", "text_required"),
        ("author_name", None),
        ("language", None),
        ("parent_id", None),
        ("contact", None),
        ("demographics", None),
    ],
)
def test_null_stands_for_absent_where_a_member_may_be_absent(
    consultation: Consultation, member: str, code: str | None
) -> None:
    body = json.dumps(submission(**{member: None}))
    if code is None:
        assert send(consultation, body).status == 202
    else:
        assert faults(consultation, body) == {(f"/{member}", code)}


RAW = ["-0", "4.0", "4.5", "1e5", "9" * 4300, "true", "[]", "{}", '"\\u0000"', '[["x"]]', '{"a":1}']
MEMBERS = ["kind", "answers", "text", "language", "parent_id", "author_name", "consent", "contact"]
MEMBERS += ["demographics", "attachment_ids"]


TAKEN = {("answers", "[]"), ("attachment_ids", "[]"), ("contact", "{}"), ("demographics", "{}")}


@pytest.mark.parametrize("member", MEMBERS)
def test_a_value_of_another_type_is_a_fault_of_its_member(
    consultation: Consultation, member: str
) -> None:
    for raw in RAW:
        answer = send(consultation, with_raw(submission(**{member: "@"}), raw))
        if (member, raw) in TAKEN:
            assert answer.status == 202
            continue
        found = told(answer)
        assert found
        assert all(field.split("/")[1] == member for field, _code in found)


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ("4", None),
        ("4.0", "wrong_type"),
        ("4.5", "wrong_type"),
        ("4e0", "wrong_type"),
        ("true", "wrong_type"),
        ('"4"', "wrong_type"),
        ("[4]", "wrong_type"),
        ("null", "missing"),
        ("-0", "too_small"),
        ("6", "too_great"),
        ("9" * 4300, "too_great"),
    ],
)
def test_a_scale_takes_whole_numbers_only(
    consultation: Consultation, raw: str, code: str | None
) -> None:
    answers = [{"question_id": "q3", "value": "@"}]
    body = with_raw(submission(answers=answers), raw)
    if code is None:
        answer = send(consultation, body)
        assert stored(consultation, answer).answers == [{"question_id": "q3", "value": 4}]
    else:
        assert faults(consultation, body) == {("/answers/0/value", code)}


@pytest.mark.parametrize(
    ("members", "field"),
    [
        ({"text": f"a{HALF}b"}, "/text"),
        ({"text": HALF}, "/text"),
        ({"author_name": HALF}, "/author_name"),
        ({"kind": HALF}, "/kind"),
        ({"parent_id": HALF}, "/parent_id"),
        ({"consent": {"publish": True, "privacy_notice": HALF}}, "/consent/privacy_notice"),
        ({"consent": {**CONSENT, HALF: 1}}, "/consent"),
        ({"contact": {"email": f"{HALF}@example.org"}}, "/contact/email"),
        ({"demographics": {"area": HALF}}, "/demographics/area"),
        ({"answers": [{"question_id": HALF, "value": 1}]}, "/answers/0/question_id"),
        ({"answers": [{"question_id": "q2", "option_ids": [HALF]}]}, "/answers/0/option_ids/0"),
        ({"answers": [{"question_id": "q1", "text": "x", HALF: 1}]}, "/answers/0"),
        ({"attachment_ids": [HALF]}, "/attachment_ids/0"),
        ({f"a{HALF}": 1}, ""),
        ({"more": {"deep": ["x", {"a/b": HALF}]}}, "/more/deep/1/a~1b"),
    ],
)
def test_half_a_surrogate_pair_is_refused_with_its_place(
    consultation: Consultation, members: dict[str, Any], field: str
) -> None:
    assert faults(consultation, json.dumps(submission(**members))) == {(field, "not_storable")}


def test_unknown_members_are_named_at_every_level(consultation: Consultation) -> None:
    body = submission(
        colour="red",
        consent={**CONSENT, "signed": True},
        contact={"fax": "1"},
        demographics={"religion": "x"},
        answers=[{"question_id": "q1", "text": "x", "weight": 2}],
    )
    body["a~/b"] = 1
    assert faults(consultation, json.dumps(body)) == {
        (field, "unknown_field")
        for field in (
            "/colour",
            "/consent/signed",
            "/contact/fax",
            "/demographics/religion",
            "/answers/0/weight",
            "/a~0~1b",
        )
    }


def test_a_refusal_repeats_no_long_text_and_lists_no_endless_faults(
    consultation: Consultation,
) -> None:
    long = json.dumps(submission(**{"فاطمة" * 10_000: 1}), ensure_ascii=False)
    assert faults(consultation, long) == {("", "unknown_field")}
    many = json.dumps({f"k{number}": 1 for number in range(9_000)})
    assert len(refused(consultation, many).json["errors"]) == MOST_FAULTS
