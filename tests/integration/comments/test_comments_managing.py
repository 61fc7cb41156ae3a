"""What people do afterwards: officers answer, moderators decide, authors take back."""

from typing import Any

import pytest

from services.comments.handlers import export
from services.comments.store import CommentStore
from services.shared import aws, exports
from services.shared.table import Table, from_item
from tests.integration.comments.conftest import Consultation
from tests.support.calls import invoke, stream_records

TEXT = {"ar": "يبدأ في مارس.", "en": "It starts in March."}
OTHER = {"ar": "يبدأ في أبريل.", "en": "It starts in April."}


def audits(comment_id: str) -> list[dict[str, Any]]:
    """Events that the audit items of one comment carry, in order."""
    inserted = [
        from_item(record["dynamodb"]["NewImage"])
        for record in stream_records("comments")
        if record["eventName"] == "INSERT" and "event" in record["dynamodb"]["NewImage"]
    ]
    return [item["event"] for item in inserted if item["event"]["data"]["comment_id"] == comment_id]


def inquiry(consultation: Consultation) -> str:
    return consultation.published("متى يبدأ التطبيق؟", kind="inquiry")


def test_an_officer_answers_an_inquiry_and_everybody_sees_it(consultation: Consultation) -> None:
    comment_id = inquiry(consultation)
    answer = consultation.answer(comment_id, TEXT)
    assert answer.status == 200
    expected = {"text": TEXT, "answered_at": "2026-12-01T09:00:00.000Z"}
    assert answer.json["answer"] == expected
    assert consultation.get(comment_id).json == answer.json
    [event] = audits(comment_id)
    assert event["type"] == "InquiryAnswered"
    assert event["actor"] == {"role": "officer", "id": "o1"}
    assert event["data"] == {"comment_id": comment_id, "replaced": False, "edition": 1}


def test_a_second_answer_replaces_the_first_and_both_are_on_record(
    consultation: Consultation,
) -> None:
    comment_id = inquiry(consultation)
    consultation.answer(comment_id, TEXT)
    consultation.answer(comment_id, OTHER)
    assert consultation.get(comment_id).json["answer"]["text"] == OTHER
    told = [(event["data"]["replaced"], event["data"]["edition"]) for event in audits(comment_id)]
    assert told == [(False, 1), (True, 2)]
    kept = Table("comments").items(f"C#{consultation.topic_id}#1#{comment_id}")
    assert [item["answer"]["text"] for item in kept] == [TEXT, OTHER]


def test_the_same_answer_again_changes_nothing(consultation: Consultation, clock: Any) -> None:
    comment_id = inquiry(consultation)
    first = consultation.answer(comment_id, TEXT)
    clock.advance(seconds=60)
    assert consultation.answer(comment_id, TEXT).json == first.json
    assert len(audits(comment_id)) == 1


def test_only_the_topics_own_agency_answers(consultation: Consultation) -> None:
    comment_id = inquiry(consultation)
    assert consultation.answer(comment_id, TEXT, "officer", "agency.works").status == 404
    assert consultation.answer(comment_id, TEXT, "moderator").status == 403
    assert consultation.answer(comment_id, TEXT, "officer").status == 404


def test_only_published_inquiries_are_answered(consultation: Consultation) -> None:
    assert consultation.answer(consultation.published(), TEXT).status == 409
    held = consultation.published("You idiot?", kind="inquiry")
    assert consultation.answer(held, TEXT).status == 404
    assert consultation.answer("a" * 26, TEXT).status == 404


@pytest.mark.parametrize("text", [{"ar": "نعم"}, {"ar": "نعم", "en": " "}, {"ar": 1, "en": "x"}])
def test_an_answer_is_in_both_languages(consultation: Consultation, text: dict[str, str]) -> None:
    assert consultation.answer(inquiry(consultation), text).status == 422


def test_a_moderator_publishes_what_was_held(consultation: Consultation) -> None:
    comment_id = consultation.held()
    assert consultation.decide(comment_id, "publish") == {"batchItemFailures": []}
    assert consultation.get(comment_id).json["text"] == "You idiot"
    counts = consultation.count()
    assert (counts["received"], counts["published"], counts["held"]) == (1, 1, 0)
    assert audits(comment_id) == []


def test_a_moderator_masks_a_part_and_publishes_the_rest(consultation: Consultation) -> None:
    comment_id = consultation.held()
    consultation.decide(comment_id, "redact", reason_code="abusive", spans=[[4, 9]])
    shown = consultation.get(comment_id).json
    assert (shown["text"], shown["redacted"]) == ("You █████", True)


def test_a_rejection_is_an_event_with_its_reason(consultation: Consultation) -> None:
    comment_id = consultation.held()
    consultation.decide(comment_id, "reject", reason_code="abusive")
    counts = consultation.count()
    assert (counts["received"], counts["rejected"], counts["held"]) == (1, 1, 0)
    [event] = audits(comment_id)
    assert (event["type"], event["actor"]["role"]) == ("CommentRejected", "moderator")
    assert event["data"] == {"comment_id": comment_id, "case_id": "c1", "reason_code": "abusive"}


@pytest.mark.parametrize("decision", ["publish", "reject"])
def test_a_decision_delivered_twice_counts_once(consultation: Consultation, decision: str) -> None:
    comment_id = consultation.held()
    consultation.decide(comment_id, decision, reason_code="abusive")
    before = consultation.count()
    consultation.decide(comment_id, decision, reason_code="abusive")
    consultation.decide(comment_id, "reject", reason_code="spam")
    assert consultation.count() == before


def test_a_decision_that_overtakes_the_screening_is_delivered_again(
    consultation: Consultation,
) -> None:
    comment_id = consultation.post("You idiot").json["comment_id"]
    failed = consultation.decide(comment_id, "publish")
    assert failed == {"batchItemFailures": [{"itemIdentifier": "0"}]}
    consultation.screen()
    assert consultation.decide(comment_id, "publish") == {"batchItemFailures": []}
    assert consultation.get(comment_id).status == 200


def test_a_decision_about_an_unknown_comment_or_without_spans_goes_to_the_dead_letters(
    consultation: Consultation,
) -> None:
    assert consultation.decide("a" * 26, "publish")["batchItemFailures"]
    assert consultation.decide(consultation.held(), "redact")["batchItemFailures"]
    assert consultation.consume("TopicDefined", {})["batchItemFailures"]


def test_a_decision_about_a_withdrawn_comment_changes_nothing(consultation: Consultation) -> None:
    sent = consultation.post("You idiot").json
    consultation.screen()
    consultation.withdraw(sent["comment_id"], sent["receipt_secret"])
    assert consultation.decide(sent["comment_id"], "publish") == {"batchItemFailures": []}
    assert consultation.get(sent["comment_id"]).status == 404


def test_the_holder_of_the_receipt_secret_takes_a_comment_back(consultation: Consultation) -> None:
    sent = consultation.post("نعم", subject="fatima").json
    consultation.screen()
    answer = consultation.withdraw(sent["comment_id"], sent["receipt_secret"])
    assert answer.status == 200
    assert answer.json == {"comment_id": sent["comment_id"], "status": "withdrawn"}
    assert consultation.get(sent["comment_id"]).status == 404
    listed = consultation.list().json
    assert listed["items"] == []
    assert (listed["counts"]["received"], listed["counts"]["withdrawn"]) == (1, 1)
    assert consultation.check(sent["receipt"]).json["status"] == "withdrawn"
    [event] = audits(sent["comment_id"])
    assert event["type"] == "CommentWithdrawn"
    assert "fatima" not in str(event)


def test_a_signed_in_author_needs_no_secret_and_nobody_else_can(
    consultation: Consultation,
) -> None:
    sent = consultation.post("نعم", subject="fatima").json
    consultation.screen()
    comment_id = sent["comment_id"]
    assert consultation.withdraw(comment_id, headers=consultation.token("ali")).status == 404
    assert consultation.withdraw(comment_id).status == 404
    assert consultation.withdraw(comment_id, headers=consultation.token("fatima")).status == 200


def test_nobody_is_the_author_of_what_was_sent_without_signing_in(
    consultation: Consultation,
) -> None:
    comment_id = consultation.published()
    assert consultation.withdraw(comment_id).status == 404
    assert consultation.withdraw(comment_id, headers=consultation.token("ali")).status == 404


@pytest.mark.parametrize("secret", ["wrong", "", "سر"])
def test_a_wrong_secret_is_answered_as_an_unknown_comment_is(
    consultation: Consultation, secret: str
) -> None:
    sent = consultation.post("نعم", subject="fatima").json
    refused = consultation.withdraw(sent["comment_id"], secret)
    unknown = consultation.withdraw("a" * 26, secret)
    assert (refused.status, refused.json["detail"]) == (404, unknown.json["detail"])


def test_the_receipt_itself_authorises_nothing(consultation: Consultation) -> None:
    sent = consultation.post("نعم").json
    for value in (sent["receipt"]["salt"], sent["receipt"]["leaf_hash"]):
        assert consultation.withdraw(sent["comment_id"], value).status == 404


@pytest.mark.parametrize("stage", ["screening", "held", "rejected", "published"])
def test_withdrawal_is_possible_at_any_time_and_once_more_changes_nothing(
    consultation: Consultation, stage: str
) -> None:
    text = "نعم" if stage == "published" else "You idiot"
    sent = consultation.post(text).json
    if stage != "screening":
        consultation.screen()
    if stage == "rejected":
        consultation.decide(sent["comment_id"], "reject", reason_code="abusive")
    for _ in range(2):
        answer = consultation.withdraw(sent["comment_id"], sent["receipt_secret"])
        assert (answer.status, answer.json["status"]) == (200, "withdrawn")
    counts = consultation.count()
    assert counts.pop("received") == counts.pop("withdrawn") == 1
    assert set(counts.values()) == {0}
    events = [event["type"] for event in audits(sent["comment_id"])]
    assert events.count("CommentWithdrawn") == 1


def test_a_withdrawn_reply_no_longer_counts_on_its_parent(consultation: Consultation) -> None:
    parent = consultation.published("أصل")
    sent = consultation.post("رد", kind="reply", parent_id=parent).json
    consultation.screen()
    consultation.withdraw(sent["comment_id"], sent["receipt_secret"])
    assert consultation.get(parent).json["replies"] == 0


def test_a_withdrawal_that_meets_the_screening_wins_in_the_end(
    consultation: Consultation, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = consultation.post("نعم").json
    commit = CommentStore.commit

    def commit_late(self: CommentStore, *args: Any, **options: Any) -> None:
        monkeypatch.setattr(CommentStore, "commit", commit)
        consultation.screen()
        commit(self, *args, **options)

    monkeypatch.setattr(CommentStore, "commit", commit_late)
    assert consultation.withdraw(sent["comment_id"], sent["receipt_secret"]).status == 200
    counts = consultation.count()
    assert (counts["received"], counts["published"], counts["withdrawn"]) == (1, 0, 1)


def test_an_answer_given_to_a_comment_just_withdrawn_is_refused(
    consultation: Consultation, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = consultation.post("متى؟", kind="inquiry").json
    consultation.screen()
    put_answer = CommentStore.put_answer

    def put_late(self: CommentStore, *args: Any, **options: Any) -> None:
        consultation.withdraw(sent["comment_id"], sent["receipt_secret"])
        put_answer(self, *args, **options)

    monkeypatch.setattr(CommentStore, "put_answer", put_late)
    assert consultation.answer(sent["comment_id"], TEXT).status == 409


def test_a_redaction_publishes_neither_the_name_nor_the_free_answers(
    consultation: Consultation,
) -> None:
    answers = [{"question_id": "q1", "text": "son of a dog"}]
    comment_id = consultation.published("You idiot", author_name="Dog", answers=answers)
    consultation.decide(comment_id, "redact", reason_code="abusive", spans=[[4, 9]])
    views = [consultation.get(comment_id).json, *consultation.list().json["items"]]
    assert [view["author_name"] for view in views] == [None, None]
    for edition in ("analysis", "record"):
        payload = {"topic_id": consultation.topic_id, "round": 1, "edition": edition}
        invoke(export.handler, payload)
    keys = [
        found["Key"]
        for found in aws.client("s3").list_objects_v2(Bucket="exports")["Contents"]
        if "shard-" in found["Key"]
    ]
    rows = [row for key in keys for row in exports.read_lines("exports", key)]
    assert [(row["text"], row["author_name"]) for row in rows] == [("You █████", None)] * 2
    assert "dog" not in str(rows).lower()


def test_what_a_moderator_publishes_as_it_came_keeps_its_name(consultation: Consultation) -> None:
    comment_id = consultation.published("You idiot", author_name="علي")
    consultation.decide(comment_id, "publish")
    assert consultation.get(comment_id).json["author_name"] == "علي"


@pytest.mark.parametrize("text", [None, "نعم للعيادات"])
def test_a_name_and_an_answer_are_hidden_where_the_text_needs_no_mask(
    consultation: Consultation, text: str | None
) -> None:
    answers = [{"question_id": "q1", "text": "You idiot"}, {"question_id": "q3", "value": 4}]
    comment_id = consultation.published(text, author_name="idiot", answers=answers)
    assert consultation.count()["held"] == 1
    assert consultation.decide(comment_id, "redact", spans=[]) == {"batchItemFailures": []}
    shown = consultation.get(comment_id).json
    assert (shown["text"], shown["author_name"], shown["redacted"]) == (text or "", None, True)
    assert "idiot" not in consultation.list().text
