"""Tones: by words on a list, turned round by a negation, never more than an indication."""

from collections.abc import Sequence

import pytest

from services.analysis.contracts.stances import Sentiment as Contract
from services.analysis.engine import pipeline
from services.analysis.engine.brief import Brief
from services.analysis.engine.pipeline import Finished
from services.analysis.engine.plan import Plan, even_slices
from services.analysis.engine.sentiment import TONES, tones
from services.analysis.engine.spoken import spoken
from services.analysis.engine.stems import forms
from services.analysis.model.comment import ExportedComment
from services.shared.exports import canonical
from tests.support.opinions import comment


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("The new park is wonderful", "en", "positive"),
        ("Thank you, excellent work!", "en", "positive"),
        ("The buses are always late and crowded", "en", "negative"),
        ("It is not a good idea", "en", "negative"),
        ("This isn't good", "en", "negative"),
        ("No problems so far", "en", "positive"),
        ("Good plan, terrible timing", "en", "neutral"),
        ("The office opens at eight", "en", "none"),
        ("", "en", "none"),
        ("الحديقة الجديدة رائعة", "ar", "positive"),
        ("شكرًا لكم على هذه الخدمة الممتازة", "ar", "positive"),
        ("الزحمة في الشارع مزعجة", "ar", "negative"),
        ("هذا الاقتراح غير مناسب", "ar", "negative"),
        ("الخدمة مو زينة", "ar", "negative"),
        ("وليس آمنًا للأطفال", "ar", "negative"),
        ("لا توجد مشكلة", "ar", "positive"),
        ("فكرة ممتازة وتوقيت سيئ", "ar", "neutral"),
        ("يفتح المكتب الساعة الثامنة", "ar", "none"),
        ("لدي فكرة وسنعود بكرة", "ar", "none"),
        ("wunderbar, good", "de", "none"),
    ],
)
def test_the_tone_of_a_text(text: str, language: str, expected: str) -> None:
    (place,) = tones(spoken([text], language), language)
    assert TONES[place] == expected


@pytest.mark.parametrize("language", ["ar", "en"])
def test_no_word_is_on_both_sides(language: str) -> None:
    from importlib import resources

    file = resources.files("services.analysis").joinpath("sentiment", f"{language}.txt")
    sides: dict[str, set[str]] = {"+": set(), "-": set()}
    for line in file.read_text(encoding="utf-8").splitlines():
        if line[0] in sides:
            sides[line[0]].update(forms(line[1:], language))
    assert all(len(stems) > 100 for stems in sides.values())
    assert sides["+"] & sides["-"] == set()


def _run(comments: Sequence[ExportedComment], *, shards: int = 1) -> Finished:
    slices = even_slices(len(comments), shards=shards)
    plan = Plan(topic_id="topic", round=1, slices=slices, brief=Brief(themes=2))
    return pipeline.run(plan, lambda part: part.of(comments))


def _comments() -> list[ExportedComment]:
    """Forty comments, half on each of two themes."""
    said = {
        "bus": ("The bus is excellent on line {}", "A terrible bus delay at stop {}"),
        "park": ("Trees in the park number {}", "The park is lovely near gate {}"),
    }
    places = ("north", "south", "old", "harbour", "market", "school", "hill", "east", "west", "sea")
    return [
        comment(f"{theme}-{n}-{where}", text.format(where))
        for theme, texts in said.items()
        for n, text in enumerate(texts)
        for where in places
    ]


def test_tones_are_counted_by_language_and_theme_and_marked_as_indicative() -> None:
    arabic = [comment("ar-1", "خدمة سيئة جدا", "ar"), comment("de-1", "schlecht", "de")]
    results = _run([*_comments(), *arabic]).results
    found = results["sentiment"]
    Contract.model_validate({**found, "by_theme": {}})
    assert found["indicative"] is True
    assert found["by_language"]["en"] == {"positive": 20, "negative": 10, "neutral": 0, "none": 10}
    assert found["by_language"]["ar"]["negative"] == 1
    assert found["by_language"]["de"]["none"] == 1
    bus = next(theme for theme in results["themes"] if "bus" in theme["label"])
    assert found["by_theme"][bus["theme_id"]]["negative"] == 10
    assert "indicative" in results["method"]["sentiment"]


def test_a_letter_sent_500_times_is_one_distinct_tone() -> None:
    copies = [comment(f"copy-{n:03d}", "A terrible, terrible plan") for n in range(500)]
    found = _run([*_comments(), *copies]).results["sentiment"]
    assert found["by_language"]["en"]["negative"] == 510
    assert found["distinct_by_language"]["en"]["negative"] == 11


@pytest.mark.parametrize("shards", [4, 16])
def test_tones_are_the_same_for_any_number_of_shards(shards: int) -> None:
    comments = sorted(_comments(), key=lambda each: each.comment_id)
    whole, parted = (_run(comments, shards=n).results["sentiment"] for n in (1, shards))
    assert canonical(whole) == canonical(parted)


def test_no_comments_have_no_tone() -> None:
    found = _run([]).results["sentiment"]
    empty = {"by_language": {}, "distinct_by_language": {}, "by_theme": {}}
    assert found == {"indicative": True, **empty}
