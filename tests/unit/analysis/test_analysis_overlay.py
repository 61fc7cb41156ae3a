"""Corrections laid over the machine's themes: what is counted anew, and what cannot be."""

from typing import Any

from services.analysis.model.assignment import Assignments
from services.analysis.model.corrected import Overlaid, corrected
from services.analysis.model.correction import Correction, Merge, Move, Part, Recorded, Split
from services.analysis.model.results import told_by_theme
from services.shared.texts import Title


def _theme(
    theme_id: str, members: list[str], *, language: str = "en", question_id: str | None = None
) -> dict[str, Any]:
    return {
        "theme_id": theme_id,
        "question_id": question_id,
        "languages": [language],
        "seed": None,
        "label": theme_id,
        "size": len(members),
        "distinct": len(members),
        "share": 0.5,
        "holds": [],
        "overlap": [],
        "terms": [],
        "quotes": [{"comment_id": m, "language": language, "text": theme_id} for m in members],
    }


def _assignments(*, learned: dict[str, str] | None = None, **themes: list[str]) -> Assignments:
    ids = {comment_id for members in themes.values() for comment_id in members}
    return Assignments(
        {
            "comment_id": each,
            "kind": "comment",
            "status": "published",
            "language": "en",
            "campaign_id": None,
            "reason_code": None,
            "theme_ids": sorted(t for t, members in themes.items() if each in members),
            "learned": [learned[each]] if learned and each in learned else [],
        }
        for each in ids
    )


def _recorded(correction: Any) -> Recorded:
    return Recorded(version=2, at="2026-12-01", role="officer", actor_id="a", correction=correction)


def test_the_share_of_themes_merged_across_languages_is_left_to_the_next_run() -> None:
    themes = [_theme("t1", ["a"], language="ar"), _theme("t2", ["b", "c", "d"])]
    merge = _merge("t1", "t2")
    seen = corrected(
        themes, _assignments(t1=["a"], t2=["b", "c", "d"]), [_recorded(merge)], analysed_version=1
    )
    (theme,) = seen.themes
    assert (theme["size"], theme["share"], theme["languages"]) == (4, None, ["ar", "en"])


def test_a_theme_quotes_what_was_said_on_its_own_question() -> None:
    themes = [_theme("t1", ["a", "b"], question_id="q1"), _theme("t2", ["a"], question_id="q2")]
    move = Move.model_construct(op="move", comment_ids=["b"], theme_id=None, reason="not of it")
    seen = corrected(
        themes, _assignments(t1=["a", "b"], t2=["a"]), [_recorded(move)], analysed_version=1
    )
    texts = {t["theme_id"]: [quote["text"] for quote in t["quotes"]] for t in seen.themes}
    assert texts == {"t1": ["t1"], "t2": ["t2"]}


TITLE = Title(ar="عنوان", en="Title")
THEMES = {"t1": ["a", "b"], "t2": ["c", "d", "e"], "t3": ["f", "g"]}


def _move(comment_id: str, *, to: str) -> Move:
    return Move.model_construct(op="move", comment_ids=[comment_id], theme_id=to, reason="of it")


def _merge(*theme_ids: str) -> Merge:
    return Merge.model_construct(op="merge", theme_ids=[*theme_ids], title=None, reason="same")


MOVE, MERGE = _move("a", to="t2"), _merge("t1", "t2")


def _seen(*corrections: Correction, learned: dict[str, str] | None = None) -> Overlaid:
    """Themes after corrections; the first was there before the run, which learned of it."""
    themes = [_theme(theme_id, members) for theme_id, members in THEMES.items()]
    themes[0]["overlap"] = [{"theme_id": "t2", "comments": 1}, {"theme_id": "t3", "comments": 2}]
    themes[1]["overlap"] = [{"theme_id": "t1", "comments": 1}, {"theme_id": "t3", "comments": 1}]
    themes[2]["overlap"] = [{"theme_id": "t1", "comments": 2}, {"theme_id": "t2", "comments": 1}]
    recorded = [
        Recorded(version=version, at="2026-12-01", role="officer", actor_id="a", correction=each)
        for version, each in zip((2, 4, 5), corrections, strict=False)
    ]
    rows = _assignments(learned=learned, **THEMES)
    return corrected(themes, rows, recorded, analysed_version=3)


def _members(seen: Overlaid, theme_id: str) -> int:
    return next(each["size"] for each in seen.themes if each["theme_id"] == theme_id)


def test_what_was_learned_of_a_theme_goes_where_that_is_merged() -> None:
    learned = {"g": "t2"}
    assert _members(_seen(MOVE, learned=learned), "t2") == 5
    assert _members(_seen(MOVE, MERGE, learned=learned), "t1") == 6
    assert _members(_seen(MERGE, learned=learned), "t1") == 6


def test_what_was_learned_can_be_split_off() -> None:
    part = Part.model_construct(title=TITLE, comment_ids=["g", "c"], terms=[])
    split = Split.model_construct(op="split", theme_id="t2", into=[part], reason="two matters")
    seen = _seen(MOVE, split, learned={"g": "t2"})
    assert not seen.not_applied
    sizes = {each["theme_id"]: each["size"] for each in seen.themes}
    assert (sizes.pop("t1"), sizes.pop("t2"), sizes.pop("t3")) == (1, 3, 1)
    assert [*sizes.values()] == [2]


def test_a_comment_in_a_theme_that_is_merged_teaches_the_merged_one() -> None:
    assert _seen(MOVE, MERGE).placed == [("a", "t1")]


def test_nobody_names_a_theme_that_was_merged_away() -> None:
    overlap = {each["theme_id"]: each["overlap"] for each in _seen(MERGE).themes}
    assert overlap == {
        "t1": [{"theme_id": "t3", "comments": 3}],
        "t3": [{"theme_id": "t1", "comments": 3}],
    }


def test_of_a_theme_with_other_comments_nothing_is_told_that_only_texts_tell() -> None:
    seen = _seen(MOVE)
    overlap = {each["theme_id"]: each["overlap"] for each in seen.themes}
    assert (overlap["t1"], overlap["t2"]) == ([], [])
    assert overlap["t3"] == [{"theme_id": "t1", "comments": 2}, {"theme_id": "t2", "comments": 1}]
    assert seen.now == {"t1": None, "t2": None, "t3": "t3"}


def test_tones_and_stances_of_merged_themes_are_the_sum() -> None:
    tones = {"t1": {"positive": 1, "none": 1}, "t2": {"positive": 2, "none": 1}, "t3": {"none": 2}}
    by_theme = [{"theme_id": t, "counts": {"for": 1, "against": 0}} for t in THEMES]
    results = {"sentiment": {"by_theme": tones}, "stances": [{"by_theme": by_theme}]}
    told = told_by_theme(results, _seen(MERGE).now.__getitem__)
    assert told["sentiment"]["by_theme"] == {"t1": {"positive": 3, "none": 2}, "t3": {"none": 2}}
    assert told["stances"][0]["by_theme"] == [
        {"theme_id": "t1", "counts": {"for": 2, "against": 0}},
        {"theme_id": "t3", "counts": {"for": 1, "against": 0}},
    ]
    assert told_by_theme(results, _seen(MOVE).now.get)["sentiment"]["by_theme"] == {
        "t3": {"none": 2}
    }


def test_a_merge_holds_for_those_that_a_later_run_found_again() -> None:
    seen = _seen(_merge("gone", "t3", "t1"))
    assert not seen.not_applied
    assert {each["theme_id"]: each["size"] for each in seen.themes} == {"t2": 3, "t3": 4}


def test_putting_a_comment_where_it_is_changes_nothing_about_a_theme() -> None:
    seen = _seen(_move("a", to="t1"))
    assert [each["overlap"] for each in seen.themes if each["theme_id"] == "t1"] != [[]]
    assert seen.now["t1"] == "t1"
