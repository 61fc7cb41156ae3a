"""Every comment that is not withdrawn gets an answer before the decision is announced."""

import json
from typing import Any

import pytest

from services.analysis.handlers import relay, serve
from services.analysis.store import AnalysisStore
from services.shared import exports
from services.shared.clock import to_text
from services.shared.errors import Conflict
from tests.integration.analysis.rounds import LETTERS, OFFICER, REASON, Round, disposition
from tests.support import calls


def _campaign_of(consultation: Round) -> str:
    campaigns = consultation.get("analysis", groups=OFFICER).json["campaigns"]
    return str(campaigns[0]["campaign_id"])


def _served(consultation: Round, *comment_ids: str) -> dict[str, Any]:
    payload = {**consultation.payload, "comment_ids": list(comment_ids)}
    return dict(calls.invoke(serve.handler, payload)["dispositions"])


def _recorded() -> list[dict[str, Any]]:
    images = [record["dynamodb"].get("NewImage", {}) for record in calls.stream_records("analysis")]
    events = [image["event"]["M"] for image in images if "event" in image]
    return [event for event in events if event["type"]["S"] == "DispositionRecorded"]


@pytest.fixture
def analysed(consultation: Round) -> Round:
    """Two single comments, a letter of three, one held, one rejected, one withdrawn."""
    for _ in range(2):
        consultation.comment()
    for _ in range(3):
        consultation.comment(LETTERS["ar"], language="ar")
    for status in ("held", "rejected", "withdrawn"):
        consultation.comment(status=status, reason_code="spam" if status == "rejected" else None)
    consultation.run()
    return consultation


def test_what_was_rejected_or_withdrawn_is_not_outstanding(analysed: Round) -> None:
    answer = analysed.gate()
    assert (answer["outstanding"], answer["received"]) == (6, 8)


def test_rules_close_the_gap_step_by_step(analysed: Round) -> None:
    first = analysed.rows[0]["comment_id"]
    answers = [
        analysed.put(disposition(comment_id=first)),
        analysed.put(disposition(campaign_id=_campaign_of(analysed))),
        analysed.put(disposition(all_remaining=True)),
    ]
    assert [answer.json for answer in answers] == [
        {"applied": 1, "outstanding": 5},
        {"applied": 1, "outstanding": 2},
        {"applied": 1, "outstanding": 0},
    ]
    assert analysed.gate()["outstanding"] == 0


def test_the_nearest_answer_is_served(analysed: Round) -> None:
    alone, _, member, *_ = (row["comment_id"] for row in analysed.rows)
    campaign_id = _campaign_of(analysed)
    rejected = analysed.rows[6]["comment_id"]
    analysed.put(
        disposition("noted", all_remaining=True),
        disposition("partly_accepted", campaign_id=campaign_id),
        disposition("accepted", comment_id=alone),
    )
    served = _served(analysed, alone, member, rejected, "unknown")
    assert served[alone] == {
        "outcome": "accepted",
        "reason": REASON,
        "clause_ids": ["c1"],
        "target": {"comment_id": alone},
        "corrected": None,
    }
    assert served[member]["outcome"] == "partly_accepted"
    assert served[member]["target"] == {"campaign_id": campaign_id}
    assert served[rejected] is served["unknown"] is None


def test_before_the_analysis_nothing_is_served_and_nothing_recorded(consultation: Round) -> None:
    comment = consultation.comment()
    assert _served(consultation, comment) == {comment: None}
    answer = consultation.put(disposition(all_remaining=True))
    assert (answer.status, answer.json["detail"]) == (
        409,
        "The comments on this topic have not been analysed yet.",
    )
    with pytest.raises(Conflict, match="not_analysed"):
        consultation.gate()


def test_a_changed_answer_holds_at_once_and_the_former_stays_on_record(analysed: Round) -> None:
    comment = analysed.rows[0]["comment_id"]
    for outcome in ("accepted", "not_accepted"):
        assert analysed.put(disposition(outcome, comment_id=comment)).status == 200
    assert _served(analysed, comment)[comment]["outcome"] == "not_accepted"
    assert [event["data"]["M"]["outcome"]["S"] for event in _recorded()] == [
        "accepted",
        "not_accepted",
    ]


def test_the_same_answer_twice_is_recorded_once(analysed: Round) -> None:
    item = disposition(comment_id=analysed.rows[0]["comment_id"])
    assert analysed.put(item).json == analysed.put(item).json == {"applied": 1, "outstanding": 5}
    assert len(_recorded()) == 1


def test_the_event_names_target_and_clauses_and_no_text(analysed: Round) -> None:
    analysed.put(disposition("out_of_scope", all_remaining=True))
    [event] = _recorded()
    assert event["actor"]["M"] == {"role": {"S": "officer"}, "id": {"S": "someone"}}
    assert event["data"]["M"] == {
        "target_kind": {"S": "all_remaining"},
        "target_id": {"NULL": True},
        "outcome": {"S": "out_of_scope"},
        "clause_ids": {"L": [{"S": "c1"}]},
    }
    answer = relay.handler({"Records": calls.stream_records("analysis")}, None)
    assert answer == {"batchItemFailures": []}


def test_ninety_nine_answers_are_one_act(consultation: Round) -> None:
    comments = [consultation.comment() for _ in range(99)]
    consultation.run()
    answer = consultation.put(*(disposition(comment_id=comment) for comment in comments))
    assert answer.json == {"applied": 99, "outstanding": 0}


def test_with_one_fault_nothing_is_recorded_and_every_fault_is_named(analysed: Round) -> None:
    answer = analysed.put(
        disposition(comment_id=analysed.rows[0]["comment_id"]),
        disposition(comment_id="nobody"),
        disposition(comment_id=analysed.rows[6]["comment_id"]),
        disposition(theme_id="parking"),
    )
    assert answer.status == 422
    assert [(e["field"], e["code"]) for e in answer.json["errors"]] == [
        ("/items/1/target/comment_id", "unknown_comment"),
        ("/items/2/target/comment_id", "disposed_by_moderation"),
        ("/items/3/target/theme_id", "unknown_theme"),
    ]
    assert analysed.gate()["outstanding"] == 6


def test_two_officers_at_once_do_not_overwrite_each_other(
    analysed: Round, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = AnalysisStore.rules
    races = iter([disposition("accepted", all_remaining=True)])

    def slow(self: AnalysisStore, run: Any, **version: int) -> Any:
        for other in races:
            assert analysed.put(other).status == 200
        return real(self, run, **version)

    monkeypatch.setattr(AnalysisStore, "rules", slow)
    answer = analysed.put(disposition("noted", all_remaining=True))
    assert answer.status == 409
    comment = analysed.rows[0]["comment_id"]
    assert _served(analysed, comment)[comment]["outcome"] == "accepted"


def test_behind_the_gate_the_answers_stand(analysed: Round) -> None:
    analysed.put(disposition("accepted", all_remaining=True))
    assert analysed.gate()["outstanding"] == analysed.gate()["outstanding"] == 0
    answer = analysed.put(disposition("not_accepted", all_remaining=True))
    assert answer.status == 409
    assert answer.json["detail"] == "The dispositions of this round stand and can no longer change."


def test_in_a_reopened_round_the_public_sees_the_announced_answers_until_the_next_announcement(
    analysed: Round, clock: Any
) -> None:
    comment = analysed.rows[0]["comment_id"]
    analysed.put(disposition("accepted", all_remaining=True))
    analysed.gate()
    analysed.announced()
    clock.advance(days=40)
    later = "2027-01-10T08:00:00.000Z"
    for _ in range(2):  # told twice
        assert analysed.reopened(at=later) == {"batchItemFailures": []}
    assert analysed.put(disposition("not_accepted", all_remaining=True)).status == 200
    assert _served(analysed, comment)[comment]["outcome"] == "accepted"
    analysed.gate()
    assert _served(analysed, comment)[comment]["outcome"] == "accepted"
    analysed.announced(at="2027-01-12T08:00:00.000Z")
    assert _served(analysed, comment)[comment]["outcome"] == "not_accepted"
    analysed.reopened(at=later)  # told once more, after the gate has closed again
    assert analysed.put(disposition("noted", all_remaining=True)).status == 409


def test_a_reopening_that_is_heard_of_after_the_next_gate_does_not_open_that_one(
    analysed: Round, clock: Any
) -> None:
    analysed.put(disposition("accepted", all_remaining=True))
    analysed.gate()
    clock.advance(days=40)
    reopened_at = to_text(clock())
    clock.advance(minutes=1)
    analysed.gate()
    analysed.reopened(at=reopened_at)
    assert analysed.put(disposition("noted", all_remaining=True)).status == 409


def test_what_a_reopened_round_prepared_and_never_announced_is_in_no_record(
    analysed: Round, clock: Any
) -> None:
    analysed.put(disposition("accepted", all_remaining=True))
    analysed.gate()
    clock.advance(days=40)
    analysed.reopened(at="2027-01-10T08:00:00.000Z")
    analysed.put(disposition("not_accepted", all_remaining=True))
    rows = exports.read_lines("exports", analysed.record_part()[1]["key"])
    ruled = [row["outcome"] for row in rows if row["via"] == "rule"]
    assert ruled == ["accepted"] * 6


def test_a_gate_that_changes_while_it_closes_is_looked_at_again(
    analysed: Round, monkeypatch: pytest.MonkeyPatch
) -> None:
    analysed.put(disposition("accepted", all_remaining=True))
    real = AnalysisStore.close_gate
    races = iter([disposition("not_accepted", all_remaining=True)])

    def slow(self: AnalysisStore, run: Any, **rest: Any) -> None:
        for other in races:
            assert analysed.put(other).status == 200
        real(self, run, **rest)

    monkeypatch.setattr(AnalysisStore, "close_gate", slow)
    with pytest.raises(Exception, match="at the gate"):
        analysed.gate()
    analysed.gate()
    comment = analysed.rows[0]["comment_id"]
    assert _served(analysed, comment)[comment]["outcome"] == "not_accepted"


def test_an_open_gate_does_not_bind_anybody(analysed: Round) -> None:
    assert analysed.gate()["outstanding"] == 6
    assert analysed.put(disposition(all_remaining=True)).status == 200


def test_whoever_merely_asks_whether_the_gate_is_open_binds_nobody(analysed: Round) -> None:
    analysed.put(disposition("accepted", all_remaining=True))
    assert analysed.gate(close=False)["outstanding"] == 0
    assert analysed.put(disposition("not_accepted", all_remaining=True)).status == 200


def test_what_was_never_announced_is_not_published(analysed: Round) -> None:
    analysed.put(disposition("accepted", all_remaining=True))
    assert analysed.record_part(announced=False) == []
    assert analysed.get("results").status == 404


def test_an_officer_of_another_agency_finds_nothing_to_answer(analysed: Round) -> None:
    stranger = ("officer", "agency.works")
    assert analysed.put(disposition(all_remaining=True), groups=stranger).status == 404
    assert analysed.outstanding(groups=stranger).status == 404


def test_outstanding_comments_are_listed_page_by_page(consultation: Round) -> None:
    for _ in range(130):
        consultation.comment()
    for _ in range(20):
        consultation.comment(LETTERS["en"])
    consultation.run()
    answered = consultation.rows[0]["comment_id"]
    consultation.put(disposition(comment_id=answered))
    first = consultation.outstanding().json
    second = consultation.outstanding(cursor=first["next_cursor"]).json
    assert (first["received"], first["outstanding"]) == (150, 149)
    assert [group["outstanding"] for group in first["by_campaign"]] == [20]
    assert (len(first["items"]), len(second["items"])) == (100, 49)
    assert second["next_cursor"] is None
    listed = {item["comment_id"] for item in first["items"] + second["items"]}
    assert listed == {row["comment_id"] for row in consultation.rows} - {answered}


def test_a_forged_cursor_is_refused(analysed: Round) -> None:
    answer = analysed.outstanding(cursor="Zm9yZ2Vk")
    assert (answer.status, answer.json["type"]) == (400, "/problems/malformed")


def test_the_record_has_an_answer_for_every_comment_but_the_withdrawn(analysed: Round) -> None:
    campaign_id = _campaign_of(analysed)
    analysed.put(disposition("accepted", campaign_id=campaign_id), disposition(all_remaining=True))
    files = {file["key"].rsplit("/", 1)[1]: file for file in analysed.record_part()}
    assert {"results.json", "dispositions.jsonl", "channels.ar.svg"} <= set(files)
    listed = files["dispositions.jsonl"]
    assert listed["key"] == f"parts/{analysed.topic_id}/1/analysis/dispositions.jsonl"
    rows = {row["comment_id"]: row for row in exports.read_lines("exports", listed["key"])}
    withdrawn, rejected = analysed.rows[7]["comment_id"], analysed.rows[6]["comment_id"]
    assert rows.keys() == {row["comment_id"] for row in analysed.rows} - {withdrawn}
    assert rows[rejected] == {
        "comment_id": rejected,
        "outcome": "rejected",
        "reason": None,
        "reason_code": "spam",
        "clause_ids": [],
        "target": {"comment_id": rejected},
        "corrected": None,
        "via": "moderation",
    }
    member = rows[analysed.rows[2]["comment_id"]]
    assert (member["outcome"], member["via"]) == ("accepted", "rule")
    assert analysed.record_part() == list(files.values())
    results = json.loads(exports.read("exports", files["results.json"]["key"]))
    assert results["received"] == 8


def test_a_round_withdrawn_before_the_analysis_has_nothing_to_record(consultation: Round) -> None:
    assert consultation.record_part() == []


@pytest.mark.parametrize("stage", ["collecting", "reviewing", "analysing"])
def test_an_own_topic_is_told_that_it_is_not_analysed_yet(consultation: Round, stage: str) -> None:
    consultation.stage = stage
    answer = consultation.put(disposition(all_remaining=True))
    assert (answer.status, answer.json["detail"][:12]) == (409, "The comments")


@pytest.mark.parametrize(
    ("stage", "groups", "query"),
    [
        (None, OFFICER, {}),
        ("collecting", ("officer", "agency.works"), {}),
        ("withdrawn", ("officer", "agency.works"), {}),
        ("collecting", OFFICER, {"round": "2"}),
    ],
)
def test_a_topic_that_is_not_there_for_the_officer_has_no_dispositions(
    consultation: Round, stage: str | None, groups: tuple[str, ...], query: dict[str, str]
) -> None:
    consultation.stage = stage
    assert consultation.put(disposition(all_remaining=True), groups=groups, **query).status == 404


@pytest.mark.parametrize("analyse", [True, False])
def test_of_a_withdrawn_topic_nobody_says_that_it_was_announced(
    consultation: Round, analyse: bool
) -> None:
    if analyse:
        consultation.comment()
        consultation.run()
        consultation.record_part()
    consultation.stage = "withdrawn"
    answer = consultation.put(disposition(all_remaining=True))
    assert answer.status == 409
    assert "announced" not in answer.text
    assert "analysed yet" not in answer.text


def test_every_clause_that_the_decision_does_not_have_is_named(analysed: Round) -> None:
    first = {**disposition(comment_id="nobody"), "clause_ids": ["c9"]}
    second = {**disposition(all_remaining=True), "clause_ids": ["c1", "c2"]}
    answer = analysed.put(first, second)
    assert answer.status == 422
    assert [(e["field"], e["code"]) for e in answer.json["errors"]] == [
        ("/items/0/target/comment_id", "unknown_comment"),
        ("/items/0/clause_ids/0", "unknown_clause"),
        ("/items/1/clause_ids/1", "unknown_clause"),
    ]
    assert "c2" in answer.json["errors"][2]["message"]
    assert analysed.gate()["outstanding"] == 6


def test_before_there_is_a_decision_no_clause_can_be_named(analysed: Round) -> None:
    analysed.clauses = None
    without = {**disposition(comment_id=analysed.rows[0]["comment_id"]), "clause_ids": []}
    answer = analysed.put(without, disposition(all_remaining=True))
    assert [(e["field"], e["code"]) for e in answer.json["errors"]] == [
        ("/items/1/clause_ids", "no_decision_yet"),
    ]
    assert analysed.put(without).status == 200


def test_topics_is_asked_only_for_what_must_be_known(analysed: Round) -> None:
    analysed.asked.clear()
    analysed.put({**disposition(all_remaining=True), "clause_ids": []})
    assert analysed.asked == []
    analysed.put(disposition(all_remaining=True))
    assert analysed.asked == [("decision",)]
