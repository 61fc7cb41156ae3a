"""What people do afterwards: moderators decide, authors take back."""

from typing import Any

import pytest

from services.comments.handlers import export
from services.comments.store import CommentStore
from services.shared import aws, exports
from tests.integration.comments.conftest import Consultation, audits
from tests.support.calls import invoke


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
    told = {"comment_id": comment_id, "case_id": "c1", "reason_code": "abusive", "edition": 2}
    assert event["data"] == told


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
