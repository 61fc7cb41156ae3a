"""What officers see of the inquiries: which ones wait, since when, and how many are not shown."""

from threading import Event
from typing import Any

import pytest

from services.comments.handlers import read
from services.shared.table import Page, Table
from tests.integration.comments.conftest import CLOSES, Consultation
from tests.support.calls import http

TEXT = {"ar": "يبدأ في مارس.", "en": "It starts in March."}
ROUTE = "GET /v1/topics/{topic}/inquiries"


def ask(consultation: Consultation, text: str = "متى يبدأ التطبيق؟", **members: Any) -> str:
    """Id of a published inquiry."""
    return consultation.published(text, kind="inquiry", **members)


def ids(answer: Any) -> list[str]:
    return [item["comment_id"] for item in answer.json["items"]]


def ages(answer: Any) -> dict[str, int]:
    return {item["comment_id"]: item["age_seconds"] for item in answer.json["items"]}


def test_who_has_waited_longest_comes_first_whether_answered_or_not(
    consultation: Consultation, clock: Any
) -> None:
    asked = []
    for number in range(12):
        asked.append(ask(consultation, f"سؤال {number}"))
        clock.advance(seconds=1)
    for comment_id in asked[1::3]:
        consultation.answer(comment_id, TEXT)
    answer = consultation.inquiries()
    assert ids(answer) == asked
    shown = [item["answer"] is not None for item in answer.json["items"]]
    assert shown == [number % 3 == 1 for number in range(12)]


def test_who_was_held_for_long_waits_since_the_receipt_all_the_same(
    consultation: Consultation, clock: Any
) -> None:
    first = ask(consultation, "You idiot, when?")
    clock.advance(seconds=60)
    second = ask(consultation)
    clock.advance(seconds=60)
    consultation.decide(first, "publish")
    assert ids(consultation.list()) == [second, first]
    found = consultation.inquiries()
    assert ids(found) == [first, second]
    assert ages(found) == {first: 120, second: 60}


def test_comments_and_replies_are_no_inquiries(consultation: Consultation) -> None:
    asked = ask(consultation)
    consultation.published("رأي")
    consultation.published("رد", kind="reply", parent_id=asked)
    assert ids(consultation.inquiries()) == [asked]


def test_an_inquiry_ages_until_it_is_answered(consultation: Consultation, clock: Any) -> None:
    answered = ask(consultation)
    clock.advance(seconds=90.9)
    waiting = ask(consultation)
    consultation.answer(answered, TEXT)
    clock.advance(seconds=600)
    found = consultation.inquiries()
    assert ages(found) == {answered: 90, waiting: 600}
    received = [item["received_at"] for item in found.json["items"]]
    assert received == ["2026-12-01T09:00:00.000Z", "2026-12-01T09:01:30.900Z"]


def test_an_answer_that_is_corrected_later_makes_no_inquiry_older(
    consultation: Consultation, clock: Any
) -> None:
    answered = ask(consultation)
    for number in range(3):
        clock.advance(seconds=60)
        text = {"ar": f"جواب {number}", "en": f"Answer {number}"}
        consultation.answer(answered, text, replace=True)
    found = consultation.inquiries()
    assert ages(found) == {answered: 60}
    [item] = found.json["items"]
    assert item["answer"] == {"text": text, "answered_at": "2026-12-01T09:03:00.000Z"}


def test_a_list_may_be_of_those_with_or_without_an_answer(consultation: Consultation) -> None:
    answered, waiting = ask(consultation), ask(consultation)
    consultation.answer(answered, TEXT)
    [item] = consultation.inquiries(answered="true").json["items"]
    assert (item["comment_id"], item["answer"]["text"]) == (answered, TEXT)
    assert ids(consultation.inquiries(answered="false")) == [waiting]
    assert consultation.inquiries(answered="yes").status == 400


def test_what_moderation_holds_is_counted_and_not_shown(consultation: Consultation) -> None:
    waiting, answered = [ask(consultation) for _ in range(2)], ask(consultation)
    consultation.answer(answered, TEXT)
    held = ask(consultation, "You idiot, when?")
    for query in ({}, {"answered": "true"}, {"answered": "false"}):
        found = consultation.inquiries(**query)
        assert (found.json["unanswered"], found.json["not_shown"]) == (3, 1)
        assert "idiot" not in found.text
    consultation.decide(held, "reject", reason_code="abusive")
    found = consultation.inquiries()
    assert (found.json["unanswered"], found.json["not_shown"]) == (len(waiting), 0)


def test_an_inquiry_in_screening_waits_too(consultation: Consultation) -> None:
    consultation.post("متى؟", kind="inquiry")
    found = consultation.inquiries().json
    assert (found["items"], found["unanswered"], found["not_shown"]) == ([], 1, 1)


def test_it_is_said_until_when_an_answer_is_expected(
    consultation: Consultation, clock: Any
) -> None:
    assert consultation.inquiries().json["due_at"] == "2026-12-01T10:00:00.000Z"
    consultation.set_window(closes_at=CLOSES.replace(hour=12).isoformat())
    clock.advance(seconds=31)
    assert consultation.inquiries().json["due_at"] == "2026-12-01T12:00:00.000Z"


@pytest.mark.parametrize("groups", [("officer", "agency.works"), ("officer",)])
def test_another_agencys_officer_sees_no_such_topic(
    consultation: Consultation, groups: tuple[str, ...]
) -> None:
    ask(consultation)
    refused = consultation.inquiries(*groups)
    assert (refused.status, refused.json["code"]) == (404, "unknown_topic")
    stranger = Consultation(moderation=consultation.moderation, token=consultation.token)
    assert refused.json["detail"] == stranger.inquiries().json["detail"]


@pytest.mark.parametrize("groups", [("approver",), ("auditor",), ("auditor", "agency.health")])
def test_who_oversees_the_programme_sees_them_too(
    consultation: Consultation, groups: tuple[str, ...]
) -> None:
    asked = ask(consultation)
    assert ids(consultation.inquiries(*groups)) == [asked]


@pytest.mark.parametrize("role", ["moderator", "participant"])
def test_nobody_else_sees_them(consultation: Consultation, role: str) -> None:
    ask(consultation)
    assert consultation.inquiries(role, "agency.health").status == 403
    assert http(read.handler, ROUTE, path={"topic": consultation.topic_id}).status == 401


def test_more_than_a_page_of_them_follow_on_each_other(
    consultation: Consultation, clock: Any
) -> None:
    asked = []
    for number in range(103):
        asked.append(consultation.post(f"سؤال {number}", kind="inquiry").json["comment_id"])
        clock.advance(milliseconds=1)
    consultation.screen()
    for comment_id in asked[:100:50]:
        consultation.answer(comment_id, TEXT)
    first = consultation.inquiries()
    assert ids(first) == asked[:100]
    second = consultation.inquiries(cursor=first.json["next_cursor"])
    assert (ids(second), second.json["next_cursor"]) == (asked[100:], None)
    assert first.json["unanswered"] == second.json["unanswered"] == 101
    narrowed = consultation.inquiries(answered="false", cursor=first.json["next_cursor"])
    assert (narrowed.status, narrowed.json["code"]) == (400, "bad_cursor")


@pytest.mark.parametrize("answered", [False, True])
def test_what_its_author_takes_back_is_there_no_more(
    consultation: Consultation, answered: bool
) -> None:
    sent = consultation.post("سؤال سري", kind="inquiry").json
    consultation.screen()
    if answered:
        consultation.answer(sent["comment_id"], TEXT)
    assert ids(consultation.inquiries()) == [sent["comment_id"]]
    consultation.withdraw(sent["comment_id"], sent["receipt_secret"])
    for query in ({}, {"answered": "true"}, {"answered": "false"}):
        found = consultation.inquiries(**query).json
        assert (found["items"], found["unanswered"], found["not_shown"]) == ([], 0, 0)


def test_each_round_has_its_own(consultation: Consultation, clock: Any) -> None:
    first = ask(consultation)
    clock.advance(seconds=31)
    consultation.round = 2
    consultation.set_window()
    second = ask(consultation)
    assert ids(consultation.inquiries()) == [second]
    assert ids(consultation.inquiries(round="1")) == [first]


@pytest.fixture
def answered_meanwhile(consultation: Consultation, monkeypatch: pytest.MonkeyPatch) -> str:
    """Id of an inquiry; who reads a list finds it waiting and, as it is answered then, answered."""
    comment_id, query, answered = ask(consultation), Table.query, Event()

    def read_slowly(self: Table, pk: str, **options: Any) -> Page:
        if pk.startswith("A#"):
            assert answered.wait(10)
        page = query(self, pk, **options)
        if pk.startswith("I#") and page.items and not answered.is_set():
            consultation.answer(comment_id, TEXT)
            answered.set()
        return page

    monkeypatch.setattr(Table, "query", read_slowly)
    return comment_id


def test_an_inquiry_answered_while_the_list_is_read_is_in_it_once_with_its_answer(
    consultation: Consultation, answered_meanwhile: str
) -> None:
    [item] = consultation.inquiries().json["items"]
    assert item["comment_id"] == answered_meanwhile
    assert item["answer"]["text"] == TEXT


@pytest.mark.parametrize("size", [1, 2])
def test_an_inquiry_answered_while_a_page_is_read_takes_one_place_on_one_page(
    consultation: Consultation,
    clock: Any,
    answered_meanwhile: str,
    monkeypatch: pytest.MonkeyPatch,
    size: int,
) -> None:
    monkeypatch.setattr(read, "PAGE", size)
    clock.advance(seconds=1)
    following = ask(consultation)
    first = consultation.inquiries()
    found, cursor = ids(first), first.json["next_cursor"]
    if cursor is not None:
        found += ids(consultation.inquiries(cursor=cursor))
    assert found == [answered_meanwhile, following]
