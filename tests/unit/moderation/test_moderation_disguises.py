"""Insults in twelve disguises: as many are found as without, but for the two that no list finds."""

import json
from importlib import resources

import pytest

from bench.support.disguises import DISGUISES, HARD, SHORTEST, sentences
from services.moderation.evaluation.measure import ABUSE_CODES
from services.moderation.model.screening import screen


def hard_words(language: str) -> list[str]:
    """Single words of hard terms in the language's own script."""
    path = resources.files("services.moderation").joinpath("data", f"lexicon-{language}.json")
    groups = json.loads(path.read_text("utf-8"))["groups"]
    spellings = {
        spelling
        for group in groups
        if group["tier"] == "hard" and group.get("match") != "part"
        for entry in group["terms"]
        for spelling in entry.split("|")
    }
    latin = language == "en"
    return sorted(
        s for s in spellings if s.isalpha() and s.isascii() is latin and len(s) >= SHORTEST
    )


def recall(language: str, disguise: str | None) -> float:
    """Share of the sentences that are held, the insult itself among what is shown for it."""
    made = sentences(hard_words(language), language, disguise)
    return sum(_is_shown(text, word) for text, word in made) / len(made)


def _is_shown(text: str, word: str) -> bool:
    start = text.index(word)
    return any(
        first < start + len(word) and start < last
        for reason in screen(text).reasons
        if reason.code in ABUSE_CODES
        for first, last in reason.spans
    )


@pytest.mark.parametrize("language", ["ar", "en"])
@pytest.mark.parametrize("disguise", [name for name in DISGUISES if name not in HARD])
def test_a_disguise_hides_hardly_any_word(language: str, disguise: str) -> None:
    assert recall(language, None) == 1.0
    assert recall(language, disguise) >= 0.95


def test_there_are_twelve_kinds_and_more_than_two_hundred_words_of_each_language() -> None:
    assert len(DISGUISES) >= 12
    assert len(hard_words("ar")) > 200
    assert len(hard_words("en")) > 200


@pytest.mark.parametrize(
    "text",
    [
        "شارع 7 ومجمع 306 عام 2024م",
        "a b c d e f g",
        "أ ب ج د هـ و ز",
        "الفقرة (أ) و(ب) من م3 و5ج",
        "Flat A 1 b, Block 2c",
    ],
)
def test_numbers_and_letters_alone_are_no_disguise(text: str) -> None:
    assert screen(text).outcome == "publish"
