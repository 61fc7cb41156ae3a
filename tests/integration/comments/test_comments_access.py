"""Authors are given all that is held about their comments, and nobody else is given anything."""

from typing import Any

import pytest

from services.comments.handlers import access, forget
from services.shared.table import from_item
from tests.integration.comments.conftest import CONSENT, Consultation
from tests.support.calls import Answer, LambdaContext, http, sqs_event, stream_records

CONTACT = {"email": "fatima@example.org", "phone": "+97336001234"}
ABOUT = {"contact": CONTACT, "demographics": {"age_band": "25+"}, "author_name": "فاطمة"}


def ask(consultation: Consultation, *sent: dict[str, Any]) -> Answer:
    shown = [{name: each[name] for name in ("comment_id", "receipt_secret")} for each in sent]
    body = {"topic_id": consultation.topic_id, "comments": shown}
    return http(access.handler, "POST /v1/access-requests", body=body)


def events() -> list[dict[str, Any]]:
    inserted = [from_item(r["dynamodb"]["NewImage"]) for r in stream_records("comments")]
    told = [item["event"] for item in inserted if "event" in item]
    return [event for event in told if event["type"] == "AccessGiven"]


def test_an_author_is_given_everything_that_was_sent_and_what_became_of_it(
    consultation: Consultation,
) -> None:
    answers = [{"question_id": "q1", "text": "أكثر"}]
    sent = consultation.post("You idiot", subject="fatima", answers=answers, **ABOUT).json
    consultation.screen()
    consultation.decide(sent["comment_id"], "reject", reason_code="abusive")
    answer = ask(consultation, sent)
    assert (answer.status, answer.headers["cache-control"]) == (200, "no-store")
    [held] = answer.json["comments"]
    assert held["received"] == {
        "kind": "comment",
        "text": "You idiot",
        "author_name": "فاطمة",
        "answers": answers,
        "channel": "portal",
        "consent": CONSENT,
    }
    assert (held["contact"], held["demographics"]) == (CONTACT, {"age_band": "25+"})
    assert (held["status"], held["signed_in"]) == ("rejected", True)
    assert held["moderation"]["reason"]["code"] == "abusive"
    assert held["moderation"]["decided_at"] == "2026-12-01T09:00:00.000Z"
    assert held["leaf_hash"] == sent["receipt"]["leaf_hash"]
    assert [each["en"].partition(":")[0] for each in held["shared_with"]] == [
        "Moderators",
        "The provider of mail or text messages",
    ]


def test_what_was_public_says_so(consultation: Consultation) -> None:
    sent = consultation.post("Call 36000001").json
    consultation.screen()
    [held] = ask(consultation, sent).json["comments"]
    assert held["masked_text"] == "Call ████████"
    assert [each["en"].partition(":")[0] for each in held["shared_with"]] == [
        "The consultation's agency",
        "The public",
    ]


def test_it_is_recorded_that_it_was_given_and_to_nobody_what_or_which(
    consultation: Consultation,
) -> None:
    sent = [consultation.post(text, **ABOUT).json for text in ("نعم", "لا")]
    ask(consultation, *sent)
    ask(consultation, *sent)
    assert [event["data"] for event in events()] == [{"comments": 2}] * 2
    for words in ("fatima", "نعم", *(each["comment_id"] for each in sent)):
        assert words not in str(events())


def test_whoever_has_not_every_secret_is_given_nothing(consultation: Consultation) -> None:
    sent, other = (consultation.post(text, **ABOUT).json for text in ("نعم", "لا"))
    wrong = {**other, "receipt_secret": sent["receipt_secret"]}
    refused = ask(consultation, sent, wrong)
    assert refused.status == 422
    assert [(e["field"], e["code"]) for e in refused.json["errors"]] == [
        ("/comments/1", "not_your_comment")
    ]
    assert "fatima" not in refused.text
    assert events() == []


def test_of_an_erased_comment_only_the_proof_is_held(consultation: Consultation) -> None:
    sent = consultation.post("نعم", subject="fatima", **ABOUT).json
    consultation.screen()
    consultation.erase(sent)
    [held] = ask(consultation, sent).json["comments"]
    assert (held["status"], held["received"], held["contact"]) == ("erased", {}, None)
    assert (held["signed_in"], held["demographics"]) == (False, None)
    assert len(held["public_hash"]) == len(held["private_hash"]) == 64


def test_what_nobody_can_read_any_more_is_said_to_be_deleted(
    consultation: Consultation, clock: Any
) -> None:
    sent = consultation.post("نعم", **ABOUT).json
    [before] = ask(consultation, sent).json["comments"]
    data = {"personal_data_until": "2026-12-02T00:00:00.000Z"}
    consultation.consume("TopicClosed", data)
    clock.advance(days=1)
    forget.handler(sqs_event(("Scheduled Event", {})), LambdaContext())
    [held] = ask(consultation, sent).json["comments"]
    assert (before["personal_data_deleted"], held["personal_data_deleted"]) == (False, True)
    assert (held["contact"], held["received"]["text"]) == (None, "نعم")


@pytest.mark.parametrize("shown", [[], [{"comment_id": "a" * 26, "receipt_secret": "x"}] * 21])
def test_twenty_comments_are_asked_for_at_most_and_one_at_least(account: None, shown: Any) -> None:
    body = {"topic_id": "b" * 26, "comments": shown}
    assert http(access.handler, "POST /v1/access-requests", body=body).status == 422
