"""What an earlier release announced is read, corrected and announced anew as anything else is."""

import json
from typing import Any

import pytest

from services.analysis.handlers import store
from services.analysis.recorded import file_key, pk, run_key
from services.shared import clock as instants
from services.shared import exports
from services.shared.table import Update
from tests.integration.analysis.rounds import Round, disposition


@pytest.fixture
def announced(consultation: Round, clock: Any) -> Round:
    """Three accepted comments, kept and announced as it was before there were corrections."""
    for _ in range(3):
        consultation.comment()
    consultation.run()
    consultation.put(disposition("accepted", all_remaining=True))
    consultation.gate()
    run = store().run(consultation.topic_id, 1)
    assert run is not None
    assert run.answers is not None
    key = file_key(run, run.answers)
    answers = json.loads(exports.read("exports", key))
    del answers["announced"], answers["corrections"]
    exports.write_json("exports", key, answers)
    clock.advance(seconds=1)
    public = {"published_at": instants.to_text(clock())}
    store()._table.write(Update(pk=pk(run.topic_id), sk=run_key(1), set=public))
    clock.advance(days=1)
    return consultation


def _told(consultation: Round) -> tuple[dict[str, int], str]:
    """What everybody reads: comments by outcome, and what the first one was answered."""
    answer = consultation.get("results")
    assert answer.status == 200
    counts = answer.json["answers"]["by_outcome"]
    first = consultation.rows[0]["comment_id"]
    served = consultation.served(first)["dispositions"][first]
    return {name: count for name, count in counts.items() if count}, served["outcome"]


def test_its_results_are_public_and_without_corrections(announced: Round) -> None:
    assert _told(announced) == ({"accepted": 3}, "accepted")
    answers = announced.get("results").json["answers"]
    assert (answers["announced"], answers["corrections"]) == (None, [])


def test_authors_can_be_told_its_answers(announced: Round) -> None:
    assert announced.served()["awaits_announcement"] is False


def test_its_answers_are_corrected(announced: Round) -> None:
    first = announced.rows[0]["comment_id"]
    answer = announced.amend(disposition("not_accepted", comment_id=first))
    assert (answer.status, answer.json) == (200, {"applied": 1, "changed": 1})
    assert _told(announced) == ({"accepted": 2, "not_accepted": 1}, "not_accepted")
    announced.announced(at="2026-12-01T10:00:00.000Z")  # told again
    assert _told(announced) == ({"accepted": 2, "not_accepted": 1}, "not_accepted")


def test_its_answers_stay_public_until_those_of_the_reopened_round_are_announced(
    announced: Round, clock: Any
) -> None:
    announced.record_part()
    clock.advance(days=1)
    announced.reopened(at=instants.to_text(clock()))
    announced.put(disposition("not_accepted", all_remaining=True))
    clock.advance(minutes=1)
    announced.gate()
    assert announced.served()["awaits_announcement"] is True
    assert _told(announced) == ({"accepted": 3}, "accepted")
    clock.advance(minutes=1)
    announced.announced(at=instants.to_text(clock()))
    assert announced.served()["awaits_announcement"] is False
    assert _told(announced) == ({"not_accepted": 3}, "not_accepted")
