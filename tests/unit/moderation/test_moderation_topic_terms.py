"""What officers allow and add for one topic changes that topic alone."""

import time

import pytest
from pydantic import ValidationError

from services.moderation.model.screening import abuse_score, screen
from services.moderation.model.topic_terms import TopicTerms

LAW = TopicTerms(
    allow=("عاهرة", "عاهرات", "whore", "brothel keeper"), hold=("نادي الصقور", "blorp")
)


@pytest.mark.parametrize(
    "text",
    ["القانون يسمي المرأة عاهرة وهذا خطأ", "والعاهرات ضحايا", "The law says whore and whores"],
)
def test_an_allowed_word_is_published_in_its_topic_alone(text: str) -> None:
    assert screen(text).outcome == "hold"
    assert screen(text, topic_terms=LAW).outcome == "publish"


def test_what_is_not_allowed_is_held_beside_what_is() -> None:
    text = "The whore, you moron"
    found = screen(text, topic_terms=LAW)
    assert found.outcome == "hold"
    assert [text[a:b] for reason in found.reasons for a, b in reason.spans] == ["moron"]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("هؤلاء من نادي الصقور", "نادي الصقور"),
        ("the BLÖRPS again", "BLÖRPS"),
        ("the b l o r p again", "b l o r p"),
        ("the bl0rp again", "bl0rp"),
    ],
)
def test_an_added_word_is_held_in_its_topic_alone(text: str, shown: str) -> None:
    assert screen(text).outcome == "publish"
    found = screen(text, topic_terms=LAW)
    assert found.outcome == "hold"
    [reason] = found.reasons
    assert reason.code == "abusive"
    assert [text[a:b] for a, b in reason.spans] == [shown]
    assert screen(text, topic_terms=LAW, mode="post").outcome == "hold"
    assert screen("clean", beside=[text], topic_terms=LAW).outcome == "hold"


def test_of_the_same_word_allowed_and_added_allowed_counts() -> None:
    assert (
        screen("blorp", topic_terms=TopicTerms(allow=("blorp",), hold=("blorp",))).outcome
        == "publish"
    )


def test_an_allowed_word_weighs_nothing_in_the_score() -> None:
    assert (
        abuse_score("this whore there is", topic_terms=LAW)
        < 0.5
        <= abuse_score("this whore there is")
    )


@pytest.mark.parametrize("word", ["", "ـ", "؟!", "\u200b\u200b", "x", "ك" * 61])
def test_a_word_that_nothing_can_be_told_by_is_refused(word: str) -> None:
    with pytest.raises(ValidationError):
        TopicTerms(allow=(word,))


def test_short_words_do_no_harm() -> None:
    terms = TopicTerms(hold=("zq", "فن-اء"))
    assert screen("the best of all", topic_terms=terms).outcome == "publish"
    assert screen("the zq of all", topic_terms=terms).outcome == "hold"
    assert screen("فن اء", topic_terms=terms).outcome == "hold"


def test_many_allowed_words_take_linear_time() -> None:
    text = "whore blorp " * 1_700

    def seconds(length: int) -> float:
        taken = []
        for _ in range(3):
            started = time.thread_time()
            screen(text[:length], topic_terms=LAW)
            taken.append(time.thread_time() - started)
        return min(taken)

    assert seconds(20_000) / max(seconds(5_000), 0.02) < 12
