"""Comments that an approver excepts from an answer: no more than that hold the announcement."""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import pytest

from services.analysis.handlers import gate, serve
from services.analysis.store import AnalysisStore
from services.archive.model import answers as answered
from services.archive.model.opened import Comment, Opened
from services.shared import exports, ids
from tests.integration.analysis.rounds import OFFICER, Round, disposition
from tests.support import calls

HOURS, PARKING = sorted(ids.derived_id(name) for name in ("hours", "parking"))


def exception(outstanding: int) -> dict[str, Any]:
    """An exception as topics-serve tells it."""
    return {
        "reason": {"ar": "لا مترجم لها بعد", "en": "There is no translator for them yet"},
        "outstanding": outstanding,
        "recorded_at": "2026-12-01T08:00:00.000Z",
    }


@pytest.fixture
def round_(consultation: Round) -> Round:
    """Comments 0 to 2 on hours, 2 and 3 on parking, 4 on nothing; 5 rejected. Hours is answered."""
    for _ in range(5):
        consultation.comment()
    consultation.comment(status="rejected", reason_code="spam")
    consultation.themed({HOURS: [0, 1, 2], PARKING: [2, 3]})
    consultation.put(disposition("accepted", theme_id=HOURS))
    return consultation


def seen(found: dict[str, Any]) -> tuple[int, int]:
    return found["outstanding"], found["excepted"]


def recorded(round_: Round) -> dict[str, Any]:
    """Parts of the record by name, parsed."""
    files = {file["key"].rsplit("/", 1)[1]: file["key"] for file in round_.record_part()}
    rows, corrections = (
        exports.read_lines("exports", files[f"{name}.jsonl"])
        for name in ("dispositions", "corrections")
    )
    results = json.loads(exports.read("exports", files["results.json"]))
    return {
        "rows": {row["comment_id"]: row for row in rows},
        "corrections": [*corrections],
        "answers": results["answers"],
    }


def expect_sound(round_: Round, record: dict[str, Any]) -> None:
    """Look at the answers of a record as its verifier does; all comments are public."""
    files = {
        "topics/decision.json": [{"exception": round_.exception}],
        "analysis/results.json": [{"answers": record["answers"]}],
        "analysis/dispositions.jsonl": record["rows"].values(),
        "analysis/corrections.jsonl": record["corrections"],
    }

    published = Comment("published", None, None, None, None, None)
    record = Opened(
        source=_Files(files),
        names=set(files),
        comments={row["comment_id"]: published for row in round_.rows},
    )
    answered.answers(record)


class _Files:
    """Files of rows as a record has them."""

    def __init__(self, files: Mapping[str, Iterable[dict[str, Any]]]) -> None:
        self._files = files

    def names(self) -> set[str]:
        return set(self._files)

    def chunks(self, name: str) -> Iterator[bytes]:
        return (json.dumps(row).encode() + b"\n" for row in self._files[name])


def test_what_is_excepted_does_not_hold_the_announcement(round_: Round) -> None:
    assert seen(round_.gate()) == (2, 0)
    assert round_.put(disposition("accepted", theme_id=HOURS)).status == 200  # it is open still
    round_.exception = exception(2)
    found = round_.gate()
    assert (seen(found), found["by_theme"]) == ((0, 2), [{"theme_id": PARKING, "outstanding": 1}])
    assert round_.put(disposition("noted", all_remaining=True)).status == 409


def test_the_gate_tells_how_many_it_has_let_pass_whatever_became_of_them_since(
    round_: Round,
) -> None:
    def kept() -> Any:
        return calls.invoke(gate.handler, {**round_.payload, "kept": True})

    assert kept() == {"excepted": 0}
    round_.exception = exception(2)
    round_.gate()
    round_.tell("CommentRestored", round_.rows[5]["comment_id"])
    assert seen(round_.gate(close=False)) == (3, 0)
    assert kept() == {"excepted": 2}


def test_an_exception_that_was_not_needed_lets_nothing_pass(round_: Round) -> None:
    round_.exception = exception(2)
    round_.put(disposition("noted", all_remaining=True))
    round_.gate()
    assert calls.invoke(gate.handler, {**round_.payload, "kept": True}) == {"excepted": 0}


def test_whoever_merely_asks_learns_of_the_exception_and_binds_nobody(round_: Round) -> None:
    round_.exception = exception(2)
    assert seen(round_.gate(close=False)) == (0, 2)
    assert round_.put(disposition("noted", all_remaining=True)).status == 200


def test_an_exception_is_for_no_more_comments_than_it_was_given_for(round_: Round) -> None:
    round_.exception = exception(2)
    round_.tell("CommentRestored", round_.rows[5]["comment_id"])
    assert seen(round_.gate()) == (3, 0)
    assert round_.put(disposition("noted", comment_id=round_.rows[4]["comment_id"])).status == 200
    assert seen(round_.gate()) == (0, 2)


def test_an_exception_is_for_no_answer_that_cites_a_clause_which_is_gone(round_: Round) -> None:
    round_.exception, round_.clauses = exception(9), ("c2",)
    found = round_.gate()
    assert (seen(found), found["misled"]) == ((5, 0), 3)
    assert found["unknown_clauses"] == [{"clause_id": "c1", "rules": 1}]


def test_a_gate_with_all_answered_tells_of_no_exception(round_: Round) -> None:
    round_.exception = exception(2)
    round_.put(disposition("noted", all_remaining=True))
    assert seen(round_.gate()) == (0, 0)
    round_.announced()
    told = round_.get("results").json["answers"]
    assert "exception" not in told
    assert "excepted" not in told


def test_everybody_reads_how_many_were_excepted_by_theme_and_why(round_: Round) -> None:
    assert round_.get("analysis", groups=OFFICER).json["answers"]["outstanding"] == 2
    round_.exception = exception(2)
    round_.gate()
    round_.announced()
    told = round_.get("results").json["answers"]
    assert told["exception"] == exception(2)
    counts = [(row["excepted"], row["outstanding"]) for row in (told, *told["themes"])]
    assert counts == [(2, 0), (0, 0), (1, 0)]
    assert told["unthemed"]["excepted"] == 1
    assert told["by_outcome"]["accepted"] == 3


def test_an_excepted_comment_has_no_disposition_and_its_row_in_the_record(round_: Round) -> None:
    round_.exception = exception(2)
    round_.gate()
    left = round_.rows[4]["comment_id"]
    payload = {**round_.payload, "comment_ids": [left]}
    assert calls.invoke(serve.handler, payload)["dispositions"] == {left: None}
    record = recorded(round_)
    row = record["rows"][left]
    assert (row["outcome"], row["via"], row["reason"]) == ("excepted", "exception", None)
    assert len(record["rows"]) == 6
    assert record["answers"]["exception"] == exception(2)
    assert (record["answers"]["excepted"], record["answers"]["outstanding"]) == (2, 0)


def test_an_excepted_comment_is_answered_by_a_correction_and_both_are_told(round_: Round) -> None:
    round_.exception = exception(2)
    round_.gate()
    round_.announced()
    left = round_.rows[4]["comment_id"]
    assert round_.amend(disposition("accepted", comment_id=left)).status == 200
    told, record = round_.get("results").json["answers"], recorded(round_)
    for answers in (told, record["answers"]):
        assert (answers["excepted"], answers["by_outcome"]["accepted"]) == (1, 4)
        announced = answers["announced"]
        assert (announced["excepted"], announced["by_outcome"]["accepted"]) == (2, 3)
        assert (answers["exception"], announced["outstanding"]) == (exception(2), 0)
    assert record["rows"][left]["corrected"]["before"] is None


def test_what_is_withdrawn_after_the_announcement_was_excepted_for_nobody(round_: Round) -> None:
    round_.exception = exception(2)
    round_.gate()
    round_.tell("CommentWithdrawn", round_.rows[4]["comment_id"])
    record = recorded(round_)
    assert (record["answers"]["excepted"], len(record["rows"])) == (1, 5)


def test_a_reopened_round_that_answers_all_has_no_exception_any_more(
    round_: Round, clock: Any
) -> None:
    round_.exception = exception(2)
    round_.gate()
    clock.advance(days=40)
    round_.reopened(at="2027-01-10T08:00:00.000Z")
    assert recorded(round_)["answers"]["excepted"] == 2
    round_.exception = None
    assert seen(round_.gate()) == (2, 0)
    round_.put(disposition("noted", all_remaining=True))
    assert seen(round_.gate()) == (0, 0)
    assert "exception" not in recorded(round_)["answers"]


def test_what_is_restored_after_the_announcement_falls_under_no_exception(round_: Round) -> None:
    round_.exception = exception(2)
    round_.gate()
    round_.announced()
    restored = round_.rows[5]["comment_id"]
    round_.tell("CommentRestored", restored)
    items = round_.outstanding().json["items"]
    assert restored in {item["comment_id"] for item in items}
    record = recorded(round_)
    row = record["rows"][restored]
    assert (row["outcome"], row["via"], row["reason"]) == ("unanswered", "restored", None)
    assert (record["answers"]["excepted"], record["answers"]["outstanding"]) == (2, 1)
    unthemed = record["answers"]["unthemed"]
    assert (unthemed["excepted"], unthemed["outstanding"]) == (1, 1)
    assert record["answers"]["exception"] == exception(2)
    expect_sound(round_, record)


def test_what_is_restored_after_an_announcement_without_exception_has_its_row(
    round_: Round,
) -> None:
    round_.put(disposition("noted", theme_id=PARKING))
    round_.put(disposition("noted", comment_id=round_.rows[4]["comment_id"]))
    round_.gate()
    round_.announced()
    restored = round_.rows[5]["comment_id"]
    round_.tell("CommentRestored", restored)
    record = recorded(round_)
    row = record["rows"][restored]
    assert (row["outcome"], row["via"]) == ("unanswered", "restored")
    assert record["answers"]["outstanding"] == 1
    expect_sound(round_, record)


def test_what_was_restored_before_the_gate_closed_is_excepted_with_the_others(
    round_: Round,
) -> None:
    round_.exception = exception(3)
    early = round_.rows[5]["comment_id"]
    round_.tell("CommentRestored", early)
    round_.gate()
    round_.announced()
    round_.tell("CommentRejected", round_.rows[0]["comment_id"])
    round_.tell("CommentRestored", round_.rows[0]["comment_id"], edition=3)  # hours is answered
    record = recorded(round_)
    assert record["rows"][early]["outcome"] == "excepted"
    assert (record["answers"]["excepted"], record["answers"]["outstanding"]) == (3, 0)
    expect_sound(round_, record)


@pytest.mark.parametrize(("row", "left"), [(5, (2, 0)), (4, (1, 1))])
def test_a_correction_answers_what_was_restored_or_excepted_and_the_rest_stays_as_it_was(
    round_: Round, row: int, left: tuple[int, int]
) -> None:
    round_.exception = exception(2)
    round_.gate()
    round_.announced()
    round_.tell("CommentRestored", round_.rows[5]["comment_id"])
    assert round_.amend(disposition(comment_id=round_.rows[row]["comment_id"])).status == 200
    told, record = round_.get("results").json["answers"], recorded(round_)
    for answers in (told, record["answers"]):
        assert (answers["excepted"], answers["outstanding"]) == left
        announced = answers["announced"]
        assert (announced["excepted"], announced["outstanding"]) == (2, 1)
        assert answers["exception"] == exception(2)
    expect_sound(round_, record)


def test_a_reopened_round_that_is_announced_anew_excepts_what_was_restored_before(
    round_: Round, clock: Any
) -> None:
    round_.exception = exception(2)
    round_.gate()
    round_.announced()
    restored = round_.rows[5]["comment_id"]
    round_.tell("CommentRestored", restored)
    clock.advance(days=40)
    round_.reopened(at="2027-01-10T08:00:00.000Z")
    assert recorded(round_)["rows"][restored]["outcome"] == "unanswered"
    round_.exception = exception(3)
    assert seen(round_.gate()) == (0, 3)
    round_.announced(at="2027-06-10T08:00:00.000Z")
    record = recorded(round_)
    assert record["rows"][restored]["outcome"] == "excepted"
    expect_sound(round_, record)


@pytest.mark.parametrize("before", [0, 1])
def test_a_comment_that_is_restored_while_the_gate_closes_is_not_passed_over(
    round_: Round, before: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    rejected, other = round_.rows[5]["comment_id"], round_.rows[0]["comment_id"]
    round_.put(*(disposition(comment_id=row["comment_id"]) for row in round_.rows[:5]))
    for edition in range(before):
        round_.tell("CommentRestored", other, edition=edition + 2)
    real, restored = AnalysisStore.close_gate, iter([rejected])

    def slow(self: AnalysisStore, run: Any, **rest: Any) -> None:
        for comment_id in restored:
            assert round_.tell("CommentRestored", comment_id) == {"batchItemFailures": []}
        real(self, run, **rest)

    monkeypatch.setattr(AnalysisStore, "close_gate", slow)
    with pytest.raises(Exception, match="at the gate"):
        round_.gate()
    assert seen(round_.gate()) == (1, 0)
    assert round_.put(disposition(comment_id=rejected)).status == 200
    assert seen(round_.gate()) == (0, 0)
