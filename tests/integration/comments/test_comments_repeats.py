"""A key makes one comment of one body by one author, however often and however it is sent."""

import json
from threading import Barrier, Thread
from typing import Any

import pytest
from botocore import endpoint
from botocore.exceptions import ReadTimeoutError
from moto.core.botocore_stubber import BotocoreStubber

from services.comments import handlers
from services.comments.handlers import submit
from tests.integration.comments.conftest import CONSENT, Consultation
from tests.integration.comments.sending import faults, send, stored, submission
from tests.support.calls import Answer

AT_ONCE = 8
DOCUMENT = submission(
    text="نعم 👍 \u0001",
    author_name=None,
    answers=[{"question_id": "q3", "value": 4}, {"question_id": "q2", "option_ids": ["oppose"]}],
    contact={"email": "fatima@example.org", "phone": "+973 36000000"},
)
PLAIN = json.dumps(DOCUMENT, ensure_ascii=False)


def reversed_throughout(value: object) -> object:
    if isinstance(value, dict):
        return {name: reversed_throughout(inner) for name, inner in reversed(value.items())}
    return [reversed_throughout(inner) for inner in value] if isinstance(value, list) else value


@pytest.mark.parametrize(
    "again",
    [
        json.dumps(DOCUMENT),
        json.dumps(DOCUMENT, ensure_ascii=False, indent="\t"),
        json.dumps(reversed_throughout(DOCUMENT), separators=(",", ":")),
        PLAIN.replace('"kind"', '"\\u006bin\\u0064"').replace("/", "\\/"),
        f"\ufeff\r\n {PLAIN}\n",
    ],
)
def test_the_same_document_otherwise_written_gets_the_same_reply(
    consultation: Consultation, again: str
) -> None:
    first = send(consultation, PLAIN, idempotency_key="k1")
    assert stored(consultation, first).text == "نعم 👍 \u0001".strip()
    assert send(consultation, again, idempotency_key="k1").text == first.text
    assert consultation.count()["screening"] == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"text": "لا"},
        {"text": "نعم 👍 \u0001 "},
        {"language": "ar"},
        {"author_name": "فاطمة"},
        {"parent_id": None},
        {"answers": DOCUMENT["answers"][::-1]},
        {"contact": {"email": "ali@example.org"}},
        {"consent": {**CONSENT, "privacy_notice": "2"}},
        {"colour": "red"},
        {"text": ""},
        {"kind": 10**400},
        {"kind": [[[[]]]]},
    ],
)
def test_the_key_of_another_document_is_refused_as_such(
    consultation: Consultation, changes: dict[str, object]
) -> None:
    send(consultation, PLAIN, idempotency_key="k1")
    other = json.dumps(DOCUMENT | changes)
    assert faults(consultation, other, idempotency_key="k1") == {("", "idempotency_key_reused")}


def test_two_who_say_the_same_make_two_comments(consultation: Consultation) -> None:
    answers = [consultation.post("نعم", key=key) for key in ("k1", "k2")]
    answers += [consultation.post("نعم", key="k1", subject=who) for who in ("fatima", "ali")]
    assert len({answer.json["comment_id"] for answer in answers}) == 4
    assert len({answer.json["receipt"]["leaf_hash"] for answer in answers}) == 4
    consultation.screen()
    assert [item["text"] for item in consultation.list().json["items"]] == ["نعم"] * 4


@pytest.mark.parametrize("key", ["k1", "k2", "k3"])
def test_eight_at_once_with_one_key_are_one_comment_with_one_reply(
    consultation: Consultation, key: str
) -> None:
    answers: list[Answer] = []
    together = Barrier(AT_ONCE)

    def sent() -> None:
        together.wait()
        answers.append(send(consultation, PLAIN, idempotency_key=key))

    threads = [Thread(target=sent) for _ in range(AT_ONCE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [answer.status for answer in answers] == [202] * AT_ONCE
    assert len({answer.text for answer in answers}) == 1
    assert consultation.count()["screening"] == 1
    consultation.screen()
    assert consultation.count()["received"] == 1


def test_nothing_is_written_for_which_no_receipt_can_be_signed(
    consultation: Consultation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A new container cannot read the keys: whoever sends again is not doubled."""
    for cached in (handlers.signer, submit._intake):
        cached.cache_clear()
    real, asked = BotocoreStubber.__call__, []

    def losing(stubber: Any, event_name: str, request: Any, **more: Any) -> Any:
        if b"receipt-keys" in (request.body or b"") and len(asked) < 4:  # the SDK's attempts
            asked.append(request)
            raise ReadTimeoutError(endpoint_url="https://secretsmanager")
        return real(stubber, event_name, request, **more)

    monkeypatch.setattr(BotocoreStubber, "__call__", losing)
    monkeypatch.setattr(endpoint.time, "sleep", lambda _seconds: None)
    refused = consultation.post()
    assert (refused.status, refused.headers["retry-after"]) == (503, "2")
    assert consultation.count()["screening"] == 0
    assert consultation.post().status == 202
    assert consultation.count()["screening"] == 1


def test_the_next_round_does_not_forget_what_the_one_before_answered(
    consultation: Consultation, clock: Any
) -> None:
    first = consultation.post(key="k1")
    clock.advance(hours=2)
    consultation.round = 2
    later = {"opens_at": "2026-12-02T08:00:00Z", "closes_at": "2026-12-03T08:00:00Z"}
    consultation.set_window(**later)
    assert consultation.post(key="k1").text == first.text
    assert consultation.post("another text", key="k1").json["code"] == "idempotency_key_reused"
    assert consultation.post(key="k2").json["code"] == "not_yet_open"
