"""Intake: who may say something when, what is proved to them, and that repeating it is harmless."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from services.comments.data_keys import DataKeys
from services.comments.handlers import data_keys, store, submit
from services.comments.model import sealing
from services.comments.model.comment import Comment
from services.comments.model.window import Window
from services.shared import aws
from services.shared.table import from_item
from tests.integration.comments.conftest import (
    CLOSES,
    CONSENT,
    OPENS,
    QUESTIONS,
    Consultation,
)
from tests.support.calls import http

ROOT = Path(__file__).parents[3]


def stored(consultation: Consultation, comment_id: str) -> Comment:
    window = store().window(consultation.topic_id, consultation.round)
    assert window is not None
    comment = store().comment(comment_id, window=window)
    assert comment is not None
    return comment


def problem(answer: Any) -> tuple[int, list[str]]:
    assert answer.headers["content-type"] == "application/problem+json"
    return answer.status, [fault["code"] for fault in answer.json["errors"]]


def test_a_comment_gets_a_receipt_and_awaits_screening(consultation: Consultation) -> None:
    answer = consultation.post("نعم", language="ar")
    assert answer.status == 202
    assert set(answer.json) == {
        "comment_id",
        "topic_id",
        "round",
        "status",
        "received_at",
        "receipt",
        "receipt_secret",
    }
    assert answer.json["status"] == "screening"
    assert answer.json["received_at"] == "2026-12-01T09:00:00.000Z"
    assert set(answer.json["receipt"]) == {
        "version",
        "topic_id",
        "round",
        "comment_id",
        "received_at",
        "salt",
        "leaf_hash",
        "key_id",
        "signature",
    }
    checked = consultation.check(answer.json["receipt"]).json
    assert (checked["valid"], checked["status"]) == (True, "screening")


@pytest.mark.parametrize(
    ("at", "code"),
    [
        (OPENS - timedelta(milliseconds=1), "not_yet_open"),
        (OPENS, None),
        (CLOSES - timedelta(milliseconds=1), None),
        (CLOSES, "closed"),
    ],
)
def test_the_receipt_time_decides(
    consultation: Consultation, clock: Any, at: Any, code: str | None
) -> None:
    clock.instant = at
    answer = consultation.post()
    if code is None:
        assert answer.status == 202
        return
    assert problem(answer) == (409, [code])
    assert answer.json["code"] == code
    assert answer.json["opens_at"] == "2026-12-01T08:00:00.000Z"
    assert answer.json["closes_at"] == "2026-12-01T10:00:00.000Z"


def test_an_unknown_topic_is_not_found(consultation: Consultation) -> None:
    other = Consultation(moderation=consultation.moderation, token=consultation.token)
    assert other.post().status == 404


def test_an_extension_is_believed_at_once_and_an_early_end_within_30_seconds(
    consultation: Consultation, clock: Any
) -> None:
    clock.instant = CLOSES - timedelta(seconds=1)
    assert consultation.post().status == 202
    clock.instant = CLOSES
    consultation.set_window(closes_at=(CLOSES + timedelta(days=1)).isoformat())
    assert consultation.post().status == 202
    consultation.set_window(closes_at=(CLOSES + timedelta(seconds=1)).isoformat())
    clock.advance(seconds=30)
    assert problem(consultation.post()) == (409, ["closed"])


def test_sending_the_same_again_gets_the_same_reply_and_makes_no_second_comment(
    consultation: Consultation, clock: Any
) -> None:
    first = consultation.post("نعم", key="k1")
    clock.advance(seconds=5)
    assert consultation.post("نعم", key="k1").json == first.json
    consultation.screen()
    assert consultation.post("نعم", key="k1").json == first.json
    assert consultation.count()["received"] == 1


def test_eight_at_a_time_lose_and_double_nothing(consultation: Consultation) -> None:
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda n: consultation.post(key=f"k{n % 10}"), range(40)))
    assert {answer.status for answer in answers} == {202}
    assert len({answer.json["comment_id"] for answer in answers}) == 10
    assert consultation.count()["received"] == 10


def test_a_key_used_for_another_body_is_refused(consultation: Consultation) -> None:
    consultation.post("نعم", key="k1")
    assert problem(consultation.post("لا", key="k1")) == (422, ["idempotency_key_reused"])
    assert consultation.count()["received"] == 1


def test_two_people_may_use_the_same_key(consultation: Consultation) -> None:
    one = consultation.post("نعم", key="k1", subject="fatima")
    other = consultation.post("لا", key="k1", subject="ali")
    assert (one.status, other.status) == (202, 202)
    assert one.json["comment_id"] != other.json["comment_id"]


def test_without_a_key_each_sending_is_a_comment(consultation: Consultation) -> None:
    ids = {consultation.post("نعم").json["comment_id"] for _ in range(2)}
    assert len(ids) == 2


@pytest.mark.parametrize("key", ["", "with space", "x" * 201])
def test_a_bad_key_is_refused(consultation: Consultation, key: str) -> None:
    assert problem(consultation.post(key=key)) == (400, ["bad_idempotency_key"])


def test_a_closed_topic_repeats_the_reply_it_gave_and_takes_nothing_new(
    consultation: Consultation, clock: Any
) -> None:
    first = consultation.post("نعم", key="k1")
    clock.instant = CLOSES + timedelta(days=1)
    assert consultation.post("نعم", key="k1").json == first.json
    assert problem(consultation.post("لا", key="k1")) == (422, ["idempotency_key_reused"])
    assert problem(consultation.post("نعم", key="k2")) == (409, ["closed"])
    assert problem(consultation.post("نعم")) == (409, ["closed"])


def test_a_reply_is_repeated_even_when_its_parent_is_gone(consultation: Consultation) -> None:
    sent = consultation.post("أصل")
    parent, secret = sent.json["comment_id"], sent.json["receipt_secret"]
    consultation.screen()
    first = consultation.post("رد", kind="reply", parent_id=parent, key="k1")
    consultation.withdraw(parent, secret)
    again = consultation.post("رد", kind="reply", parent_id=parent, key="k1")
    assert (first.status, again.json) == (202, first.json)


def test_a_topic_for_registered_people_asks_to_sign_in(consultation: Consultation) -> None:
    registered = Consultation(moderation=consultation.moderation, token=consultation.token)
    registered.set_window(participation="registered")
    refused = registered.post()
    assert refused.status == 401
    assert "sign in" in refused.json["detail"]
    assert registered.post(subject="fatima").status == 202


def test_a_bad_token_is_refused_even_where_none_is_needed(consultation: Consultation) -> None:
    answer = http(
        submit.handler,
        "POST /v1/topics/{topic}/comments",
        path={"topic": consultation.topic_id},
        body={"kind": "comment", "text": "x", "consent": CONSENT},
        headers={"authorization": "Bearer nonsense"},
    )
    assert answer.status == 401


def test_faults_come_all_at_once_in_the_callers_language(consultation: Consultation) -> None:
    body = {
        "kind": "comment",
        "text": "\u200b",
        "consent": {"publish": False, "privacy_notice": "1"},
        "answers": [{"question_id": "q3", "value": 6}],
    }
    answer = http(
        submit.handler,
        "POST /v1/topics/{topic}/comments",
        path={"topic": consultation.topic_id},
        body=body,
        headers={"accept-language": "ar"},
    )
    assert answer.status == 422
    assert {fault["field"] for fault in answer.json["errors"]} == {
        "/text",
        "/consent/publish",
        "/answers/0/value",
    }
    assert all("\u0600" <= fault["message"][0] <= "\u06ff" for fault in answer.json["errors"])


def test_a_body_of_more_than_256_kb_is_too_large(consultation: Consultation) -> None:
    assert consultation.post("x" * 256 * 1024).status == 413
    assert consultation.post(body="{not json").status == 400


def test_replies_need_a_published_parent_and_nest_two_deep(consultation: Consultation) -> None:
    def reply(parent: str) -> Any:
        return consultation.post("رد", kind="reply", parent_id=parent)

    unscreened = consultation.post("قيد الفحص").json["comment_id"]
    assert problem(reply(unscreened)) == (422, ["parent_not_found"])
    assert problem(reply("a" * 26)) == (422, ["parent_not_found"])
    consultation.screen()
    first = reply(unscreened).json["comment_id"]
    consultation.screen()
    second = reply(first).json["comment_id"]
    consultation.screen()
    assert problem(reply(second)) == (422, ["too_deep"])


def test_a_parent_of_another_topic_is_no_parent(consultation: Consultation) -> None:
    parent = consultation.published()
    other = Consultation(moderation=consultation.moderation, token=consultation.token)
    other.set_window()
    answer = other.post("رد", kind="reply", parent_id=parent)
    assert problem(answer) == (422, ["parent_not_found"])


@pytest.mark.parametrize(
    ("text", "language"), [("أؤيد العيادات", "ar"), ("I support the clinics", "en")]
)
def test_the_language_is_told_by_the_script(
    consultation: Consultation, text: str, language: str
) -> None:
    consultation.published(text)
    assert [item["language"] for item in consultation.list().json["items"]] == [language]


def test_contacts_and_demographics_lie_encrypted_for_that_comment_alone(
    consultation: Consultation,
) -> None:
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    sent = consultation.post(contact={"email": "fatima@example.org"}, demographics={"area": "محرق"})
    comment_id = sent.json["comment_id"]
    sealed = stored(consultation, comment_id).sealed
    window = store().window(consultation.topic_id, 1)
    assert sealed is not None
    assert window is not None
    cipher = AESGCM(data_keys().plain(window))
    nonce, rest = sealed[: sealing.NONCE_BYTES], sealed[sealing.NONCE_BYTES :]
    opened = cipher.decrypt(nonce, rest, comment_id.encode()).decode()
    assert "fatima@example.org" in opened
    assert "محرق" in opened
    with pytest.raises(InvalidTag):
        cipher.decrypt(nonce, rest, b"another comment")
    page = aws.client("dynamodb").scan(TableName="comments")
    assert "fatima" not in str(page["Items"])


def test_the_data_key_serves_its_own_round_only(consultation: Consultation) -> None:
    window = store().window(consultation.topic_id, 1)
    assert window is not None
    other = window.model_copy(update={"round": 2})
    fresh = DataKeys("alias/comments-data")
    assert len(fresh.plain(window)) == 32
    with pytest.raises(aws.client("kms").exceptions.InvalidCiphertextException):
        DataKeys("alias/comments-data").plain(other)


def test_a_submission_costs_its_write_and_the_count_of_its_sender_once_the_window_is_known(
    consultation: Consultation, monkeypatch: pytest.MonkeyPatch
) -> None:
    consultation.post()
    calls: list[str] = []
    for client in (aws.client("dynamodb"), aws.client("dynamodb", waits=False)):
        client.meta.events.register(
            "before-call.dynamodb", lambda model, **_: calls.append(model.name)
        )
    consultation.post("مرة أخرى")
    assert calls == ["UpdateItem", "PutItem"]


def test_a_comment_of_1_kb_fits_into_one_write_unit(consultation: Consultation) -> None:
    lines = (ROOT / "examples/comments.jsonl").read_text(encoding="utf-8").splitlines()
    texts = [json.loads(line)["submission"]["text"] for line in lines if '"ar-0' in line]
    text = " ".join(texts).encode()[:1024].decode(errors="ignore")
    consultation.post(text, author_name="فاطمة", subject="fatima", key="k1")
    pages = aws.client("dynamodb").scan(TableName="comments")["Items"]
    [item] = [row for row in pages if row["pk"]["S"].startswith("T#")]
    # As DynamoDB sizes an item: names and values in UTF-8, numbers in a handful of bytes.
    sizes = [
        len(name) + len(value) if isinstance(value, bytes) else len(name) + len(str(value).encode())
        for name, value in from_item(item).items()
    ]
    assert sum(sizes) <= 1024


def test_a_submission_that_took_too_long_is_not_written(
    consultation: Consultation, clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert consultation.post().status == 202

    def slowly(_self: DataKeys, _window: Window) -> bytes:
        clock.advance(seconds=31)
        return b"k" * 32

    monkeypatch.setattr(DataKeys, "plain", slowly)
    answer = consultation.post(contact={"email": "fatima@example.org"})
    assert answer.status == 503
    assert consultation.count()["received"] == 1


@pytest.mark.parametrize(
    ("language", "messages"),
    [
        (
            "ar",
            [
                "اختر خيارًا واحدًا فقط.",
                "ليس هذا من خيارات السؤال.",
                "أكبر من الحد الأقصى (5).",
                "ليس هذا من أسئلة الاستشارة.",
                "السؤال «must» يتطلب إجابة.",
            ],
        ),
        (
            "en",
            [
                "Choose one option only.",
                "The question does not offer this option.",
                "Greater than the maximum (5).",
                "The consultation has no such question.",
                "The question “must” requires an answer.",
            ],
        ),
    ],
)
def test_all_that_is_wrong_with_the_answers_is_told_at_once_in_the_callers_language(
    consultation: Consultation, language: str, messages: list[str]
) -> None:
    must = {"id": "must", "kind": "scale", "required": True, "scale": {"min": 1, "max": 2}}
    consultation.set_window(questions=[*QUESTIONS, must])
    answers = [
        {"question_id": "q2", "option_ids": ["support", "oppose", "abstain"]},
        {"question_id": "q3", "value": 6},
        {"question_id": "q9", "option_ids": ["a"]},
    ]
    body = {"kind": "comment", "consent": CONSENT, "answers": answers}
    answer = http(
        submit.handler,
        "POST /v1/topics/{topic}/comments",
        path={"topic": consultation.topic_id},
        body=body,
        headers={"accept-language": language},
    )
    assert answer.status == 422
    assert [error["message"] for error in answer.json["errors"]] == messages
