"""Officers correct themes; the machine's version, who, when and why stay beside theirs."""

from typing import Any

import pytest

from services.analysis.handlers import relay
from services.analysis.store import AnalysisStore
from services.shared import ids
from tests.integration.analysis.rounds import OFFICER, Round, disposition
from tests.support import calls

A, B = ids.derived_id("a"), ids.derived_id("b")
TITLE = {"ar": "ساعات المساء", "en": "Evening hours"}
WHY = "SENTINEL the terms mislead"


def _rename(theme_id: str = A, english: str = "Evening hours") -> dict[str, Any]:
    title = {**TITLE, "en": english}
    return {"op": "rename", "theme_id": theme_id, "title": title, "reason": WHY}


def _merge() -> dict[str, Any]:
    return {"op": "merge", "theme_ids": [A, B], "reason": WHY}


def _themes(consultation: Round, what: str = "analysis") -> dict[str, dict[str, Any]]:
    groups = OFFICER if what == "analysis" else ()
    return {t["theme_id"]: t for t in consultation.get(what, groups=groups).json["themes"]}


@pytest.fixture
def themed(consultation: Round) -> Round:
    """Six comments: 0-2 in A, 2-3 in B, 4 in none, 5 held."""
    for _ in range(5):
        consultation.comment()
    consultation.comment(status="held")
    consultation.themed({A: [0, 1, 2], B: [2, 3]})
    return consultation


def test_the_machines_version_stays_beside_the_officers(themed: Round) -> None:
    assert themed.correct(_rename()).json == {"applied": 1, "version": 2}
    theme = _themes(themed)[A]
    assert (theme["title"], theme["machine"].get("title")) == (TITLE, None)
    assert [(e["op"], e["by"], e["reason"]) for e in theme["history"]] == [
        ("rename", "officer", WHY)
    ]


def test_everybody_sees_the_corrected_themes_and_not_what_officers_noted(themed: Round) -> None:
    mark = {"op": "mark", "theme_id": B, "mark": "for_decision", "reason": WHY}
    themed.correct(_rename(), mark)
    themed.record_part()
    answer = themed.get("results")
    assert "SENTINEL" not in answer.text
    assert "for_decision" not in answer.text
    assert _themes(themed, "results")[A]["title"] == TITLE
    assert _themes(themed, "results")[A]["corrected"] is True


def test_comments_of_both_merged_themes_are_counted_once(themed: Round) -> None:
    assert themed.correct(_merge()).status == 200
    themes = _themes(themed)
    assert list(themes) == [A]
    assert (themes[A]["size"], themes[A]["share"]) == (4, 0.4)
    assert [m["theme_id"] for m in themes[A]["merged"]] == [B]


def test_split_move_and_add_change_the_members(themed: Round) -> None:
    c = [row["comment_id"] for row in themed.rows]
    part = {"title": TITLE, "comment_ids": [c[0]]}
    answer = themed.correct(
        {"op": "split", "theme_id": A, "into": [part], "reason": WHY},
        {"op": "move", "comment_ids": [c[3]], "theme_id": None, "reason": WHY},
        {
            "op": "add",
            "title": {"ar": "مواقف", "en": "Parking"},
            "terms": ["parking"],
            "comment_ids": [c[4]],
            "reason": WHY,
        },
    )
    assert answer.json["applied"] == 3
    themes = _themes(themed)
    assert (themes[A]["size"], themes[B]["size"]) == (2, 1)
    added = [t for t in themes.values() if t["machine"] is None]
    assert sorted((t["title"]["en"], t["size"]) for t in added) == [
        ("Evening hours", 1),
        ("Parking", 1),
    ]


def test_every_fault_is_named_and_nothing_recorded(themed: Round) -> None:
    held, other = themed.rows[5]["comment_id"], themed.rows[3]["comment_id"]
    part = {"title": TITLE, "comment_ids": [other]}
    answer = themed.correct(
        _rename(),
        _rename(ids.derived_id("c")),
        {"op": "move", "comment_ids": [held, ids.derived_id("x")], "theme_id": A, "reason": WHY},
        {"op": "split", "theme_id": A, "into": [part], "reason": WHY},
    )
    assert answer.status == 422
    assert [(e["field"], e["code"]) for e in answer.json["errors"]] == [
        ("/items/1/theme_id", "unknown_theme"),
        ("/items/2/comment_ids/0", "comment_not_public"),
        ("/items/2/comment_ids/1", "unknown_comment"),
        ("/items/3/into/0/comment_ids/0", "not_in_theme"),
    ]
    assert themed.corrections().json["items"] == []


def test_faults_of_the_body_are_placed_without_the_kind_of_correction(themed: Round) -> None:
    answer = themed.correct(
        {"op": "paint", "reason": WHY}, {"op": "rename", "theme_id": A, "title": {"ar": "س"}}
    )
    assert [(e["field"], e["code"]) for e in answer.json["errors"]] == [
        ("/items/0/op", "unknown_op"),
        ("/items/1/reason", "missing"),
        ("/items/1/title/en", "missing_language"),
    ]


def test_the_second_of_two_officers_who_looked_at_the_same_theme_is_refused(themed: Round) -> None:
    assert themed.correct(_rename(), seen=1).status == 200
    assert themed.correct(_rename(english="Nights"), seen=1, subject="other").status == 409
    assert themed.correct(_rename(B), seen=1, subject="other").status == 200
    assert _themes(themed)[A]["title"] == TITLE


def test_the_second_of_two_officers_who_move_the_same_comment_is_refused(themed: Round) -> None:
    moved = themed.rows[4]["comment_id"]
    move = {"op": "move", "comment_ids": [moved], "reason": WHY}
    assert themed.correct({**move, "theme_id": A}, seen=1).status == 200
    assert themed.correct({**move, "theme_id": B}, seen=1, subject="other").status == 409
    assert themed.correct({**move, "theme_id": B}, seen=2, subject="other").status == 200


def test_what_was_withdrawn_since_the_analysis_is_not_put_anywhere(themed: Round) -> None:
    gone = themed.rows[4]["comment_id"]
    add = {"op": "add", "title": TITLE, "comment_ids": [gone], "reason": WHY}
    themed.tell("CommentWithdrawn", gone)
    answer = themed.correct(add)
    assert [(e["field"], e["code"]) for e in answer.json["errors"]] == [
        ("/items/0/comment_ids/0", "comment_not_public")
    ]


def test_a_theme_is_added_to_a_question_that_was_answered(themed: Round) -> None:
    add = {"op": "add", "title": TITLE, "terms": ["parking"], "question_id": "q9", "reason": WHY}
    answer = themed.correct(add)
    assert [(e["field"], e["code"]) for e in answer.json["errors"]] == [
        ("/items/0/question_id", "unknown_question")
    ]


def test_two_officers_at_the_same_instant(themed: Round, monkeypatch: pytest.MonkeyPatch) -> None:
    real, races = AnalysisStore.correct, iter([_rename(english="First")])

    def slow(self: AnalysisStore, run: Any, items: Any, **rest: Any) -> Any:
        for other in races:
            assert themed.correct(other, subject="other").status == 200
        return real(self, run, items, **rest)

    monkeypatch.setattr(AnalysisStore, "correct", slow)
    assert themed.correct(_rename()).status == 409
    assert _themes(themed)[A]["title"]["en"] == "First"


def test_the_same_request_again_is_recorded_once(themed: Round) -> None:
    first = themed.correct(_merge(), seen=1)
    assert themed.correct(_merge(), seen=1).json == first.json == {"applied": 1, "version": 2}
    assert len(themed.corrections().json["items"]) == 1


def test_a_correction_whose_theme_is_gone_after_a_new_run_is_reported(themed: Round) -> None:
    themed.correct(_rename())
    themed.comment()
    themed.themed({B: [2, 3]})
    analysis = themed.get("analysis", groups=OFFICER).json
    assert analysis["corrections_not_applied"] == [{"version": 2, "why": "unknown_theme"}]
    assert themed.corrections().json["items"][0]["not_applied"] == "unknown_theme"


def test_a_correction_that_was_lost_in_a_new_run_is_no_repetition(themed: Round) -> None:
    themed.correct(_rename())
    themed.comment()
    themed.themed({B: [2, 3]})
    answer = themed.correct(_rename())
    assert [(e["field"], e["code"]) for e in answer.json["errors"]] == [
        ("/items/0/theme_id", "unknown_theme")
    ]


def test_a_theme_is_answered_after_its_comments_and_before_the_rest(themed: Round) -> None:
    assert themed.outstanding().json["by_theme"] == [
        {"theme_id": A, "outstanding": 3, "comments": 3, "done": 0.0},
        {"theme_id": B, "outstanding": 2, "comments": 2, "done": 0.0},
    ]
    themed.correct(_merge())
    answer = themed.put(disposition(theme_id=A), disposition(theme_id=B))
    assert [(e["field"], e["code"]) for e in answer.json["errors"]] == [
        ("/items/1/target/theme_id", "unknown_theme")
    ]
    assert themed.put(disposition(theme_id=A)).json["outstanding"] == 2
    assert themed.gate(close=False)["by_theme"] == []


def test_before_the_run_after_the_gate_and_for_others_nothing_is_corrected(
    consultation: Round,
) -> None:
    assert consultation.correct(_rename()).status == 409
    consultation.comment()
    consultation.themed({A: [0]})
    stranger = ("officer", "agency.works")
    assert consultation.correct(_rename(), groups=stranger).status == 404
    assert consultation.corrections(groups=stranger).status == 404
    consultation.put(disposition(all_remaining=True))
    consultation.gate()
    assert consultation.correct(_rename()).status == 409


def test_corrections_are_listed_newest_first_page_by_page(themed: Round) -> None:
    for start in (0, 50, 100):
        themed.correct(*(_rename(english=f"Title {start + n}") for n in range(50)))
    first = themed.corrections().json
    second = themed.corrections(cursor=first["next_cursor"]).json
    shown = [i["correction"]["title"]["en"] for i in first["items"] + second["items"]]
    assert shown == [f"Title {n}" for n in reversed(range(150))]
    assert (len(first["items"]), second["next_cursor"]) == (100, None)


def test_the_event_has_ids_and_counts_and_no_text(themed: Round) -> None:
    themed.correct(_rename())
    images = [r["dynamodb"].get("NewImage", {}) for r in calls.stream_records("analysis")]
    [event] = [i["event"]["M"] for i in images if "correction" in i]
    assert event["type"] == {"S": "ThemesCorrected"}
    assert "SENTINEL" not in str(event)
    assert relay.handler({"Records": calls.stream_records("analysis")}, None) == {
        "batchItemFailures": []
    }
