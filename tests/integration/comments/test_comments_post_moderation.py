"""Where comments are published first: what moderation doubts is public until people decide."""

from typing import Any

import pytest

from services.comments.handlers import reconcile
from services.shared.table import Table, Update
from tests.integration.comments.conftest import Consultation
from tests.support.calls import invoke

DOUBTED = "The minister is a liar"
OK: dict[str, Any] = {"batchItemFailures": []}


@pytest.fixture
def post(consultation: Consultation) -> Consultation:
    consultation.set_window(publication_mode="post")
    return consultation


def counts(consultation: Consultation) -> dict[str, int]:
    found = consultation.count()
    listed = consultation.list().json["counts"]
    assert {name: found[name] for name in listed if name != "distinct"} == {
        name: count for name, count in listed.items() if name != "distinct"
    }
    return {name: count for name, count in found.items() if count and name != "received"}


def test_before_publication_what_is_doubted_is_held(consultation: Consultation) -> None:
    comment_id = consultation.published(DOUBTED)
    assert consultation.get(comment_id).status == 404
    assert counts(consultation) == {"held": 1, "pending": 1}


def test_what_is_doubted_is_public_at_once_and_waits_for_a_person(post: Consultation) -> None:
    comment_id = post.published(DOUBTED)
    assert post.moderation.payloads[-1]["publication_mode"] == "post"
    assert post.get(comment_id).json["text"] == DOUBTED
    assert counts(post) == {"published": 1, "in_review": 1, "pending": 1}
    post.screen(again=True)
    assert counts(post) == {"published": 1, "in_review": 1, "pending": 1}


def test_what_is_clear_is_held_all_the_same(post: Consultation) -> None:
    comment_id = post.published("You idiot")
    assert post.get(comment_id).status == 404
    assert counts(post) == {"held": 1, "pending": 1}


def test_what_a_moderator_upholds_keeps_its_place(post: Consultation, clock: Any) -> None:
    first = post.published(DOUBTED)
    clock.advance(minutes=5)
    second = post.published("نعم")
    for _ in range(2):
        assert post.decide(first, "publish") == OK
    assert [item["comment_id"] for item in post.list().json["items"]] == [first, second]
    assert post.get(first).json["published_at"] == "2026-12-01T09:00:00.000Z"
    assert counts(post) == {"published": 2}


def test_what_a_moderator_rejects_leaves_the_public_view(post: Consultation) -> None:
    parent = post.published("أصل")
    sent = post.post(DOUBTED, kind="reply", parent_id=parent).json
    post.screen()
    assert post.get(parent).json["replies"] == 1
    for _ in range(2):
        assert post.decide(sent["comment_id"], "reject", reason_code="abusive") == OK
    assert post.get(sent["comment_id"]).status == 404
    assert post.get(parent).json["replies"] == 0
    assert "liar" not in post.list().text
    assert counts(post) == {"published": 1, "rejected": 1}
    check = post.check(sent["receipt"]).json
    assert (check["status"], check["reason"]["code"]) == ("rejected", "abusive")


def test_what_a_moderator_masks_stays_masked_where_the_screening_had_masked(
    post: Consultation,
) -> None:
    comment_id = post.published("liar, call 36000001", author_name="علي")
    assert post.get(comment_id).json["text"] == "liar, call ████████"
    assert post.decide(comment_id, "redact", spans=[[0, 4]]) == OK
    shown = post.get(comment_id).json
    assert (shown["text"], shown["author_name"]) == ("████, call ████████", None)
    assert counts(post) == {"published": 1}


def test_what_was_reviewed_once_is_not_decided_again(post: Consultation) -> None:
    comment_id = post.published(DOUBTED)
    post.decide(comment_id, "publish")
    post.decide(comment_id, "reject", reason_code="abusive")
    assert post.get(comment_id).status == 200
    assert counts(post) == {"published": 1}


def test_what_its_author_takes_back_needs_no_review(post: Consultation) -> None:
    sent = post.post(DOUBTED).json
    post.screen()
    post.withdraw(sent["comment_id"], sent["receipt_secret"])
    assert counts(post) == {"withdrawn": 1}
    post.decide(sent["comment_id"], "reject", reason_code="abusive")
    assert counts(post) == {"withdrawn": 1}


def test_an_answered_inquiry_is_still_reviewed(post: Consultation) -> None:
    comment_id = post.published(DOUBTED, kind="inquiry")
    assert post.answer(comment_id, {"ar": "لا", "en": "No"}).status == 200
    assert counts(post)["in_review"] == 1
    post.decide(comment_id, "reject", reason_code="abusive")
    assert counts(post) == {"rejected": 1}


def test_the_mode_may_change_while_comments_are_taken(post: Consultation) -> None:
    first = post.published(DOUBTED)
    post.set_window(publication_mode="pre")
    from services.comments.handlers import windows

    windows.cache_clear()
    second = post.published(DOUBTED)
    assert [post.get(each).status for each in (first, second)] == [200, 404]


def test_a_recount_puts_right_how_many_wait_for_a_person(post: Consultation) -> None:
    post.published(DOUBTED)
    post.published("نعم")
    right = counts(post)
    order = {"action": "recount", "topic_id": post.topic_id, "round": 1}
    assert invoke(reconcile.handler, order)["drift"] == {}
    wrong = Update(pk=f"N#{post.topic_id}#1", sk="03", add={"in_review": 2})
    Table("comments").transact(wrong)
    assert counts(post) == {"published": 2, "in_review": 3, "pending": 3}
    answer = invoke(reconcile.handler, order)
    assert (answer["drift"], answer["done"]) == ({"in_review": 2}, 1)
    assert counts(post) == right == {"published": 2, "in_review": 1, "pending": 1}
