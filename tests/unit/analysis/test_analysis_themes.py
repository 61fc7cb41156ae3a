"""Themes: what is said of the same thing is found together, cited, and honestly left over."""

import json
from collections.abc import Sequence

import pytest

from services.analysis.engine import pipeline
from services.analysis.engine.brief import Brief
from services.analysis.engine.pipeline import Finished
from services.analysis.engine.plan import Plan, Seed, even_slices
from services.analysis.model.comment import Answer, ExportedComment, Question
from services.analysis.model.results import without
from services.shared.exports import canonical

_SAID = {
    "en": {
        "buses": (
            "The {} bus should run {} in the evening",
            "{} buses are late {} and the bus stop has no shade",
            "We need a bus from {} to the hospital {}",
        ),
        "parks": (
            "Plant more trees in the {} park {}",
            "The {} park needs trees and benches {}",
            "Children play in the park at {} where trees give shade {}",
        ),
    },
    "ar": {
        "buses": (
            "نريد زيادة عدد الحافلات في {} مساءً {}",
            "تتأخر الحافلة في {} ومحطة الحافلات بلا ظل {}",
            "نحتاج حافلة من {} إلى المستشفى {}",
        ),
        "parks": (
            "ازرعوا أشجارًا أكثر في حديقة {} {}",
            "تحتاج حديقة {} إلى أشجار ومقاعد {}",
            "يلعب الأطفال في الحديقة في {} تحت الأشجار {}",
        ),
    },
}
_PLACES = {
    "en": ("north", "south", "old", "harbour", "market", "school", "hill"),
    "ar": ("المحرق", "المنامة", "الرفاع", "سترة", "عيسى", "الحد", "جدحفص"),
}
_WHEN = {
    "en": ("daily", "soon", "again", "please", "weekly"),
    "ar": ("يوميا", "قريبا", "رجاء", "أسبوعيا", "دائما"),
}


def _comments(*languages: str) -> list[ExportedComment]:
    """35 comments on each of two themes in each language; the id tells which."""
    return [
        ExportedComment(
            comment_id=f"{language}-{theme}-{place}-{when}",
            kind="comment",
            status="published",
            received_at=f"2026-11-{10 + when}T21:30:00Z",
            language=language,
            channel="web",
            text=said[(place + when) % 3].format(where, _WHEN[language][when]),
        )
        for language in languages
        for theme, said in _SAID[language].items()
        for place, where in enumerate(_PLACES[language])
        for when in range(5)
    ]


def _run(
    comments: Sequence[ExportedComment],
    *,
    brief: Brief | None = None,
    shards: int = 1,
    questions: tuple[Question, ...] = (),
    time_zone: str = "Asia/Bahrain",
) -> Finished:
    plan = Plan(
        topic_id="topic",
        round=1,
        slices=even_slices(len(comments), shards=shards),
        questions=questions,
        brief=brief or Brief(themes=2),
        time_zone=time_zone,
    )
    return pipeline.run(plan, lambda part: part.of(comments))


def _spoken_of(found: Finished) -> dict[str, set[str]]:
    """What the comments of each theme were written of, by the theme's id."""
    spoken: dict[str, set[str]] = {}
    for row in found.assignments:
        for theme_id in row["theme_ids"]:
            spoken.setdefault(theme_id, set()).add(row["comment_id"].split("-")[1])
    return spoken


@pytest.mark.parametrize("language", ["en", "ar"])
def test_comments_on_one_thing_are_one_theme(language: str) -> None:
    found = _run(_comments(language))
    assert sorted(map(sorted, _spoken_of(found).values())) == [["buses"], ["parks"]]
    labels = {theme["label"] for theme in found.results["themes"]}
    told = {"en": ("bus", "park"), "ar": ("حافل", "حديق")}[language]
    assert all(any(word in label for label in labels) for word in told), labels


def test_the_number_of_themes_is_found_where_none_is_asked_for() -> None:
    found = _run(_comments("en"), brief=Brief())
    assert {"buses"} in _spoken_of(found).values()
    assert {"parks"} in _spoken_of(found).values()


def test_a_seed_has_arabic_and_english_meet_in_one_theme() -> None:
    seeds = (
        Seed(theme="transport", ar=("حافلة", "حافلات"), en=("bus", "buses")),
        Seed(theme="green", ar=("حديقة", "شجرة"), en=("park",)),
    )
    found = _run(_comments("en", "ar"), brief=Brief(themes=1, seed_terms=seeds))
    themes = {theme["seed"]: theme for theme in found.results["themes"] if theme["seed"]}
    assert themes["transport"]["languages"] == ["ar", "en"]
    assert themes["transport"]["label"] == "transport"
    spoken = _spoken_of(found)
    assert spoken[themes["transport"]["theme_id"]] == {"buses"}
    assert spoken[themes["green"]["theme_id"]] == {"parks"}
    assert themes["transport"]["size"] == 70


def test_a_seed_in_one_language_makes_no_theme_in_the_other() -> None:
    seeds = (Seed(theme="transport", en=("bus", "buses")),)
    found = _run(_comments("en", "ar"), brief=Brief(themes=1, seed_terms=seeds))
    [theme] = [each for each in found.results["themes"] if each["seed"]]
    assert (theme["languages"], theme["share"]) == (["en"], 0.5)


def test_every_theme_cites_comments_word_for_word() -> None:
    comments = _comments("en")
    texts = {comment.comment_id: comment.text for comment in comments}
    for theme in _run(comments).results["themes"]:
        assert 3 <= len(theme["quotes"]) <= 5
        assert all(texts[quote["comment_id"]] == quote["text"] for quote in theme["quotes"])
        assert all(1 <= len(term["citing"]) <= 3 for term in theme["terms"])
        low, high = theme["holds"][0]["interval"]
        assert 0 <= low <= theme["share"] <= high <= 1
        assert theme["holds"][0]["stability"] > 0.5


def test_what_no_theme_takes_is_counted_as_such() -> None:
    strange = [
        comment.model_copy(update={"comment_id": f"en-none-{n}", "text": f"zxqv{n} wvvk{n}"})
        for n, comment in enumerate(_comments("en")[:7])
    ]
    found = _run([*_comments("en"), *strange])
    [group] = found.results["groups"]
    assert (group["statements"], group["unthemed"]) == (77, 7)
    assert group["coverage"] == round(70 / 77, 4)


def test_a_letter_sent_a_thousand_times_makes_no_theme_of_its_own_words() -> None:
    letter = "Stop the harbour project now because the fishermen lose their work"
    copies = [
        comment.model_copy(update={"comment_id": f"en-letter-{n}", "text": letter})
        for n, comment in enumerate(_comments("en")[:1] * 1000)
    ]
    alone, beside = _run(_comments("en")), _run([*_comments("en"), *copies])
    assert {"buses", "letter"} not in map(set, _spoken_of(alone).values())
    [campaign] = [each for each in beside.results["campaigns"] if each["size"] == 1000]
    assert campaign["distinct"] == 1
    named = {theme["label"] for theme in beside.results["themes"]}
    assert any("bus" in label for label in named), named
    assert any("park" in label for label in named), named


def test_answers_to_open_questions_have_themes_of_their_own() -> None:
    question = Question(id="why", kind="open")
    comments = [
        comment.model_copy(
            update={"text": None, "answers": (Answer(question_id="why", text=comment.text),)}
        )
        for comment in _comments("en")
    ]
    found = _run([*comments, *_comments("ar")], questions=(question,))
    asked = {(each["question_id"], each["language"]) for each in found.results["groups"]}
    assert asked == {("why", "en"), (None, "ar")}
    assert {theme["question_id"] for theme in found.results["themes"]} == {"why", None}


@pytest.mark.parametrize("shards", [4, 16])
def test_the_result_is_the_same_to_the_byte_for_any_number_of_shards(shards: int) -> None:
    comments = sorted(_comments("en", "ar"), key=lambda comment: comment.comment_id)
    whole, parted = _run(comments), _run(comments, shards=shards)
    assert canonical(whole.results) == canonical(parted.results)
    assert [*whole.assignments] == [*parted.assignments]


def test_days_are_those_of_the_topics_place() -> None:
    late = _comments("en")[:1]
    assert _run(late, time_zone="Asia/Bahrain").results["by_day"][0]["day"] == "2026-11-11"
    assert _run(late, time_zone="UTC").results["by_day"][0]["day"] == "2026-11-10"


@pytest.mark.parametrize(
    "texts",
    [
        (),
        ("one comment",),
        ("one comment", "another"),
        ("the same words",) * 30,
        ("", "  ", "…!", "\u200b"),
        ("word " * 4_000,),
        ("7abibi 3ala el be7r", "ma3 el salama ya 5ali"),
    ],
    ids=["none", "one", "two", "identical", "blank", "20,000 characters", "arabizi"],
)
def test_too_little_to_find_themes_in_is_no_fault(texts: tuple[str, ...]) -> None:
    comments = [
        ExportedComment(comment_id=f"c{n:02d}", kind="comment", status="published", text=text)
        for n, text in enumerate(texts)
    ]
    found = _run(comments, brief=Brief())
    assert found.results["published"] == len(texts)
    json.loads(canonical(found.results))


def test_a_language_without_a_stemmer_is_read_as_it_is_written() -> None:
    words = ("verkehr", "bus", "haltestelle", "abend", "linie")
    comments = [
        ExportedComment(
            comment_id=f"c{n:02d}", status="published", language="de", text=f"{words[n % 5]} spät"
        )
        for n in range(20)
    ]
    [group] = _run(comments).results["groups"]
    assert (group["language"], group["statements"]) == ("de", 20)


def test_results_neither_cite_nor_quote_who_withdrew() -> None:
    results = _run(_comments("en")).results
    gone = {quote["comment_id"] for quote in results["themes"][0]["quotes"]}
    told = canonical(without(results, gone)).decode()
    assert gone
    assert not any(f'"{comment_id}"' in told for comment_id in gone)
