"""Which dispositions hold, what they answer, and what everybody is told of it."""

import json
from collections import Counter
from typing import Any

import pytest

from services.analysis.handlers import dispositions as handler
from services.analysis.use_cases import ruled
from services.shared import exports, ids
from tests.integration.analysis.rounds import LETTERS, OFFICER, REASON, Round, disposition

HOURS, PARKING = sorted(ids.derived_id(name) for name in ("hours", "parking"))
AUDITOR, STRANGER = ("auditor",), ("officer", "agency.transport")
NOTHING = {"accepted": 0, "partly_accepted": 0, "not_accepted": 0}
NOTHING |= {"out_of_scope": 0, "already_covered": 0, "noted": 0}


@pytest.fixture
def themed(consultation: Round) -> Round:
    """Comments 0 to 2 on hours, 2 and 3 on parking, 4 on nothing; 5 rejected, 6 withdrawn."""
    for _ in range(5):
        consultation.comment()
    consultation.comment(status="rejected", reason_code="spam")
    consultation.comment(status="withdrawn")
    consultation.themed({HOURS: [0, 1, 2], PARKING: [2, 3]})
    return consultation


def _counts(answer: dict[str, Any]) -> tuple[dict[str, int], int, int]:
    told = {name: count for name, count in answer["by_outcome"].items() if count}
    return told, answer["by_moderation"], answer["outstanding"]


def test_dispositions_tell_who_recorded_what_when_and_how_many_comments_they_answer(
    themed: Round,
) -> None:
    first = themed.rows[0]["comment_id"]
    themed.put(disposition("accepted", theme_id=HOURS))
    themed.put(disposition("noted", comment_id=first))
    answer = themed.dispositions(groups=AUDITOR).json
    newest, older = answer["items"]
    assert (answer["version"], answer["received"], answer["next_cursor"]) == (3, 7, None)
    assert newest == {
        "version": 3,
        "at": newest["at"],
        "actor": {"role": "officer", "id": "someone"},
        "target": {"comment_id": first},
        "outcome": "noted",
        "reason": REASON,
        "clause_ids": ["c1"],
        "correction": None,
        "holds": True,
        "comments": 1,
        "unknown_clauses": [],
    }
    assert (older["target"], older["comments"]) == ({"theme_id": HOURS}, 2)


def test_comments_are_counted_by_their_answer_and_the_withdrawn_are_not(themed: Round) -> None:
    assert _counts(themed.dispositions().json) == ({}, 1, 5)
    themed.put(disposition("accepted", theme_id=HOURS))
    found = themed.dispositions().json
    assert found["by_outcome"] == NOTHING | {"accepted": 3}
    assert _counts(found) == ({"accepted": 3}, 1, 2)
    themed.tell("CommentRejected", themed.rows[1]["comment_id"])
    assert _counts(themed.dispositions().json) == ({"accepted": 2}, 2, 2)
    themed.put(disposition("noted", all_remaining=True))
    assert _counts(themed.dispositions().json) == ({"accepted": 2, "noted": 2}, 2, 0)


def test_only_the_newest_of_a_target_holds_and_the_former_are_its_history(themed: Round) -> None:
    for outcome in ("accepted", "not_accepted"):
        themed.put(disposition(outcome, theme_id=HOURS))
    [holding] = themed.dispositions().json["items"]
    assert (holding["outcome"], holding["comments"]) == ("not_accepted", 3)
    told = themed.dispositions(history="true").json["items"]
    assert [(each["outcome"], each["holds"], each["comments"]) for each in told] == [
        ("not_accepted", True, 3),
        ("accepted", False, 0),
    ]


def test_dispositions_come_in_pages_and_a_cursor_is_of_one_list(
    themed: Round, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(handler, "PAGE_SIZE", 2)
    c = [row["comment_id"] for row in themed.rows]
    themed.put(*(disposition(comment_id=each) for each in c[:3]))
    first = themed.dispositions().json
    rest = themed.dispositions(cursor=first["next_cursor"]).json
    assert [each["version"] for each in (*first["items"], *rest["items"])] == [4, 3, 2]
    assert rest["next_cursor"] is None
    assert themed.dispositions(cursor=first["next_cursor"], history="true").status == 400


def test_a_page_of_long_reasons_is_shorter(themed: Round, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ruled, "_MOST_CHARACTERS", 2 * sum(map(len, REASON.values())))
    themed.put(*(disposition(comment_id=row["comment_id"]) for row in themed.rows[:3]))
    first = themed.dispositions().json
    rest = themed.dispositions(cursor=first["next_cursor"]).json
    assert [len(page["items"]) for page in (first, rest)] == [2, 1]


def test_of_a_long_reason_the_beginning_is_shown_and_the_record_has_all(themed: Round) -> None:
    long = {"ar": "كلمة " * 300, "en": "word " * 300}
    themed.put({**disposition(all_remaining=True), "reason": long})
    [reason] = themed.get("analysis", groups=OFFICER).json["answers"]["unthemed"]["reasons"]
    assert reason["reason"]["en"].endswith("word …")
    assert len(reason["reason"]["en"]) < 410
    themed.gate()
    [file] = [each for each in themed.record_part() if each["key"].endswith("/results.json")]
    answers = json.loads(exports.read(file["bucket"], file["key"]))["answers"]
    assert answers["unthemed"]["reasons"][0]["reason"] == {k: v.strip() for k, v in long.items()}


def test_what_is_no_cursor_and_no_history_is_refused(themed: Round) -> None:
    assert themed.dispositions(cursor="x").status == 400
    assert themed.dispositions(history="all").status == 400


def test_only_the_agencys_staff_see_dispositions(themed: Round, consultation: Round) -> None:
    themed.put(disposition(all_remaining=True))
    assert themed.dispositions(groups=("participant",)).status == 403
    assert themed.dispositions(groups=STRANGER).status == 404
    assert themed.dispositions(groups=("approver",)).status == 200


def test_before_the_analysis_there_are_no_dispositions_to_see(consultation: Round) -> None:
    assert consultation.dispositions().status == 404


def test_a_disposition_whose_clause_is_gone_answers_nobody(themed: Round) -> None:
    themed.clauses = ("c1", "c2")
    themed.put({**disposition("accepted", theme_id=HOURS), "clause_ids": ["c1", "c2"]})
    themed.put(disposition("noted", all_remaining=True))
    assert themed.gate(close=False)["outstanding"] == 0
    themed.clauses = ("c1",)  # another version of the decision
    gate = themed.gate()
    assert (gate["outstanding"], gate["unknown_clauses"]) == (3, [{"clause_id": "c2", "rules": 1}])
    assert {each["theme_id"]: each["outstanding"] for each in gate["by_theme"]} == {
        HOURS: 3,
        PARKING: 1,
    }
    assert themed.outstanding().json["outstanding"] == 3
    found = themed.dispositions().json
    assert _counts(found) == ({"noted": 2}, 1, 3)
    assert found["unknown_clauses"] == gate["unknown_clauses"]
    assert [each["unknown_clauses"] for each in found["items"]] == [[], ["c2"]]


def test_officers_answer_anew_what_a_clause_that_is_gone_answered(themed: Round) -> None:
    themed.put(disposition("accepted", all_remaining=True))
    themed.clauses = ("c2",)
    refused = themed.put(disposition("accepted", all_remaining=True))
    assert [each["code"] for each in refused.json["errors"]] == ["unknown_clause"]
    first = disposition("noted", comment_id=themed.rows[0]["comment_id"]) | {"clause_ids": []}
    assert themed.put(first).json == {"applied": 1, "outstanding": 4}
    anew = disposition("accepted", all_remaining=True) | {"clause_ids": ["c2"]}
    assert themed.put(anew).json == {"applied": 1, "outstanding": 0}
    assert themed.gate()["unknown_clauses"] == []


def test_a_gate_that_finds_a_clause_gone_does_not_close(themed: Round) -> None:
    themed.put(disposition("accepted", all_remaining=True))
    themed.clauses = None  # the decision was taken back
    assert themed.gate()["outstanding"] == 5
    themed.clauses = ("c1",)
    assert themed.put(disposition("noted", all_remaining=True)).status == 200


def test_a_round_whose_dispositions_cite_nothing_needs_no_decision(themed: Round) -> None:
    themed.clauses = None
    themed.put(disposition("noted", all_remaining=True) | {"clause_ids": []})
    themed.asked.clear()
    assert themed.gate()["outstanding"] == 0
    assert themed.asked == []


def _answers(consultation: Round) -> dict[str, Any]:
    return dict(consultation.get("results").json["answers"])


def test_nobody_is_told_what_is_answered_before_the_decision_is_announced(themed: Round) -> None:
    assert themed.get("analysis", groups=AUDITOR).json["answers"] is None
    themed.put(disposition("accepted", all_remaining=True))
    themed.gate()
    assert themed.get("results").status == 404
    told = themed.get("analysis", groups=AUDITOR).json["answers"]
    themed.announced()
    assert _answers(themed) == told
    assert _counts(told) == ({"accepted": 5}, 1, 0)


def test_each_theme_tells_what_was_answered_to_it_and_in_which_words(themed: Round) -> None:
    c = [row["comment_id"] for row in themed.rows]
    title = {"ar": "ساعات المساء", "en": "Evening hours"}
    themed.correct({"op": "rename", "theme_id": HOURS, "title": title, "reason": "plainer"})
    themed.put(
        disposition("accepted", theme_id=HOURS),
        disposition("not_accepted", comment_id=c[0]),
        disposition("noted", all_remaining=True) | {"clause_ids": []},
    )
    themed.gate()
    themed.announced()
    told = _answers(themed)
    hours, parking = told["themes"]
    assert (hours["theme_id"], hours["title"], hours["size"]) == (HOURS, title, 3)
    assert _counts(hours) == ({"accepted": 2, "not_accepted": 1}, 0, 0)
    assert hours["clause_ids"] == ["c1"]
    assert hours["reasons"][0] == {
        "outcome": "accepted",
        "reason": REASON,
        "clause_ids": ["c1"],
        "comments": 2,
        "citing": sorted(c[1:3]),
    }
    assert (parking["title"], parking["label"]) == (None, "hours · evening")
    assert _counts(parking) == ({"accepted": 1, "noted": 1}, 0, 0)
    assert _counts(told["unthemed"]) == ({"noted": 1}, 1, 0)
    assert _counts(told) == ({"accepted": 2, "not_accepted": 1, "noted": 2}, 1, 0)


def test_what_was_announced_stands_and_cites_nobody_who_withdrew_since(themed: Round) -> None:
    themed.put(disposition("accepted", all_remaining=True))
    themed.gate()
    themed.announced()
    gone = themed.rows[4]["comment_id"]
    assert gone in themed.get("results").text
    themed.tell("CommentWithdrawn", gone)
    found = themed.get("results")
    assert gone not in found.text
    assert _counts(found.json["answers"]) == ({"accepted": 5}, 1, 0)


def test_in_a_reopened_round_everybody_is_told_what_was_announced_until_the_next_announcement(
    themed: Round, clock: Any
) -> None:
    themed.put(disposition("accepted", all_remaining=True))
    themed.gate()
    themed.announced()
    clock.advance(days=40)
    themed.reopened(at="2027-01-10T08:00:00.000Z")
    themed.put(disposition("not_accepted", all_remaining=True))
    assert _counts(_answers(themed)) == ({"accepted": 5}, 1, 0)
    staff = themed.get("analysis", groups=AUDITOR).json["answers"]
    assert _counts(staff) == ({"not_accepted": 5}, 1, 0)
    themed.gate()
    assert _counts(_answers(themed)) == ({"accepted": 5}, 1, 0)
    themed.announced(at="2027-01-12T08:00:00.000Z")
    assert _counts(_answers(themed)) == ({"not_accepted": 5}, 1, 0)


def test_a_round_whose_gate_kept_nothing_is_shown_without_answers(themed: Round) -> None:
    themed.put(disposition("accepted", all_remaining=True))
    themed.announced()
    assert themed.get("results").json["answers"] is None


def test_what_the_record_says_was_answered_is_what_its_rows_say(themed: Round) -> None:
    themed.put(disposition("accepted", theme_id=HOURS), disposition("noted", all_remaining=True))
    themed.gate()
    themed.tell("CommentWithdrawn", themed.rows[0]["comment_id"])
    themed.tell("CommentRejected", themed.rows[3]["comment_id"])
    results, rows, *_ = themed.record_part()
    answers = json.loads(exports.read("exports", results["key"]))["answers"]
    outcomes = Counter(row["outcome"] for row in exports.read_lines("exports", rows["key"]))
    assert outcomes == {"accepted": 2, "noted": 1, "rejected": 2}
    assert _counts(answers) == ({"accepted": 2, "noted": 1}, 2, 0)


def test_what_is_left_of_each_theme_and_without_one_is_told_with_the_share_that_is_done(
    themed: Round,
) -> None:
    themed.put(disposition(comment_id=themed.rows[0]["comment_id"]))
    found = themed.outstanding().json
    hours, parking = found["by_theme"]
    assert hours == {"theme_id": HOURS, "outstanding": 2, "comments": 3, "done": 0.3333}
    assert parking == {"theme_id": PARKING, "outstanding": 2, "comments": 2, "done": 0.0}
    assert found["unthemed"] == {"outstanding": 1, "comments": 1, "done": 0.0}
    themed.put(disposition(all_remaining=True))
    assert themed.outstanding().json["unthemed"] == {"outstanding": 0, "comments": 1, "done": 1.0}


def test_what_is_left_of_one_theme_is_listed_by_itself(themed: Round) -> None:
    c = [row["comment_id"] for row in themed.rows]
    found = themed.outstanding(theme_id=PARKING).json
    assert [each["comment_id"] for each in found["items"]] == sorted(c[2:4])
    assert (found["matching"], found["outstanding"]) == (2, 5)
    nobodys = themed.outstanding(theme_id=ids.derived_id("nobody's")).json
    assert (nobodys["items"], nobodys["matching"]) == ([], 0)


def test_what_is_left_of_one_campaign_is_listed_by_itself(consultation: Round) -> None:
    consultation.comment()
    letters = [consultation.comment(LETTERS["en"]) for _ in range(2)]
    consultation.run()
    [campaign] = consultation.outstanding().json["by_campaign"]
    found = consultation.outstanding(campaign_id=campaign["campaign_id"]).json
    assert [each["comment_id"] for each in found["items"]] == sorted(letters)
    assert (found["matching"], found["outstanding"]) == (2, 3)


def test_a_cursor_of_one_theme_is_none_of_another(
    themed: Round, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(handler, "PAGE_SIZE", 1)
    first = themed.outstanding(theme_id=HOURS).json
    cursor = first["next_cursor"]
    second = themed.outstanding(theme_id=HOURS, cursor=cursor).json
    assert first["items"] != second["items"]
    assert themed.outstanding(theme_id=PARKING, cursor=cursor).status == 400
