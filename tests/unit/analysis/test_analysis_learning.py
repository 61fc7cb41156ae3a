"""Learning from few labels: scored honestly, refused where it cannot be, corrections taken up."""

import random
from typing import Any

import pytest

from services.analysis.engine import pipeline
from services.analysis.engine.agreement import scored
from services.analysis.engine.learning import Example, learn
from services.analysis.engine.plan import Placed, Plan, even_slices
from services.analysis.model.comment import ExportedComment
from tests.support.opinions import comment, opinions, stance_in


def _examples(count: int, *, language: str = "en", seed: int = 0) -> list[Example]:
    return [
        Example(each.text or "", language, stance_in(each.comment_id))
        for each in opinions(count, language=language, seed=seed)
    ]


@pytest.mark.parametrize("language", ["en", "ar"])
def test_labels_are_learned_from_forty_texts(language: str) -> None:
    lesson = learn(_examples(40, language=language), least=40)
    assert lesson.reason is None
    assert lesson.score
    assert lesson.learned
    asked = _examples(60, language=language, seed=1)
    guesses = lesson.learned.of([(each.text, each.language) for each in asked])
    told = [(g.label, each.label) for g, each in zip(guesses, asked, strict=True) if g.label]
    assert len(told) > 40
    assert sum(one == other for one, other in told) / len(told) > 0.85
    assert lesson.score.by_language[language]["labelled"] == 40


def test_both_languages_of_a_question_are_learned_together() -> None:
    lesson = learn([*_examples(30), *_examples(30, language="ar")], least=40)
    assert lesson.learned
    for language in ("en", "ar"):
        [guess] = lesson.learned.of([(_examples(1, language=language)[0].text, language)])
        assert guess == ("for", 1.0)


def test_a_language_hardly_anybody_labelled_is_unsure() -> None:
    lesson = learn([*_examples(40), *_examples(4, language="ar")], least=40)
    assert lesson.learned
    asked = _examples(20, language="ar", seed=1)
    guesses = lesson.learned.of([(each.text, each.language) for each in asked])
    assert {guess.label for guess in guesses} == {None}


@pytest.mark.parametrize("text", ["👍", "zzqx", "", "…"])
def test_a_text_without_any_learned_mark_is_unsure(text: str) -> None:
    lopsided = [*_examples(40), *(e for e in _examples(60, seed=2) if e.label == "for")]
    lesson = learn(lopsided, least=40)
    assert lesson.learned
    guess = lesson.learned.of([(text, "en")])[0]
    assert (guess.label, guess.probability) == (None, 0.5)


def test_copies_of_a_letter_do_not_inflate_the_score() -> None:
    """Labels by lot: nothing to learn, unless a letter's copies sit on both sides of a fold."""
    draw = random.Random(5)
    letters = [each._replace(label=draw.choice(["for", "against"])) for each in _examples(60)]
    alone = learn(letters, least=40)
    copied = [
        each._replace(text=f"{each.text} {ending}")
        for each in letters
        for ending in ("", "Yours, A.", "Regards", "Thank you", "Kind regards, B.")
    ]
    lesson = learn(copied, least=40)
    assert lesson.labelled == alone.labelled
    assert lesson.repeated == 4 * 60
    assert lesson.reason == "agreement_too_low"
    assert lesson.score
    assert lesson.score.agreement < 0.2
    assert lesson.learned is None


def test_a_letter_sent_500_times_weighs_as_one_text() -> None:
    examples = _examples(44)
    copies = [examples[0]] * 500
    assert learn([*examples, *copies], least=40).learned
    one, other = learn(examples, least=40), learn([*examples, *copies], least=40)
    assert one.learned
    assert other.learned
    assert (one.learned.weights == other.learned.weights).all()
    assert (one.score, other.repeated) == (other.score, 500)


def test_copies_labelled_otherwise_as_often_teach_nothing() -> None:
    examples = _examples(44)
    contrary = examples[0]._replace(label="against")
    lesson = learn([*examples, contrary], least=40)
    assert sum(lesson.labelled.values()) == 43
    assert lesson.repeated == 2
    assert learn([*examples, contrary, contrary], least=40).labelled["against"] == 23


def test_the_order_of_the_examples_changes_nothing() -> None:
    examples = _examples(90)
    examples = [e._replace(label="for") if n % 7 == 0 else e for n, e in enumerate(examples)]
    one, other = learn(examples, least=40), learn(examples[::-1], least=40)
    assert one.learned
    assert other.learned
    assert one.score == other.score
    assert one.score
    assert one.score.accuracy < 1
    assert one.learned.weights.tobytes() == other.learned.weights.tobytes()


@pytest.mark.parametrize(
    ("examples", "reason"),
    [
        ([], "too_few_labels"),
        (_examples(39), "too_few_labels"),
        ([each._replace(label="for") for each in _examples(50)], "one_label_only"),
        (
            [e._replace(label="for" if n > 3 else "against") for n, e in enumerate(_examples(50))],
            "too_few_of_a_label",
        ),
    ],
    ids=["none", "39", "one label", "four of one"],
)
def test_what_cannot_be_learned_from_is_refused_and_why(
    examples: list[Example], reason: str
) -> None:
    lesson = learn(examples, least=40)
    assert (lesson.reason, lesson.learned, lesson.score) == (reason, None, None)


def test_agreement_is_that_of_cohen() -> None:
    """The example of Wikipedia's article on kappa: 20, 5, 10, 15 give .4."""
    labels = ["a"] * 25 + ["b"] * 25
    guessed = ["a"] * 20 + ["b"] * 5 + ["a"] * 10 + ["b"] * 15
    score = scored(labels, guessed, languages=["en"] * 50, sure=[False] * 50, folds=5)
    assert (score.accuracy, score.agreement) == (0.7, 0.4)
    assert score.by_label["a"] == {"labelled": 25, "precision": 0.667, "recall": 0.8}
    assert score.sure == {"share": 0.0, "accuracy": None}
    low, high = score.interval
    assert low < 0.7 < high


def _said(count: int, *, seed: int = 0) -> list[ExportedComment]:
    return opinions(count, stances=("for", "against", "neutral"), seed=seed)


def _followed(
    said: list[ExportedComment], corrections: dict[str, str], *, shards: int = 1
) -> tuple[dict[str, Any], dict[str, str]]:
    """What a run tells of corrections, and the theme of each comment that follows them."""
    plan = Plan(
        topic_id="topic",
        round=1,
        slices=even_slices(len(said), shards=shards),
        placed=tuple(Placed(comment_id=c, theme_id=t) for c, t in corrections.items()),
    )
    found = pipeline.run(plan, lambda part: part.of(said))
    (row,) = found.results["learned"] or [{}]
    themes = {each["comment_id"]: each["learned"] for each in found.assignments}
    return row, {comment_id: of[0] for comment_id, of in themes.items() if of}


def test_comments_nobody_corrected_follow_the_corrections() -> None:
    said = _said(300)
    corrections = {each.comment_id: stance_in(each.comment_id) for each in said[:90]}
    row, themes = _followed(said, corrections)
    assert row["score"]["agreement"] > 0.4
    rest = {key: theme for key, theme in themes.items() if key not in corrections}
    right = sum(stance_in(key) == theme for key, theme in rest.items())
    assert len(rest) > 100
    assert right / len(rest) > 0.8
    assert row["told"] == len(themes)


def test_what_corrections_teach_is_the_same_for_any_shards() -> None:
    said = _said(150)
    corrections = {each.comment_id: stance_in(each.comment_id) for each in said[:60]}
    assert _followed(said, corrections) == _followed(said, corrections, shards=4)


def test_corrections_of_small_themes_and_unknown_comments_teach_nothing() -> None:
    said = _said(120)
    corrections = {each.comment_id: stance_in(each.comment_id) for each in said[:60]}
    corrections |= {said[n].comment_id: "split off" for n in (60, 61, 62, 63)}
    row, themes = _followed(said, {**corrections, "nobody": "for"})
    assert row["ignored"] == 5
    assert "split off" not in set(themes.values())


def test_corrections_without_agreement_are_refused() -> None:
    said, draw = _said(120), random.Random(3)
    row, themes = _followed(said, {e.comment_id: draw.choice(["one", "other"]) for e in said[:60]})
    assert (row["reason"], themes) == ("agreement_too_low", {})
    assert row["score"]


@pytest.mark.parametrize(
    ("themes", "reason"),
    [({"for": 20}, "one_label_only"), ({"for": 5, "against": 4}, "too_few_labels")],
    ids=["one theme", "four of one"],
)
def test_too_few_corrections_are_refused(themes: dict[str, int], reason: str) -> None:
    said = _said(120)
    of_theme = {t: [e.comment_id for e in said if stance_in(e.comment_id) == t] for t in themes}
    corrections = {key: t for t, count in themes.items() for key in of_theme[t][:count]}
    row, followed = _followed(said, corrections)
    assert (row["reason"], followed) == (reason, {})


def test_without_corrections_nothing_is_told_of_any() -> None:
    assert _followed(_said(30), {}) == ({}, {})


def test_only_comments_of_corrected_themes_follow() -> None:
    """Another matter, of which no correction was made, stays where the machine has it."""
    said = _said(120)
    others = [
        comment(f"en-other-{n}", f"museum exhibition painting sculpture gallery {word} {n}x")
        for n, word in enumerate(["visit", "opening", "artist", "guide", "entrance"] * 12)
    ]
    corrections = {each.comment_id: stance_in(each.comment_id) for each in said[:60]}
    _, themes = _followed([*said, *others], corrections)
    assert not [key for key in themes if key.startswith("en-other")]
