"""What people said is erased for good, on their word; that they said something stays provable."""

import hashlib
import zlib
from typing import Any

import pytest

from services.comments.erasure_store import ErasureStore
from services.comments.handlers import forget, keyring, manage
from services.comments.model import names
from services.comments.store import CommentStore
from services.shared import aws
from services.shared.exports import canonical
from services.shared.table import from_item
from tests.integration.comments.conftest import CONSENT, Consultation, audits
from tests.support.calls import Answer, LambdaContext, http, sqs_event, stream_records

ROUTE = "POST /v1/erasure-requests"
MARK = "MARKER-7391"
CONTACT = {"contact": {"email": "fatima@example.org", "phone": "+97336001234"}}


def ask(consultation: Consultation, *sent: dict[str, Any], subject: str | None = None) -> Answer:
    return consultation.erase(*sent, subject=subject)


def state(request_id: str) -> Answer:
    route = "GET /v1/erasure-requests/{request}"
    return http(manage.handler, route, path={"request": request_id})


def forget_now() -> dict[str, Any]:
    return forget.handler(sqs_event(("Scheduled Event", {})), LambdaContext())


def items() -> list[dict[str, Any]]:
    """Everything in the table as it lies there, what was received unpacked."""
    found = [from_item(item) for item in aws.client("dynamodb").scan(TableName="comments")["Items"]]
    unpacked = [zlib.decompress(item["body"]).decode() for item in found if "body" in item]
    return [*found, {"bodies": unpacked}]


def row(comment_id: str) -> dict[str, Any]:
    [found] = [
        i for i in items() if str(i.get("pk", "")).startswith("T#") and i["sk"] == comment_id
    ]
    return found


def completions() -> list[dict[str, Any]]:
    inserted = [r["dynamodb"]["NewImage"] for r in stream_records("comments")]
    told = [from_item(image) for image in inserted if "event" in image]
    return [i["event"]["data"] for i in told if i["event"]["type"] == "ErasureCompleted"]


def sent_in(consultation: Consultation, stage: str) -> dict[str, Any]:
    """A comment with words everywhere, in a stage."""
    text = f"{MARK} idiot" if stage in ("held", "rejected") else f"{MARK} نعم 36000001"
    body = {"author_name": MARK, "answers": [{"question_id": "q1", "text": MARK}], **CONTACT}
    sent: dict[str, Any] = consultation.post(text, subject="fatima", **body).json
    if stage != "screening":
        consultation.screen()
    if stage == "rejected":
        consultation.decide(sent["comment_id"], "reject", reason_code="abusive")
    if stage == "masked":
        consultation.decide(sent["comment_id"], "redact", reason_code="privacy", spans=[[0, 2]])
    if stage == "withdrawn":
        consultation.withdraw(sent["comment_id"], sent["receipt_secret"])
    return sent


@pytest.mark.parametrize(
    "stage", ["screening", "held", "rejected", "published", "masked", "withdrawn"]
)
def test_whoever_shows_the_receipts_secret_has_a_comment_erased_from_any_status(
    consultation: Consultation, stage: str
) -> None:
    sent = sent_in(consultation, stage)
    assert MARK in str(items())
    answer = ask(consultation, sent)
    assert (answer.status, answer.json["status"], answer.json["comments"]) == (202, "completed", 1)
    assert answer.json["items"] == [{"comment_id": sent["comment_id"], "status": "erased"}]
    for words in (MARK, "36000001", "fatima@example.org"):
        assert words not in str(items())
    left = row(sent["comment_id"])
    assert not {"body", "private", "subject_key", "public_text", "public_pk"} & left.keys()
    counts = consultation.count()
    assert counts.pop("received") == counts.pop("erased") == 1
    assert set(counts.values()) == {0}
    assert consultation.recount()["drift"] == {}
    assert consultation.get(sent["comment_id"]).status == 404
    assert consultation.list().json["items"] == []


def test_the_receipt_is_still_genuine_and_says_that_the_comment_was_erased(
    consultation: Consultation,
) -> None:
    sent = sent_in(consultation, "rejected")
    ask(consultation, sent)
    checked = consultation.check(sent["receipt"]).json
    assert (checked["valid"], checked["status"], checked["reason"]) == (True, "erased", None)


def test_the_leaf_still_follows_from_what_is_left(consultation: Consultation) -> None:
    sent = sent_in(consultation, "published")
    ask(consultation, sent)
    left, receipt = row(sent["comment_id"]), sent["receipt"]
    header = {n: receipt[n] for n in ("topic_id", "round", "comment_id", "received_at")}
    parts = {"public": left["public_hash"], "private": left["private_hash"]}
    content = b"tashawur/leaf/1\x00" + canonical({**header, **parts})
    assert hashlib.sha256(content).hexdigest() == receipt["leaf_hash"] == left["leaf"].hex()


def test_erasing_is_told_once_without_a_word_of_it(consultation: Consultation) -> None:
    sent = sent_in(consultation, "published")
    first, again = ask(consultation, sent), ask(consultation, sent)
    assert first.json == again.json
    events = audits(sent["comment_id"])
    assert [each["type"] for each in events] == ["CommentErased"]
    assert events[0]["data"] == {"comment_id": sent["comment_id"]}
    assert events[0]["actor"] == {"role": "participant", "id": "author"}
    assert completions() == [{"request_id": first.json["request_id"], "comments": 1}]


def test_what_is_sent_again_under_its_key_gets_the_same_reply_and_stays_erased(
    consultation: Consultation,
) -> None:
    body = {"kind": "comment", "text": MARK, "consent": CONSENT}
    sent = consultation.post(body=body, key="k1", subject="fatima")
    consultation.screen()
    ask(consultation, sent.json)
    again = consultation.post(body=body, key="k1", subject="fatima")
    assert (again.status, again.json) == (202, sent.json)
    consultation.screen()
    assert consultation.check(sent.json["receipt"]).json["status"] == "erased"
    assert MARK not in str(items())
    other = consultation.post(body={**body, "text": "other"}, key="k1", subject="fatima")
    assert other.status == 422


def test_a_hundred_comments_are_erased_at_once_or_none_is(consultation: Consultation) -> None:
    sent = [consultation.post(f"{MARK} {n}", subject="fatima").json for n in range(3)]
    consultation.screen()
    wrong = {**sent[1], "receipt_secret": sent[0]["receipt_secret"]}
    unknown = {"comment_id": "a" * 26, "receipt_secret": "x"}
    refused = ask(consultation, sent[0], wrong, sent[2], unknown)
    assert refused.status == 422
    assert [(e["field"], e["code"]) for e in refused.json["errors"]] == [
        ("/comments/1", "not_your_comment"),
        ("/comments/3", "not_your_comment"),
    ]
    assert consultation.count()["erased"] == 0
    assert ask(consultation, *sent, sent[0]).json["comments"] == 3
    assert consultation.count()["erased"] == 3


def test_a_genuine_secret_of_another_topic_is_none_here(consultation: Consultation) -> None:
    sent = consultation.post(MARK).json
    body = {"topic_id": "b" * 26, "comments": [_shown(sent)]}
    refused = http(manage.handler, ROUTE, body=body)
    assert [e["code"] for e in refused.json["errors"]] == ["unknown_topic"]
    elsewhere = Consultation(moderation=consultation.moderation, token=consultation.token)
    elsewhere.set_window()
    assert ask(elsewhere, sent).json["errors"][0]["code"] == "not_your_comment"
    assert consultation.count()["erased"] == 0


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, "missing"),
        ({"topic_id": "b" * 26, "comments": []}, "too_short"),
        (
            {"topic_id": "b" * 26, "comments": [{"comment_id": "x", "receipt_secret": ""}]},
            "bad_format",
        ),
        (
            {
                "topic_id": "b" * 26,
                "comments": [{"comment_id": "a" * 26, "receipt_secret": ""}] * 101,
            },
            "too_long",
        ),
    ],
)
def test_a_bad_request_is_refused_with_its_faults(account: None, body: Any, code: str) -> None:
    refused = http(manage.handler, ROUTE, body=body)
    assert refused.status == 422
    assert code in {error["code"] for error in refused.json["errors"]}


def test_nobody_who_names_nothing_and_is_not_signed_in_has_anything_erased(
    consultation: Consultation,
) -> None:
    assert ask(consultation).status == 401


def test_replies_to_an_erased_comment_stay_and_an_erased_reply_no_longer_counts(
    consultation: Consultation,
) -> None:
    parent = consultation.post(MARK).json
    consultation.screen()
    about = {"kind": "reply", "parent_id": parent["comment_id"]}
    kept, gone = (consultation.post(text, **about).json for text in ("رد", "رد آخر"))
    consultation.screen()
    ask(consultation, gone)
    assert consultation.get(parent["comment_id"]).json["replies"] == 1
    ask(consultation, parent)
    listed = consultation.list(parent=parent["comment_id"]).json["items"]
    assert [each["comment_id"] for each in listed] == [kept["comment_id"]]


def test_an_erased_inquiry_waits_for_no_answer(consultation: Consultation) -> None:
    sent = consultation.post(MARK, kind="inquiry").json
    consultation.screen()
    assert consultation.unanswered() == 1
    ask(consultation, sent)
    assert consultation.unanswered() == 0
    refused = consultation.answer(sent["comment_id"], {"ar": "نعم", "en": "Yes"})
    assert refused.status == 404


def test_what_moderation_decides_afterwards_changes_nothing(consultation: Consultation) -> None:
    sent = sent_in(consultation, "held")
    ask(consultation, sent)
    assert consultation.decide(sent["comment_id"], "publish") == {"batchItemFailures": []}
    assert consultation.count()["erased"] == 1


def test_a_screening_under_way_does_not_bring_an_erased_comment_back(
    consultation: Consultation,
) -> None:
    ask(consultation, sent_in(consultation, "screening"))
    consultation.screen(again=True)
    counts = consultation.count()
    assert (counts["received"], counts["erased"], counts["published"]) == (1, 1, 0)


def test_an_account_has_all_erased_that_it_sent_until_then_in_any_round(
    consultation: Consultation, clock: Any
) -> None:
    first = consultation.post(f"{MARK} 1", subject="fatima").json
    others = consultation.post("باق", subject="ali").json
    consultation.screen()
    consultation.round = 2
    consultation.set_window()
    second = consultation.post(f"{MARK} 2", subject="fatima").json
    consultation.screen()
    noted = ask(consultation, subject="fatima").json
    assert (noted["status"], noted["comments"], noted["items"]) == ("waiting", 0, [])
    clock.advance(minutes=1)
    later = consultation.post("later", subject="fatima").json
    consultation.screen()
    assert forget_now() == {"batchItemFailures": []}
    done = state(noted["request_id"]).json
    assert (done["status"], done["comments"]) == ("completed", 2)
    assert MARK not in str(items())
    statuses = [consultation.check(s["receipt"]).json["status"] for s in (first, second)]
    assert statuses == ["erased", "erased"]
    assert consultation.get(others["comment_id"]).json["text"] == "باق"
    assert consultation.get(later["comment_id"]).json["text"] == "later"
    assert completions() == [{"request_id": noted["request_id"], "comments": 2}]


def test_an_account_that_asks_twice_asks_once_and_later_may_ask_again(
    consultation: Consultation, clock: Any
) -> None:
    consultation.post(MARK, subject="fatima")
    consultation.screen()
    first = ask(consultation, subject="fatima").json
    clock.advance(minutes=1)
    assert ask(consultation, subject="fatima").json == first
    forget_now()
    forget_now()
    assert len(completions()) == 1
    clock.advance(minutes=1)
    consultation.post(MARK, subject="fatima")
    again = ask(consultation, subject="fatima").json
    assert (again["request_id"], again["status"]) == (first["request_id"], "waiting")
    forget_now()
    assert [each["comments"] for each in completions()] == [1, 1]
    assert MARK not in str(items())


def test_nothing_of_whose_comments_they_were_is_kept_once_it_is_done(
    consultation: Consultation,
) -> None:
    sent = sent_in(consultation, "published")
    request_id = ask(consultation, sent).json["request_id"]
    other = ask(consultation, subject="fatima").json["request_id"]
    subject_key = names.subject_key(keyring(), topic_id=consultation.topic_id, subject="fatima")
    forget_now()
    rows = [i for i in items() if i.get("sk") in (request_id, other) and i["pk"] == "ERASURES"]
    assert len(rows) == 2
    assert sent["comment_id"] not in str(rows)
    assert str(subject_key) not in str(items())


def test_a_request_that_was_cut_off_is_completed_by_the_next_pass(
    consultation: Consultation, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = [consultation.post(f"{MARK} {n}").json for n in range(3)]
    consultation.screen()
    commit, calls = CommentStore.commit, iter(range(9))

    def cut_off(*args: Any, **kwargs: Any) -> None:
        if next(calls) == 1:
            raise RuntimeError("the container is gone")
        commit(*args, **kwargs)

    with monkeypatch.context() as patch:
        patch.setattr(CommentStore, "commit", cut_off)
        assert ask(consultation, *sent).status == 500
    assert consultation.count()["erased"] == 1
    assert completions() == []
    assert forget_now() == {"batchItemFailures": []}
    assert [each["comments"] for each in completions()] == [3]
    assert ask(consultation, *sent).json["status"] == "completed"
    assert consultation.count()["erased"] == 3
    assert consultation.recount()["drift"] == {}


def test_two_requests_at_once_erase_and_count_a_comment_once(
    consultation: Consultation, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = sent_in(consultation, "published")
    commit = CommentStore.commit

    def overtaken(*args: Any, **kwargs: Any) -> None:
        with monkeypatch.context() as patch:
            patch.setattr(CommentStore, "commit", commit)
            assert ask(consultation, sent).status == 202
        commit(*args, **kwargs)

    monkeypatch.setattr(CommentStore, "commit", overtaken)
    assert ask(consultation, sent).json["status"] == "completed"
    assert consultation.count()["erased"] == 1
    assert [each["comments"] for each in completions()] == [1]
    assert [each["type"] for each in audits(sent["comment_id"])] == ["CommentErased"]


def test_a_pass_without_time_goes_on_where_it_was(
    consultation: Consultation, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(8):
        consultation.post(f"{MARK} {number}", subject="fatima")
    consultation.screen()
    request_id = ask(consultation, subject="fatima").json["request_id"]
    read: list[int] = []
    found = ErasureStore.own

    def watched(self: Any, window: Any, shard: int, **more: Any) -> Any:
        read.append(shard)
        return found(self, window, shard, **more)

    monkeypatch.setattr(ErasureStore, "own", watched)
    for _ in range(9):
        left = iter([60_000, 60_000, 0, 0, 0, 0])
        monkeypatch.setattr(
            LambdaContext, "get_remaining_time_in_millis", lambda _self, left=left: next(left)
        )
        forget_now()
    assert read == list(range(4))
    assert state(request_id).json["comments"] == 8


def test_accounts_that_ask_together_are_one_scan(
    consultation: Consultation, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("fatima", "ali", "sara"):
        consultation.post(f"{MARK} {name}", subject=name)
        ask(consultation, subject=name)
    scans: list[int] = []
    found = ErasureStore.own

    def watched(self: Any, window: Any, shard: int, **more: Any) -> Any:
        scans.append(shard)
        return found(self, window, shard, **more)

    monkeypatch.setattr(ErasureStore, "own", watched)
    forget_now()
    assert scans == list(range(4))
    assert consultation.count()["erased"] == 3


def test_an_unknown_request_is_not_found(account: None) -> None:
    assert state("a" * 26).status == 404


def _shown(sent: dict[str, Any]) -> dict[str, str]:
    return {name: sent[name] for name in ("comment_id", "receipt_secret")}
