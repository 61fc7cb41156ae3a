"""What happens to a comment after the analysis changes which answer it needs."""

import json
from typing import Any

import pytest

from services.analysis.handlers import serve
from services.shared import exports
from tests.integration.analysis.rounds import LETTERS, OFFICER, Round, disposition
from tests.support import calls


@pytest.fixture
def analysed(consultation: Round) -> Round:
    """A letter of three, a held comment, a single one; analysed."""
    for _ in range(3):
        consultation.comment(LETTERS["en"])
    consultation.comment(status="held")
    consultation.comment()
    consultation.run()
    return consultation


def _ids(consultation: Round) -> list[str]:
    return [str(row["comment_id"]) for row in consultation.rows]


def _served(consultation: Round, comment_id: str) -> Any:
    payload = {**consultation.payload, "comment_ids": [comment_id]}
    return calls.invoke(serve.handler, payload)["dispositions"][comment_id]


def _recorded(consultation: Round, name: str) -> bytes:
    files = {file["key"].rsplit("/", 1)[1]: file["key"] for file in consultation.record_part()}
    return exports.read("exports", files[name])


def _answers(consultation: Round) -> dict[str, dict[str, Any]]:
    rows = map(json.loads, _recorded(consultation, "dispositions.jsonl").splitlines())
    return {row["comment_id"]: row for row in rows}


def test_what_is_withdrawn_or_rejected_later_no_longer_holds_the_announcement(
    analysed: Round,
) -> None:
    *_, held, single = _ids(analysed)
    assert analysed.gate()["outstanding"] == 5
    analysed.tell("CommentWithdrawn", single)
    assert analysed.gate()["outstanding"] == 4
    analysed.tell("CommentRejected", held)
    assert analysed.gate()["outstanding"] == 3
    listed = {item["comment_id"] for item in analysed.outstanding().json["items"]}
    assert listed == set(_ids(analysed)[:3])


def test_an_event_that_comes_twice_changes_nothing_more(analysed: Round) -> None:
    for _ in range(2):
        analysed.tell("CommentWithdrawn", _ids(analysed)[4])
    assert analysed.gate()["outstanding"] == 4


def test_an_event_that_comes_before_the_analysis_is_not_lost(consultation: Round) -> None:
    comment, other = consultation.comment(), consultation.comment()
    manifest = consultation.export()
    consultation.tell("CommentWithdrawn", comment)
    consultation.run(manifest)
    listed = [item["comment_id"] for item in consultation.outstanding().json["items"]]
    assert listed == [other]


@pytest.mark.parametrize("late", ["CommentRejected", "CommentWithdrawn"])
def test_a_rejected_comment_that_was_withdrawn_stays_withdrawn(analysed: Round, late: str) -> None:
    held = _ids(analysed)[3]
    for kind in ("CommentRejected", "CommentWithdrawn", late):
        analysed.tell(kind, held)
    analysed.put(disposition(all_remaining=True))
    assert held not in _answers(analysed)


@pytest.mark.parametrize("order", [(2, 3), (3, 2), (3, 3, 2)])
def test_a_comment_that_is_rejected_no_more_needs_an_answer_again(
    analysed: Round, order: tuple[int, ...]
) -> None:
    held, kinds = _ids(analysed)[3], {2: "CommentRejected", 3: "CommentRestored"}
    for edition in order:
        analysed.tell(kinds[edition], held, edition=edition)
    assert analysed.gate()["outstanding"] == 5
    analysed.put(disposition(comment_id=held))
    assert _served(analysed, held)["outcome"] == "noted"
    analysed.tell("CommentRejected", held, edition=4)
    assert _served(analysed, held) is None


def test_what_is_restored_is_cited_again_and_what_was_withdrawn_is_not(analysed: Round) -> None:
    [campaign] = analysed.get("analysis", groups=OFFICER).json["campaigns"]
    cited = campaign["representative"]
    analysed.tell("CommentRejected", cited, edition=2)
    assert cited not in analysed.get("analysis", groups=OFFICER).text
    analysed.tell("CommentRestored", cited, edition=3)
    assert cited in analysed.get("analysis", groups=OFFICER).text
    analysed.tell("CommentWithdrawn", cited)
    analysed.tell("CommentRestored", cited, edition=5)
    assert cited not in analysed.get("analysis", groups=OFFICER).text


def test_a_change_in_another_round_is_none_in_this_one(analysed: Round) -> None:
    analysed.round = 2
    analysed.tell("CommentWithdrawn", _ids(analysed)[4])
    analysed.round = 1
    assert analysed.gate()["outstanding"] == 5


def test_an_answer_of_its_own_is_refused_for_what_is_gone(analysed: Round) -> None:
    *_, held, single = _ids(analysed)
    analysed.tell("CommentWithdrawn", single)
    analysed.tell("CommentRejected", held)
    answer = analysed.put(disposition(comment_id=single), disposition(comment_id=held))
    assert [error["code"] for error in answer.json["errors"]] == [
        "comment_withdrawn",
        "disposed_by_moderation",
    ]


def test_an_answer_given_before_the_withdrawal_is_no_longer_served(analysed: Round) -> None:
    single = _ids(analysed)[4]
    analysed.put(disposition(comment_id=single))
    assert _served(analysed, single)["outcome"] == "noted"
    analysed.tell("CommentWithdrawn", single)
    assert _served(analysed, single) is None


def test_the_record_answers_the_rejected_by_moderation_and_the_withdrawn_not_at_all(
    analysed: Round,
) -> None:
    *_, held, single = _ids(analysed)
    analysed.put(disposition(all_remaining=True))
    analysed.tell("CommentWithdrawn", single)
    analysed.tell("CommentRejected", held, reason_code="abusive")
    answers = _answers(analysed)
    assert single not in answers
    assert (answers[held]["via"], answers[held]["outcome"]) == ("moderation", "rejected")
    assert answers[held]["reason_code"] == "abusive"


def test_results_cite_nothing_that_was_withdrawn(analysed: Round) -> None:
    analysed.put(disposition(all_remaining=True))
    [campaign] = analysed.get("analysis", groups=OFFICER).json["campaigns"]
    gone = campaign["representative"]
    assert gone in analysed.get("analysis", groups=OFFICER).text
    analysed.tell("CommentWithdrawn", gone)
    document = _recorded(analysed, "results.json").decode()
    assert gone not in document
    answer = analysed.get("results")
    assert gone not in answer.text
    [campaign] = answer.json["campaigns"]
    assert campaign["representative"] in campaign["comment_ids"]
    assert (campaign["size"], len(campaign["comment_ids"])) == (3, 2)
    assert json.loads(document)["published"] == answer.json["published"] == 4


def test_a_letter_that_everybody_withdrew_has_no_representative(analysed: Round) -> None:
    analysed.record_part()
    for comment_id in _ids(analysed)[:3]:
        analysed.tell("CommentWithdrawn", comment_id)
    [campaign] = analysed.get("results").json["campaigns"]
    assert (campaign["representative"], campaign["comment_ids"]) == (None, [])


def test_an_event_that_nobody_asked_for_goes_back_to_the_queue(analysed: Round) -> None:
    answer = analysed.tell("CommentAppealed", _ids(analysed)[0])
    assert answer == {"batchItemFailures": [{"itemIdentifier": "0"}]}


def test_a_rejection_without_its_ground_goes_back_to_the_queue(analysed: Round) -> None:
    answer = analysed.tell("CommentRejected", _ids(analysed)[3], reason_code=None)
    assert answer == {"batchItemFailures": [{"itemIdentifier": "0"}]}
