"""Addresses that people left are opened for the service that tells them, and shown nowhere."""

import json
from typing import Any

import pytest

from services.comments import inquiry_store
from services.comments.handlers import contacts, export, relay
from services.comments.model.sealing import SealBroken, seal, unseal
from services.comments.store import CommentStore
from services.comments.use_cases import contacts as use_case
from services.shared import aws, exports
from services.shared.table import Table
from tests.integration.comments.conftest import Consultation
from tests.support.calls import LambdaContext, invoke, stream_records
from tests.support.watch import watched

ADDRESS = "sentinel.asker@example.org"
PHONE = "+973 3600-7777"
LEFT = {"email": ADDRESS, "phone": PHONE}
TEXT = {"ar": "يبدأ في مارس.", "en": "It starts in March."}
OTHER = {"ar": "يبدأ في أبريل.", "en": "It starts in April."}


def asked(consultation: Consultation, text: str = "متى يبدأ التطبيق؟", **members: Any) -> str:
    """Id of a published inquiry."""
    return consultation.published(text, kind="inquiry", **members)


def ask(consultation: Consultation, *comment_ids: str, **fields: Any) -> dict[str, Any]:
    payload = {"topic_id": consultation.topic_id, "round": 1, **fields}
    if comment_ids:
        payload["comment_ids"] = list(comment_ids)
    return dict(invoke(contacts.handler, payload))


def open_ones(consultation: Consultation) -> list[dict[str, Any]]:
    """Every page of the inquiries without an answer."""
    pages, following = [], {}
    while following is not None:
        pages.append(ask(consultation, unanswered_from=following))
        following = pages[-1]["next"]
    return pages


def test_whoever_left_addresses_can_be_told_in_the_language_of_the_inquiry(
    consultation: Consultation,
) -> None:
    arabic = asked(consultation, contact=LEFT, demographics={"age_band": "25-34"})
    english = asked(consultation, "When does it start?", contact={"email": ADDRESS})
    silent = asked(consultation)
    nothing = {"email": None, "phone": None, "answer": None, "moderation": None}
    assert ask(consultation, arabic, english, silent)["contacts"] == {
        arabic: {**nothing, **LEFT, "language": "ar"},
        english: {**nothing, "email": ADDRESS, "language": "en"},
        silent: {**nothing, "language": "ar"},
    }


def test_who_was_refused_is_told_of_that_alone(consultation: Consultation) -> None:
    refused = asked(consultation, "You idiot", contact=LEFT)
    consultation.decide(refused, "reject", edition=3, reason_code="abusive")
    assert ask(consultation, refused)["contacts"] == {refused: None}
    told = ask(consultation, refused, moderated=True)["contacts"][refused]
    assert told["email"] == ADDRESS
    assert told["moderation"]["edition"] == 3
    assert told["moderation"]["status"] == "rejected"
    assert told["moderation"]["appealable_until"] == "2026-12-15T09:00:00.000Z"
    for text in ("reason", "rule", "how_to_appeal"):
        assert told["moderation"][text].keys() == {"ar", "en"}


@pytest.mark.parametrize("gone", ["withdrawn", "unknown"])
def test_who_took_a_comment_back_hears_of_no_decision(
    consultation: Consultation, gone: str
) -> None:
    sent = consultation.post("You idiot", contact=LEFT).json
    consultation.screen()
    comment_id = sent["comment_id"] if gone == "withdrawn" else "a" * 26
    consultation.withdraw(sent["comment_id"], sent["receipt_secret"])
    assert ask(consultation, comment_id, moderated=True)["contacts"] == {comment_id: None}


def test_of_demographics_it_says_nothing(consultation: Consultation) -> None:
    comment_id = asked(consultation, contact=LEFT, demographics={"area": "المحرق"})
    assert "المحرق" not in json.dumps(ask(consultation, comment_id), ensure_ascii=False)


def test_the_answer_comes_as_it_stands_with_its_edition(consultation: Consultation) -> None:
    comment_id = asked(consultation, contact=LEFT)
    for edition, text in enumerate((TEXT, OTHER), start=1):
        consultation.answer(comment_id, text, replace=edition > 1)
        answer = ask(consultation, comment_id)["contacts"][comment_id]["answer"]
        assert (answer["text"], answer["edition"]) == (text, edition)


def test_an_answer_of_before_they_were_counted_is_the_first(consultation: Consultation) -> None:
    comment_id = asked(consultation, contact=LEFT)
    consultation.answer(comment_id, TEXT)
    [item] = [
        item
        for shard in range(4)
        for item in Table("comments").items(f"T#{consultation.topic_id}#1#{shard:02d}")
    ]
    key = {name: {"S": item[name]} for name in ("pk", "sk")}
    aws.client("dynamodb").update_item(
        TableName="comments", Key=key, UpdateExpression="REMOVE answer_edition"
    )
    assert ask(consultation, comment_id)["contacts"][comment_id]["answer"]["edition"] == 1
    consultation.answer(comment_id, OTHER, replace=True)
    assert ask(consultation, comment_id)["contacts"][comment_id]["answer"]["edition"] == 2


def test_whoever_took_it_back_or_was_refused_is_not_told(consultation: Consultation) -> None:
    sent = consultation.post("متى؟", kind="inquiry", contact=LEFT).json
    consultation.screen()
    consultation.withdraw(sent["comment_id"], sent["receipt_secret"])
    refused = asked(consultation, "You idiot?", contact=LEFT)
    consultation.decide(refused, "reject", reason_code="abusive")
    found = ask(consultation, sent["comment_id"], refused, "a" * 26)["contacts"]
    assert set(found.values()) == {None}


def everybody(consultation: Consultation, *, first: int = 0, step: int = 1) -> dict[str, Any]:
    """All who left an address, page by page."""
    found: dict[str, Any] = {}
    following: dict[str, Any] | None = {"shard_number": first}
    while following is not None:
        answer = ask(consultation, left_from=following, step=step)
        assert not found.keys() & answer["contacts"].keys()
        found |= answer["contacts"]
        following = answer["next"]
    return found


def test_of_a_round_those_are_given_who_left_an_address(
    consultation: Consultation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(use_case, "MOST_AT_ONCE", 2)
    told = {consultation.published(f"Number {n}", contact=LEFT) for n in range(9)}
    consultation.published("no address", demographics={"age_band": "25-34"})
    refused = consultation.published("You idiot", contact=LEFT)
    consultation.decide(refused, "reject", reason_code="abusive")
    found = everybody(consultation)
    assert found.keys() == told
    assert {contact["email"] for contact in found.values()} == {ADDRESS}


def test_parts_of_a_round_are_all_of_it_and_no_comment_is_in_two(
    consultation: Consultation,
) -> None:
    told = {consultation.published(f"Number {n}", contact=LEFT) for n in range(12)}
    parts = [everybody(consultation, first=first, step=8) for first in range(8)]
    assert sum(map(len, parts)) == len(told)
    assert set().union(*parts) == told


def test_a_round_that_never_opened_has_no_contacts(consultation: Consultation) -> None:
    found = ask(consultation, "a" * 26, round=7)
    assert found == {"contacts": {"a" * 26: None}, "next": None}
    assert ask(consultation, round=7, unanswered_from={}) == {"contacts": {}, "next": None}


@pytest.mark.parametrize(
    "fields",
    [{"comment_ids": ["a" * 26] * 101}, {"comment_ids": ["T#x"]}, {"more": 1}],
    ids=["too many", "no id", "unknown"],
)
def test_a_question_of_another_form_is_refused(
    consultation: Consultation, fields: dict[str, Any]
) -> None:
    with pytest.raises(ValueError, match="validation error"):
        ask(consultation, **fields)


def test_one_that_cannot_be_opened_does_not_keep_the_others_from_being_told(
    consultation: Consultation, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken, sound = asked(consultation, contact=LEFT), asked(consultation, contact=LEFT)
    read = CommentStore.comment

    def altered(self: CommentStore, comment_id: str, *, window: Any) -> Any:
        found = read(self, comment_id, window=window)
        if found and comment_id == broken:
            return found._replace(sealed=b"\x00" * 40)
        return found

    monkeypatch.setattr(CommentStore, "comment", altered)
    with watched() as said:
        found = ask(consultation, broken, sound)["contacts"]
    assert (found[broken]["email"], found[sound]["email"]) == (None, ADDRESS)
    assert broken in str(said)
    assert ADDRESS not in str(said)


def test_sealed_content_opens_with_its_key_for_its_comment_alone() -> None:
    key, other = b"k" * 32, b"o" * 32
    sealed = seal({"contact": LEFT}, key=key, nonce=b"n" * 12, bound_to="c1")
    assert unseal(sealed, key=key, bound_to="c1") == {"contact": LEFT}
    for attempt in ((sealed, other, "c1"), (sealed, key, "c2"), (sealed[:-1], key, "c1")):
        content, with_key, comment_id = attempt
        with pytest.raises(SealBroken):
            unseal(content, key=with_key, bound_to=comment_id)
    with pytest.raises(SealBroken):
        unseal(b"", key=key, bound_to="c1")


def test_the_inquiries_without_an_answer_are_told_apart(consultation: Consultation) -> None:
    waiting = asked(consultation, contact=LEFT)
    answered = asked(consultation, contact=LEFT)
    consultation.answer(answered, TEXT)
    consultation.published(contact=LEFT)
    held = asked(consultation, "You idiot?", contact=LEFT)
    refused = asked(consultation, "غبي", contact=LEFT)
    consultation.decide(refused, "reject", reason_code="abusive")
    back = consultation.post("متى؟", kind="inquiry").json
    consultation.withdraw(back["comment_id"], back["receipt_secret"])
    found = [comment_id for page in open_ones(consultation) for comment_id in page["contacts"]]
    assert sorted(found) == sorted([waiting, held])


def test_however_many_wait_each_is_listed_once_and_never_more_than_fit_a_call(
    consultation: Consultation, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = {
        consultation.post(kind="inquiry", text=f"متى {n}؟").json["comment_id"] for n in range(23)
    }
    monkeypatch.setattr(inquiry_store, "MOST_AT_ONCE", 5)
    pages = open_ones(consultation)
    found = [comment_id for page in pages for comment_id in page["contacts"]]
    assert max(len(page["contacts"]) for page in pages) == 5
    assert (len(found), set(found)) == (23, ids)


def test_addresses_are_in_no_log_event_export_or_item(consultation: Consultation) -> None:
    with watched() as said:
        comment_id = asked(consultation, contact=LEFT)
        consultation.answer(comment_id, TEXT)
        ask(consultation, comment_id)
        relay.handler({"Records": stream_records("comments")}, LambdaContext())
        for edition in ("analysis", "record"):
            order = {"topic_id": consultation.topic_id, "round": 1, "edition": edition}
            invoke(export.handler, order)
    keys = [each["Key"] for each in aws.client("s3").list_objects_v2(Bucket="exports")["Contents"]]
    written = "".join(exports.read("exports", key).decode() for key in keys)
    items = str(aws.client("dynamodb").scan(TableName="comments")["Items"])
    for seen in (written, items, str(said), str(stream_records("comments"))):
        assert ADDRESS not in seen
        assert PHONE not in seen


def test_a_telephone_alone_will_do_even_before_the_screening(consultation: Consultation) -> None:
    sent = consultation.post("متى؟", kind="inquiry", contact={"phone": PHONE}).json
    found = ask(consultation, sent["comment_id"])["contacts"][sent["comment_id"]]
    assert (found["email"], found["phone"]) == (None, PHONE)
