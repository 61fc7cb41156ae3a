"""Bad ids, headers, queries and cursors: refused with a reason, in whichever route of comments."""

import base64
import json
from typing import Any

import pytest

from services.comments.handlers import manage, read, submit
from services.shared import aws
from tests.integration.comments.conftest import Consultation
from tests.integration.comments.sending import ROUTE, faults, send, submission, told
from tests.support.calls import Answer, http

COMMENT = "/v1/topics/{topic}/comments/{comment}"
LIST = "GET /v1/topics/{topic}/comments"
CHECK = "POST /v1/receipts/check"
HALF = "\ud83d"
# As the gateway hands them over, which has decoded `%2F` and its like.
NO_IDS = ["x", "A" * 26, "a" * 25, "a" * 27, "a/b", "..", "a\x00b", "a b", "a#1", "é", "'", "%"]
NO_IDS += [HALF, "x" * 128, "x" * 129, "x" * 3_000, "م" * 3_000]


@pytest.mark.parametrize("topic", NO_IDS)
def test_a_topic_that_cannot_be_is_not_found(consultation: Consultation, topic: str) -> None:
    path = {"topic": topic, "comment": "a" * 26}
    body = submission()
    for handler, route, sent in (
        (submit.handler, ROUTE, body),
        (read.handler, LIST, None),
        (read.handler, f"GET {COMMENT}", None),
        (manage.handler, f"POST {COMMENT}/withdrawal", {}),
    ):
        answer = http(handler, route, path=path, body=sent)
        told(answer)
        assert answer.status == 404
        assert answer.json["instance"].isascii()


@pytest.mark.parametrize("comment", NO_IDS)
def test_a_comment_that_cannot_be_is_not_found(consultation: Consultation, comment: str) -> None:
    path = {"topic": consultation.topic_id, "comment": comment}
    text = {"ar": "نعم", "en": "Yes"}
    staff: dict[str, Any] = {"groups": ("officer", "agency.health")}
    for answer in (
        http(read.handler, f"GET {COMMENT}", path=path),
        http(manage.handler, f"POST {COMMENT}/withdrawal", path=path, body={}),
        http(manage.handler, f"POST {COMMENT}/answer", path=path, body={"text": text}, **staff),
    ):
        told(answer)
        assert answer.status == 404


def test_an_id_that_is_too_long_for_a_key_is_not_looked_up(consultation: Consultation) -> None:
    consultation.post()
    calls: list[str] = []
    events = aws.client("dynamodb").meta.events
    events.register("before-call.dynamodb", lambda model, **_: calls.append(model.name))
    path = {"topic": "x" * 3_000, "comment": "a" * 26}
    http(submit.handler, ROUTE, path=path, body=submission())
    http(read.handler, LIST, path=path)
    assert not calls
    http(read.handler, LIST, path={"topic": "x" * 128})
    assert calls


PARENTS = ["", " ", "a" * 26 + "\n", "A" * 26, "a" * 27, "../x", "\x00", "x" * 100_000, "a" * 26]


@pytest.mark.parametrize("parent", PARENTS)
def test_what_names_no_comment_is_no_parent(consultation: Consultation, parent: str) -> None:
    body = json.dumps(submission(kind="reply", parent_id=parent))
    assert faults(consultation, body) == {("/parent_id", "parent_not_found")}


def test_a_comment_that_is_not_public_in_this_round_is_no_parent(
    consultation: Consultation, clock: Any
) -> None:
    held = consultation.held()
    sent = consultation.post("تُسحب").json
    consultation.screen()
    consultation.withdraw(sent["comment_id"], sent["receipt_secret"])
    rejected = consultation.held("You idiot again")
    consultation.decide(rejected, "reject", reason_code="abusive")
    earlier = consultation.published()
    consultation.round = 2
    consultation.set_window()
    clock.advance(seconds=30)
    for parent in (held, sent["comment_id"], rejected, earlier):
        body = json.dumps(submission(kind="reply", parent_id=parent))
        assert faults(consultation, body) == {("/parent_id", "parent_not_found")}


KEYS = ["", " ", "a b", "a\tb", "é", "مفتاح", "a\x00", "a\x7f", HALF, "x" * 201]


@pytest.mark.parametrize("key", KEYS)
def test_a_key_that_is_no_visible_ascii_is_refused(consultation: Consultation, key: str) -> None:
    answer = send(consultation, json.dumps(submission()), idempotency_key=key)
    assert answer.status == 400
    assert told(answer) == {("", "bad_idempotency_key")}


@pytest.mark.parametrize("key", ["~", "x" * 200, "one,two"])
def test_any_other_key_is_taken_two_headers_as_one(consultation: Consultation, key: str) -> None:
    # The gateway joins repeated headers by a comma, which a key may have as well.
    first = send(consultation, json.dumps(submission()), idempotency_key=key)
    assert first.status == 202
    assert send(consultation, json.dumps(submission()), idempotency_key=key).json == first.json


@pytest.mark.parametrize(
    "header", ["", ",,,", "en;q=x", ";q=1", "en;q=nan", "é" * 5_000, HALF, "*;q=0", "x-" * 4_000]
)
def test_a_language_that_cannot_be_read_is_arabic(consultation: Consultation, header: str) -> None:
    told(send(consultation, "{}", accept_language=header), language="ar")


def part(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


DEEP = "[" * 3_000 + "]" * 3_000
TOKENS = ["", "Bearer", "Bearer ", "bearer\tx", "Basic dXNlcjpwYXNz", "Bearer é", f"Bearer {HALF}"]
TOKENS += ["Bearer " + "a" * 8_000, "Bearer a.b.c", "Bearer ...."]
TOKENS += [f"Bearer {part(header)}.e30.AAAA" for header in (DEEP, "[]", "9" * 5_000, '{"alg": []}')]
TOKENS += [f"Bearer {part(json.dumps({'alg': 'ES256', 'kid': HALF}))}.{part(DEEP)}.AAAA"]


@pytest.mark.parametrize("authorization", TOKENS, ids=range(len(TOKENS)))
def test_a_token_that_is_none_is_refused(consultation: Consultation, authorization: str) -> None:
    headers = {"authorization": authorization}
    path = {"topic": consultation.topic_id, "comment": "a" * 26}
    for route, handler in ((ROUTE, submit.handler), (f"POST {COMMENT}/withdrawal", manage.handler)):
        answer = http(handler, route, path=path, body=submission(), headers=headers)
        told(answer)
        assert (answer.status, answer.json["code"]) == (401, "bad_token")


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ({"kind": ""}, "bad_query"),
        ({"kind": "comment,reply"}, "bad_query"),
        ({"kind": "Comment"}, "bad_query"),
        ({"language": "ar,en"}, "bad_query"),
        ({"language": HALF}, "bad_query"),
        ({"parent": ""}, "bad_query"),
        ({"parent": "x" * 5_000}, "bad_query"),
        ({"parent": "\x00"}, "bad_query"),
        ({"round": ""}, "bad_query"),
        ({"round": "0"}, "bad_query"),
        ({"round": "-1"}, "bad_query"),
        ({"round": "1,1"}, "bad_query"),
        ({"round": "١"}, "bad_query"),
        ({"round": "9" * 5_000}, "bad_query"),
        ({"cursor": ""}, "bad_cursor"),
        ({"cursor": "x"}, "bad_cursor"),
        ({"cursor": "=" * 24}, "bad_cursor"),
        ({"cursor": "A" * 8_000}, "bad_cursor"),
        ({"cursor": "é\x00"}, "bad_cursor"),
        ({"cursor": HALF}, "bad_cursor"),
    ],
)
def test_a_query_that_asks_for_nothing_is_refused(
    consultation: Consultation, query: dict[str, str], code: str
) -> None:
    answer = consultation.list(**query)
    told(answer)
    assert (answer.status, answer.json["code"]) == (400, code)


def checked(body: Any) -> Answer:
    return http(read.handler, CHECK, body=body)


@pytest.mark.parametrize("raw", ["", "{", "null", "[]", "5", "{}", '{"version": NaN}', "[" * 5_000])
def test_what_is_no_receipt_is_refused(consultation: Consultation, raw: str) -> None:
    assert told(checked(raw)) or checked(raw).status == 400


VALUES = [None, True, 4.5, -1, 10**4000, [], {}, "", "x" * 201, HALF, {"a": [[]]}, "\x00", "é"]


def test_a_receipt_with_any_member_altered_is_refused_or_not_valid(
    consultation: Consultation,
) -> None:
    receipt = consultation.post().json["receipt"]
    assert checked(receipt).json["valid"]
    for name in receipt:
        for value in VALUES:
            answer = checked({**receipt, name: value})
            if answer.status == 200:
                assert answer.json["valid"] is False
            else:
                assert {field for field, _code in told(answer)} == {f"/{name}"}
        less = {key: value for key, value in receipt.items() if key != name}
        assert told(checked(less)) == {(f"/{name}", "missing")}
    assert told(checked({**receipt, "more": 1})) == {("/more", "unknown_field")}


BODIES = ["null", "[]", "5", '"x"', "{", '{"x": 1}', '{"receipt_secret": 5}', '{"text": "x"}']
BODIES += ['{"receipt_secret": "\\ud800"}', '{"text": {"ar": "\\udfff", "en": 1}}', "[" * 5_000]
BODIES += ['{"text": {"ar": "\\u200b", "en": "\\u3164"}}', f'{{"receipt_secret": "{"x" * 201}"}}']


@pytest.mark.parametrize("body", BODIES)
@pytest.mark.parametrize("act", ["withdrawal", "answer"])
def test_no_bad_body_takes_back_or_answers(consultation: Consultation, act: str, body: str) -> None:
    inquiry = consultation.published(kind="inquiry")
    path = {"topic": consultation.topic_id, "comment": inquiry}
    groups = ("officer", "agency.health") if act == "answer" else ()
    for sent in (body, body.encode()):
        answer = http(manage.handler, f"POST {COMMENT}/{act}", path=path, body=sent, groups=groups)
        told(answer)
    assert consultation.get(inquiry).json["answer"] is None


@pytest.mark.parametrize("secret", ["", "x", "é", "\x00", "x" * 200])
def test_a_wrong_secret_takes_nothing_back(consultation: Consultation, secret: str) -> None:
    comment_id = consultation.published()
    assert consultation.withdraw(comment_id, secret).status == 404
    assert consultation.get(comment_id).status == 200


def test_the_logs_have_nothing_of_what_was_sent(
    consultation: Consultation, capfd: pytest.CaptureFixture[str]
) -> None:
    marker = "fatima36000001"
    submitted = submission(text=marker, contact={"email": f"{marker}@example.org"})
    send(consultation, json.dumps(submitted), idempotency_key=marker)
    for body in (
        json.dumps(submission(text=f"{marker}\x00", author_name=f"{marker}\n")),
        json.dumps(submission(contact={"email": marker}, **{marker: marker})),
        json.dumps(submission(text=f"{marker}{HALF}")),
        f'{{"text": "{marker}',
    ):
        told(send(consultation, body, idempotency_key=marker))
    checked({"version": marker})
    consultation.list(cursor=marker)
    captured = capfd.readouterr()
    assert marker not in captured.out + captured.err
