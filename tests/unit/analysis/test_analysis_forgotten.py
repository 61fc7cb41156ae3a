"""Results without the words of erased comments: what others say too stays."""

from typing import Any

from services.analysis.model.forgotten import forgotten, lasting

A, B, C = ("a" * 26, "b" * 26, "c" * 26)


def term(word: str, *citing: str) -> dict[str, Any]:
    return {"term": word, "comments": len(citing), "distinct": len(citing), "citing": list(citing)}


def theme(*terms: dict[str, Any], **more: Any) -> dict[str, Any]:
    quotes = [{"comment_id": each, "language": "en", "text": f"words of {each}"} for each in (A, C)]
    return {"theme_id": "t1", "terms": list(terms), "quotes": quotes, "size": 3, **more}


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
    assert A not in str(left)
    assert (found["size"], found["quotes"][0]["comment_id"]) == (3, C)


def test_where_nobody_erased_anything_results_are_the_same() -> None:
    results = {"terms": {"en": [term("rare", A)]}, "campaigns": [], "themes": []}
    assert forgotten(results, ()) is results


def test_what_is_sealed_for_good_has_no_words_that_one_comment_alone_has() -> None:
    alone = {"term": "سلمى", "comments": 1, "distinct": 1, "citing": ["a"]}
    shared = {"term": "مواعيد", "comments": 2, "distinct": 2, "citing": ["a", "b"]}
    quotes = [{"comment_id": "a", "language": "ar", "text": "…"}]
    theme = {"label": "سلمى · مواعيد", "terms": [alone, shared], "quotes": quotes}
    seeded = {"label": "access · hours", "terms": [shared], "quotes": []}
    letter = {"text": "…", "variation": [{"text": "…", "varies": True, "examples": ["سلمى"]}]}
    sealed = lasting(
        {"terms": {"ar": [alone, shared]}, "themes": [theme, seeded], "campaigns": [letter]}
    )
    assert sealed["terms"] == {"ar": [shared]}
    assert sealed["themes"] == [{**theme, "label": "مواعيد", "terms": [shared]}, seeded]
    assert sealed["campaigns"] == [{"text": "…", "variation": []}]
