"""Corrections laid over the machine's themes: what is counted anew, and what cannot be."""

from typing import Any

from services.analysis.model.assignment import Assignments
from services.analysis.model.corrected import corrected
from services.analysis.model.correction import Merge, Move, Recorded


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


def _assignments(**themes: list[str]) -> Assignments:
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
        }
        for each in ids
    )


def _recorded(correction: Any) -> Recorded:
    return Recorded(version=2, at="2026-12-01", role="officer", actor_id="a", correction=correction)


def test_the_share_of_themes_merged_across_languages_is_left_to_the_next_run() -> None:
    themes = [_theme("t1", ["a"], language="ar"), _theme("t2", ["b", "c", "d"])]
    merge = Merge.model_construct(op="merge", theme_ids=["t1", "t2"], title=None, reason="same")
    seen = corrected(themes, _assignments(t1=["a"], t2=["b", "c", "d"]), [_recorded(merge)])
    (theme,) = seen.themes
    assert (theme["size"], theme["share"], theme["languages"]) == (4, None, ["ar", "en"])


def test_a_theme_quotes_what_was_said_on_its_own_question() -> None:
    themes = [_theme("t1", ["a", "b"], question_id="q1"), _theme("t2", ["a"], question_id="q2")]
    move = Move.model_construct(op="move", comment_ids=["b"], theme_id=None, reason="not of it")
    seen = corrected(themes, _assignments(t1=["a", "b"], t2=["a"]), [_recorded(move)])
    texts = {t["theme_id"]: [quote["text"] for quote in t["quotes"]] for t in seen.themes}
    assert texts == {"t1": ["t1"], "t2": ["t2"]}
