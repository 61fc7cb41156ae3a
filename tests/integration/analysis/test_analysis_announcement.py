"""What was answered is public from the announcement on, and not from the gate on."""

from typing import Any

import pytest

from services.shared import clock as instants
from services.shared import exports
from tests.integration.analysis.rounds import Round, disposition

REOPENED = "2027-01-10T08:00:00.000Z"


@pytest.fixture
def reopened(consultation: Round, clock: Any) -> Round:
    """A round that was announced, sealed and reopened, answered anew, and whose gate has closed."""
    for _ in range(3):
        consultation.comment()
    consultation.run()
    consultation.put(disposition("accepted", all_remaining=True))
    consultation.gate()
    consultation.announced(at=instants.to_text(clock()))
    consultation.record_part()
    clock.advance(days=45)
    consultation.reopened(at=REOPENED)
    consultation.put(disposition("not_accepted", all_remaining=True))
    consultation.gate()
    return consultation


def _answer(consultation: Round) -> tuple[str, int]:
    """What the public is told: of the first comment, and how many are answered otherwise."""
    comment = consultation.rows[0]["comment_id"]
    served = consultation.served(comment)["dispositions"][comment]
    counts = consultation.get("results").json["answers"]["by_outcome"]
    return served["outcome"], counts["not_accepted"]


def test_new_answers_of_a_reopened_round_are_public_once_they_are_announced(
    reopened: Round, clock: Any
) -> None:
    assert _answer(reopened) == ("accepted", 0)
    assert reopened.served()["awaits_announcement"] is True
    clock.advance(minutes=5)
    for _ in range(2):  # told twice
        assert reopened.announced(at=instants.to_text(clock())) == {"batchItemFailures": []}
        assert _answer(reopened) == ("not_accepted", 3)
    assert reopened.served()["awaits_announcement"] is False


def test_an_announcement_from_before_the_reopening_does_not_make_the_new_answers_public(
    reopened: Round,
) -> None:
    assert reopened.announced(at="2026-12-01T10:00:00.000Z") == {"batchItemFailures": []}
    assert _answer(reopened) == ("accepted", 0)


def test_an_earlier_announcement_that_comes_after_a_later_one_takes_nothing_back(
    reopened: Round, clock: Any
) -> None:
    reopened.announced(at=instants.to_text(clock()))
    reopened.announced(at="2026-12-01T10:00:00.000Z")
    assert _answer(reopened) == ("not_accepted", 3)


def test_an_announcement_while_the_reopened_round_is_answered_makes_nothing_public(
    reopened: Round, clock: Any
) -> None:
    reopened.announced(at=instants.to_text(clock()))
    clock.advance(days=1)
    reopened.reopened(at=instants.to_text(clock()))
    reopened.put(disposition("noted", all_remaining=True))
    assert reopened.announced(at=instants.to_text(clock())) == {"batchItemFailures": []}
    assert _answer(reopened) == ("not_accepted", 3)


def test_the_record_has_what_was_announced_though_nobody_was_told_of_the_announcement(
    reopened: Round,
) -> None:
    rows = exports.read_lines("exports", reopened.record_part()[1]["key"])
    assert {row["outcome"] for row in rows} == {"not_accepted"}
    assert _answer(reopened) == ("not_accepted", 3)


def test_what_a_withdrawn_topic_had_held_ready_at_the_gate_is_in_no_record(
    reopened: Round,
) -> None:
    reopened.stage = "withdrawn"
    rows = exports.read_lines("exports", reopened.record_part()[1]["key"])
    assert {row["outcome"] for row in rows} == {"accepted"}
    assert _answer(reopened) == ("accepted", 0)


def test_before_the_first_announcement_the_gate_makes_nothing_public(
    consultation: Round, clock: Any
) -> None:
    consultation.comment()
    consultation.run()
    consultation.put(disposition("accepted", all_remaining=True))
    assert consultation.served()["awaits_announcement"] is False
    consultation.gate()
    assert consultation.get("results").status == 404
    assert consultation.served()["awaits_announcement"] is True
    clock.advance(minutes=5)
    consultation.announced(at=instants.to_text(clock()))
    assert consultation.get("results").status == 200
    assert consultation.served()["awaits_announcement"] is False


def test_the_first_announcement_counts_though_its_clock_is_behind_the_gates(
    consultation: Round, clock: Any
) -> None:
    consultation.comment()
    consultation.run()
    consultation.put(disposition("accepted", all_remaining=True))
    moment_before = instants.to_text(clock())
    clock.advance(seconds=1)
    consultation.gate()
    consultation.announced(at=moment_before)
    assert consultation.get("results").status == 200
    assert consultation.served()["awaits_announcement"] is False
