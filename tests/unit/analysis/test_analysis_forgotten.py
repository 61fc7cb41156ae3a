"""Results without the words of erased comments: what others say too stays."""

from typing import Any

import pytest

from services.analysis.model.forgotten import forgotten, lasting

A, B, C = ("a" * 26, "b" * 26, "c" * 26)


def term(word: str, *citing: str) -> dict[str, Any]:
    return {"term": word, "comments": len(citing), "distinct": len(citing), "citing": list(citing)}


def theme(*terms: dict[str, Any], **more: Any) -> dict[str, Any]:
    quotes = [{"comment_id": each, "language": "en", "text": f"words of {each}"} for each in (A, C)]
    label = " · ".join(row["term"] for row in terms)
    told = {"theme_id": "t1", "label": label, "terms": list(terms), "quotes": quotes, "size": 3}
    return {**told, **more}


def test_terms_that_only_the_erased_used_go_wherever_the_theme_stands() -> None:
    terms = (term("rare", A, B), term("common", A, C), term("uncited"))
    machine = theme(*terms)
    results = {
        "terms": {"en": list(terms), "ar": []},
        "campaigns": [],
        "themes": [theme(*terms, machine=machine, merged=[machine, None])],
    }
    left = forgotten(results, {A, B})
    [found] = left["themes"]
    for rows in (left["terms"]["en"], found["terms"], found["machine"]["terms"]):
        assert [row["term"] for row in rows] == ["common", "uncited"]
    assert [row["term"] for row in found["merged"][0]["terms"]] == ["common", "uncited"]
    for left_of in (found, found["machine"], found["merged"][0]):
        assert left_of["label"] == "common · uncited"
    assert A not in str(left)
    assert (found["size"], found["quotes"][0]["comment_id"]) == (3, C)


@pytest.mark.parametrize(
    "of_officers",
    [{"seed": "rare"}, {"seed": None, "title": {"ar": "نادر", "en": "rare"}}],
)
def test_what_officers_called_a_theme_stays_though_a_term_of_the_erased_is_the_same(
    of_officers: dict[str, Any],
) -> None:
    themes = [theme(term("rare", A), label="rare", **of_officers)]
    results = {"terms": {}, "campaigns": [], "themes": themes}
    for left in (forgotten(results, {A}), lasting(results)):
        assert (left["themes"][0]["label"], left["themes"][0]["terms"]) == ("rare", [])


def test_answers_by_theme_have_the_labels_that_themes_have_by_then() -> None:
    row = {"theme_id": "t1", "reasons": [], "label": "rare · common"}
    answers = {
        "themes": [row, {**row, "theme_id": "t2", "label": "two that are one now"}],
        "unthemed": {"reasons": []},
        "corrections": [],
    }
    themes = [theme(term("rare", A), term("common", B, C))]
    results = {"terms": {}, "campaigns": [], "themes": themes, "answers": answers}
    for left in (forgotten(results, {A}), lasting(results)):
        labels = [each["label"] for each in left["answers"]["themes"]]
        assert labels == ["common", "two that are one now"]


def test_where_nobody_erased_anything_results_are_the_same() -> None:
    results = {"terms": {"en": [term("rare", A)]}, "campaigns": [], "themes": []}
    assert forgotten(results, ()) is results


def test_what_is_sealed_for_good_has_no_words_that_one_comment_alone_has() -> None:
    alone = {"term": "سلمى", "comments": 1, "distinct": 1, "citing": ["a"]}
    shared = {"term": "مواعيد", "comments": 2, "distinct": 2, "citing": ["a", "b"]}
    quotes = [{"comment_id": "a", "language": "ar", "text": "…"}]
    named = {"theme_id": "t1", "label": "سلمى · مواعيد", "quotes": quotes}
    theme = {**named, "terms": [alone, shared]}
    seeded = {"theme_id": "t2", "label": "access · hours", "terms": [shared], "quotes": []}
    letter = {"text": "…", "variation": [{"text": "…", "varies": True, "examples": ["سلمى"]}]}
    sealed = lasting(
        {"terms": {"ar": [alone, shared]}, "themes": [theme, seeded], "campaigns": [letter]}
    )
    assert sealed["terms"] == {"ar": [shared]}
    assert sealed["themes"] == [{**theme, "label": "مواعيد", "terms": [shared]}, seeded]
    assert sealed["campaigns"] == [{"text": "…", "variation": []}]
