"""Analysing anew: what officers did before stays, and nobody sees half of a run."""

import json
from typing import Any

import pytest

from services.analysis import store
from services.analysis.handlers import themes
from services.analysis.store import AnalysisStore
from services.shared import ids
from tests.integration.analysis.rounds import OFFICER, Round

PARKING = {"ar": "مواقف السيارات", "en": "Parking"}
HOURS = {"ar": "ساعات المساء", "en": "Evening hours"}
WHY = "it is another matter"
WORDS = [
    "amber",
    "basil",
    "cedar",
    "dahlia",
    "elder",
    "fennel",
    "ginger",
    "hazel",
    "iris",
    "jasmine",
    "kale",
    "laurel",
]


@pytest.fixture
def town(consultation: Round, request: pytest.FixtureRequest) -> Round:
    """Forty comments, thirty of them about parking; analysed as one theme."""
    consultation.topic_id = ids.derived_id("town", request.node.name)
    for number in range(40):
        what = "Parking for cars near" if number % 4 else "Open the clinic at night in"
        consultation.comment(f"{what} {WORDS[number % 12]} {WORDS[number // 12]} town")
    consultation.ask({"themes": 1})
    consultation.run()
    return consultation


def _analysis(town: Round) -> dict[str, Any]:
    return dict(town.get("analysis", groups=OFFICER).json)


def _themes(town: Round) -> dict[str, dict[str, Any]]:
    return {theme["theme_id"]: theme for theme in _analysis(town)["themes"]}


def _of_parking(town: Round) -> list[str]:
    return [row["comment_id"] for row in town.rows if row["text"].startswith("Parking")]


@pytest.mark.parametrize("terms", [["parking"], []])
def test_a_split_that_takes_most_of_a_theme_stays(town: Round, terms: list[str]) -> None:
    [whole] = _themes(town)
    part = {"title": PARKING, "comment_ids": _of_parking(town), "terms": terms}
    rename = {"op": "rename", "theme_id": whole, "title": HOURS, "reason": WHY}
    split = {"op": "split", "theme_id": whole, "into": [part], "reason": WHY}
    assert town.correct(split, rename).status == 200
    before = {theme["title"]["en"]: theme["theme_id"] for theme in _themes(town).values()}
    for number in range(3):
        town.comment(f"No parking in {WORDS[number]} lane")
        town.run()
        assert _analysis(town)["corrections_not_applied"] == []
        found = _themes(town)
        assert {found[theme_id]["title"]["en"] for theme_id in before.values()} == {*before}
        assert found[before["Parking"]]["size"] >= 30
        assert found[before["Parking"]]["seed_terms"] == terms
        assert found[before["Evening hours"]]["size"] < 15


def test_results_stay_whole_while_a_new_run_is_kept(
    town: Round, monkeypatch: pytest.MonkeyPatch
) -> None:
    town.comment("Where do buses stop?")
    with monkeypatch.context() as broken:
        broken.setattr(AnalysisStore, "save_run", _crash)
        with pytest.raises(RuntimeError):
            town.run()
    store._results.cache_clear()  # as another container has it
    seen = _analysis(town)
    assert (seen["received"], seen["by_status"]) == (40, {"published": 40})


def _crash(*_: object, **__: object) -> None:
    raise RuntimeError("the last of many crashes")


def test_a_brief_that_is_taken_back_shows_the_run_as_it_is_now(town: Round) -> None:
    first = _analysis(town)["run_id"]
    [whole] = _themes(town)
    town.correct({"op": "rename", "theme_id": whole, "title": HOURS, "reason": WHY})
    for brief in ({"themes": 2}, {"themes": 1}):
        town.ask(brief)
        town.run()
        written = json.loads(town.written()["results.json"])
        assert [*_themes(town)] == [theme["theme_id"] for theme in written["themes"]]
    assert _analysis(town)["run_id"] == first
    assert _analysis(town)["corrections_not_applied"] == []


def test_progress_is_that_of_the_run_whose_brief_holds(
    town: Round, monkeypatch: pytest.MonkeyPatch
) -> None:
    town.ask({"themes": 2})
    with monkeypatch.context() as broken:
        broken.setattr(AnalysisStore, "save_run", _crash)
        with pytest.raises(RuntimeError):
            town.run()
    town.ask({"themes": 1})
    town.run()
    progress = town.get("analysis/progress", groups=OFFICER).json
    assert (progress["stage"], progress["percent"]) == ("finished", 100)


def test_a_page_of_corrections_that_name_many_comments_is_shorter(
    town: Round, monkeypatch: pytest.MonkeyPatch
) -> None:
    [whole] = _themes(town)
    for start in (0, 10, 20):
        listed = [row["comment_id"] for row in town.rows[start : start + 10]]
        move = {"op": "move", "comment_ids": listed, "theme_id": whole, "reason": WHY}
        assert town.correct(move).status == 200
    monkeypatch.setattr(themes, "_MOST_COMMENTS", 25)
    first = town.corrections().json
    second = town.corrections(cursor=first["next_cursor"]).json
    assert [len(page["items"]) for page in (first, second)] == [2, 1]
    monkeypatch.setattr(themes, "_MOST_COMMENTS", 5)
    assert len(town.corrections().json["items"]) == 1
