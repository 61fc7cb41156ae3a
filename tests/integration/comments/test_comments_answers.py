"""Officers answer inquiries: once, in both languages, and over nobody's head."""

from collections.abc import Callable
from typing import Any

import pytest

from services.comments.store import CommentStore
from services.shared.table import Table
from tests.integration.comments.conftest import Consultation, audits

TEXT = {"ar": "يبدأ في مارس.", "en": "It starts in March."}
OTHER = {"ar": "يبدأ في أبريل.", "en": "It starts in April."}


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


def test_who_means_to_replaces_an_answer_and_both_are_on_record(
    consultation: Consultation,
) -> None:
    comment_id = inquiry(consultation)
    consultation.answer(comment_id, TEXT, replace=True)
    assert consultation.answer(comment_id, OTHER, replace=True).status == 200
    assert consultation.get(comment_id).json["answer"]["text"] == OTHER
    told = [(event["data"]["replaced"], event["data"]["edition"]) for event in audits(comment_id)]
    assert told == [(False, 1), (True, 2)]
    kept = Table("comments").items(f"C#{consultation.topic_id}#1#{comment_id}")
    assert [item["answer"]["text"] for item in kept] == [TEXT, OTHER]


@pytest.mark.parametrize("members", [{}, {"replace": False}])
def test_an_officer_who_does_not_know_of_an_answer_does_not_overwrite_it(
    consultation: Consultation, members: dict[str, bool]
) -> None:
    comment_id = inquiry(consultation)
    standing = consultation.answer(comment_id, TEXT).json["answer"]
    refused = consultation.answer(comment_id, OTHER, **members)
    assert (refused.status, refused.json["code"]) == (409, "already_answered")
    assert refused.json["answer"] == standing
    assert consultation.get(comment_id).json["answer"] == standing
    assert len(audits(comment_id)) == 1


@pytest.mark.parametrize("replace", ["true", 1, None])
def test_an_answer_is_replaced_on_the_plain_word_alone(
    consultation: Consultation, replace: Any
) -> None:
    comment_id = inquiry(consultation)
    consultation.answer(comment_id, TEXT)
    assert consultation.answer(comment_id, OTHER, replace=replace).status == 422


@pytest.mark.parametrize("members", [{}, {"replace": True}])
def test_the_same_answer_again_changes_nothing(
    consultation: Consultation, clock: Any, members: dict[str, bool]
) -> None:
    comment_id = inquiry(consultation)
    first = consultation.answer(comment_id, TEXT)
    clock.advance(seconds=60)
    again = consultation.answer(comment_id, TEXT, **members)
    assert (again.status, again.json) == (200, first.json)
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


@pytest.fixture
def just_before(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[], Any]], None]:
    """Have something happen between the reading for the next answer and its writing."""
    put_answer = CommentStore.put_answer

    def arrange(act: Callable[[], Any]) -> None:
        def put_late(self: CommentStore, *args: Any, **options: Any) -> None:
            monkeypatch.setattr(CommentStore, "put_answer", put_answer)
            act()
            put_answer(self, *args, **options)

        monkeypatch.setattr(CommentStore, "put_answer", put_late)

    return arrange


@pytest.mark.parametrize("members", [{}, {"replace": True}])
def test_of_two_officers_who_answer_at_once_the_later_is_told_what_the_other_says(
    consultation: Consultation, just_before: Any, members: dict[str, bool]
) -> None:
    comment_id = inquiry(consultation)
    just_before(lambda: consultation.answer(comment_id, OTHER))
    refused = consultation.answer(comment_id, TEXT, **members)
    assert (refused.status, refused.json["code"]) == (409, "already_answered")
    assert refused.json["answer"] == consultation.get(comment_id).json["answer"]
    assert refused.json["answer"]["text"] == OTHER
    assert len(audits(comment_id)) == 1


def test_of_two_officers_who_replace_an_answer_at_once_the_later_does_not(
    consultation: Consultation, just_before: Any
) -> None:
    comment_id, third = inquiry(consultation), {"ar": "يبدأ في مايو.", "en": "It starts in May."}
    consultation.answer(comment_id, TEXT)
    just_before(lambda: consultation.answer(comment_id, OTHER, replace=True))
    refused = consultation.answer(comment_id, third, replace=True)
    assert (refused.status, refused.json["code"]) == (409, "already_answered")
    assert consultation.get(comment_id).json["answer"]["text"] == OTHER


def test_an_answer_that_is_sent_twice_at_once_is_one(
    consultation: Consultation, just_before: Any
) -> None:
    comment_id = inquiry(consultation)
    just_before(lambda: consultation.answer(comment_id, TEXT))
    answer = consultation.answer(comment_id, TEXT)
    assert (answer.status, answer.json) == (200, consultation.get(comment_id).json)
    assert len(audits(comment_id)) == 1


@pytest.mark.parametrize("before", [True, False], ids=["answered before", "answered meanwhile"])
def test_an_answer_given_to_a_comment_just_withdrawn_is_refused(
    consultation: Consultation, just_before: Any, before: bool
) -> None:
    sent = consultation.post("متى؟", kind="inquiry").json
    comment_id = sent["comment_id"]
    consultation.screen()

    def withdraw() -> None:
        if not before:
            consultation.answer(comment_id, OTHER)
        consultation.withdraw(comment_id, sent["receipt_secret"])

    if before:
        consultation.answer(comment_id, OTHER)
    just_before(withdraw)
    refused = consultation.answer(comment_id, TEXT, replace=True)
    assert (refused.status, refused.json["code"]) == (409, "conflict")
    assert "answer" not in refused.json


@pytest.mark.parametrize("answered", [True, False])
def test_an_answer_to_what_a_moderator_just_masked_is_thought_over(
    consultation: Consultation, just_before: Any, answered: bool
) -> None:
    consultation.set_window(publication_mode="post")
    comment_id = consultation.published("When, you liar?", kind="inquiry")
    if answered:
        consultation.answer(comment_id, TEXT)
    just_before(lambda: consultation.decide(comment_id, "redact", spans=[[6, 14]]))
    refused = consultation.answer(comment_id, OTHER, replace=True)
    assert (refused.status, refused.json["code"]) == (409, "conflict")
    assert "████" in consultation.get(comment_id).json["text"]
    assert consultation.answer(comment_id, OTHER, replace=True).status == 200
