"""A batch is screened: an outcome for each comment, one case for each that is held."""

from typing import Any

import pytest

from services.moderation.handlers import screen, store
from services.shared import aws
from services.shared.table import Table
from tests.integration.moderation.moderation_desk import (
    ABUSE,
    CLEAN,
    PHONE,
    SPAM,
    TOPIC,
    cases,
    comment,
    decide,
    reported,
    screened,
)
from tests.support.calls import invoke

pytestmark = pytest.mark.usefixtures("account", "clock")
BATCH = [comment("c1", CLEAN), comment("c2", ABUSE), comment("c3", PHONE), comment("c4", SPAM)]


def test_each_comment_has_its_outcome_in_order() -> None:
    clean, abuse, phone, spam = screened(*BATCH)
    assert clean == {
        "comment_id": "c1",
        "outcome": "publish",
        "reasons": [],
        "case_id": None,
        "public_text": None,
    }
    assert (abuse["outcome"], abuse["reasons"][0]["code"]) == ("hold", "abusive")
    assert (phone["outcome"], phone["public_text"]) == (
        "redact-and-publish",
        "رقمي ████████ بعد العصر",
    )
    assert phone["case_id"] is None
    assert (spam["outcome"], spam["reasons"][0]["code"]) == ("hold", "spam")
    assert abuse["case_id"] != spam["case_id"]


def test_the_case_keeps_what_was_sent_and_why_it_was_held() -> None:
    [outcome] = screened(comment("c2", ABUSE, author_name="سالم"))
    case = store().get(outcome["case_id"])
    assert case is not None
    assert (case.text, case.author_name, case.comment_id) == (ABUSE, "سالم", "c2")
    assert [reason.model_dump(mode="json") for reason in case.reasons] == outcome["reasons"]
    assert (case.due_at - case.opened_at).total_seconds() == 24 * 3600
    assert case.versions.rules
    assert case.versions.lexicon


def test_a_batch_that_comes_again_gives_the_same_and_opens_no_second_case() -> None:
    first = screened(*BATCH)
    assert screened(*BATCH) == first
    assert screened(*reversed(BATCH)) == first[::-1]
    assert len(cases().json["items"]) == 2
    assert reported().json["outcomes"] == {
        "hold": 2,
        "publish-and-review": 0,
        "redact-and-publish": 1,
    }


def test_a_batch_cut_otherwise_opens_only_what_is_new() -> None:
    screened(*BATCH[:2])
    screened(*BATCH)
    assert len(cases().json["items"]) == 2
    assert reported().json["outcomes"] == {
        "hold": 2,
        "publish-and-review": 0,
        "redact-and-publish": 1,
    }


def test_a_full_batch_of_abuse_has_a_case_each() -> None:
    batch = [comment(f"c{n}", f"{ABUSE} {n}") for n in range(100)]
    outcomes = screened(*batch)
    assert len({outcome["case_id"] for outcome in outcomes}) == 100
    assert screened(*batch) == outcomes
    assert reported().json["outcomes"]["hold"] == 100


def test_a_batch_of_clean_comments_is_two_readings_and_one_write(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    calls: list[str] = []

    def count(operation_name: str, **_: Any) -> None:
        calls.append(operation_name)

    dynamodb = aws.client("dynamodb")
    dynamodb.meta.events.register(
        "before-call.dynamodb", lambda model, **_: count(model.name), unique_id="count"
    )
    screened(*(comment(f"c{n}", CLEAN) for n in range(100)))
    dynamodb.meta.events.unregister("before-call.dynamodb", unique_id="count")
    assert calls == ["GetItem", "BatchGetItem", "UpdateItem"]


def test_the_same_words_in_another_round_are_another_case() -> None:
    [first], [second] = screened(comment("c2", ABUSE)), screened(comment("c2", ABUSE), round_=2)
    assert first["case_id"] != second["case_id"]


def test_more_than_a_hundred_comments_are_refused() -> None:
    with pytest.raises(ValueError, match="comments"):
        screened(*(comment(f"c{n}", CLEAN) for n in range(101)))


def test_a_case_as_it_stood_gives_the_reasons_even_if_the_rules_have_changed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    [before] = screened(comment("c2", ABUSE))
    screened_otherwise = screen.screen_comments.__globals__["screen"](SPAM)
    monkeypatch.setitem(
        screen.screen_comments.__globals__, "screen", lambda *_, **__: screened_otherwise
    )
    assert screened(comment("c2", ABUSE)) == [before]


def test_an_empty_text_with_answers_alone_is_published() -> None:
    [outcome] = screened(comment("c1", ""))
    assert outcome["outcome"] == "publish"


def test_nothing_of_a_published_comment_is_kept() -> None:
    screened(comment("c1", CLEAN))
    items = aws.client("dynamodb").scan(TableName="moderation")["Items"]
    assert CLEAN not in str(items)
    assert [item["sk"]["S"] for item in items] == ["R#001"]


def test_the_log_of_a_masked_comment_has_no_text() -> None:
    screened(comment("c3", PHONE))
    [row] = store().log(TOPIC, 1)
    assert row["comment_id"] == "c3"
    assert (row["case_id"], row["decision"], row["decided_by"]) == (None, "redact", "rules")
    assert "بعد العصر" not in str(list(Table("moderation").items(f"T#{TOPIC}#001")))


def test_unknown_fields_of_the_caller_are_let_through() -> None:
    payload = {"topic_id": TOPIC, "round": 1, "agency": "health", "comments": [], "trace": "x"}
    assert invoke(screen.handler, payload) == {"outcomes": []}


def test_an_answer_in_free_text_is_screened_like_the_comment() -> None:
    [outcome] = screened(comment("c9", "شكرًا لكم", answer_texts=["A fair plan", ABUSE]))
    assert (outcome["outcome"], outcome["public_text"]) == ("hold", None)
    case = store().get(outcome["case_id"])
    assert case is not None
    assert case.answer_texts == ("A fair plan", ABUSE)


DOUBTED = "You are a liar"


def test_where_comments_are_published_first_a_doubted_one_has_a_case_that_says_so() -> None:
    [before] = screened(comment("c1", DOUBTED))
    [after] = screened(comment("c2", DOUBTED), mode="post")
    assert (before["outcome"], after["outcome"]) == ("hold", "publish-and-review")
    shown = {item["case_id"]: item["published"] for item in cases().json["items"]}
    assert shown == {before["case_id"]: False, after["case_id"]: True}
    report = reported().json
    assert report["outcomes"] == {"hold": 1, "publish-and-review": 1, "redact-and-publish": 0}
    assert (report["reasons"], report["undecided"]) == ({"abusive": 2}, 2)
    assert decide(after["case_id"], {"decision": "publish"}).status == 200
    assert reported().json["undecided"] == 1


def test_a_standing_case_keeps_its_outcome_although_the_mode_has_changed() -> None:
    for first, other in (("pre", "post"), ("post", "pre")):
        [before] = screened(comment(f"c-{first}", DOUBTED), mode=first)
        assert screened(comment(f"c-{first}", DOUBTED), mode=other) == [before]


def test_a_standing_case_keeps_its_mask_although_the_mode_has_changed() -> None:
    text = f"{DOUBTED}, call 36000001"
    [before] = screened(comment("c1", text), mode="post")
    assert before["public_text"] == f"{DOUBTED}, call ████████"
    assert screened(comment("c1", text), mode="pre") == [before]


@pytest.mark.parametrize("mode", ["pre", "post"])
def test_what_an_author_has_just_said_is_held_for_a_person(mode: str) -> None:
    [outcome] = screened(comment("c1", CLEAN, repeats_own=True), mode=mode)
    assert outcome["outcome"] == "hold"
    [reason] = outcome["reasons"]
    assert reason["code"] == "duplicate_by_same_author"
    assert reason["spans"] == [[0, len(CLEAN)]]
