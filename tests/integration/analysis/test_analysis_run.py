"""A round is analysed once, from an export that is what its manifest says."""

import json
from typing import Any

import pytest
from pydantic import ValidationError

from services.analysis.handlers import relay, run
from services.analysis.store import AnalysisStore
from services.shared import aws, exports
from services.shared.errors import Conflict
from tests.integration.analysis.rounds import LETTERS, OFFICER, Round, disposition
from tests.support import calls


def _events() -> list[dict[str, Any]]:
    records = calls.stream_records("analysis")
    images = [r["dynamodb"]["NewImage"] for r in records if r["eventName"] == "INSERT"]
    return [image["event"]["M"] for image in images if "event" in image]


def test_the_run_writes_results_and_what_it_knows_of_each_comment(consultation: Round) -> None:
    first = consultation.comment(LETTERS["ar"], language="ar")
    consultation.comment(LETTERS["ar"] + "!", language="ar", channel="email")
    consultation.comment(status="rejected", reason_code="spam")
    answer = consultation.run()
    assert answer["comments"] == 3
    results = json.loads(exports.read("exports", answer["result_key"]))
    assert results["run_id"] == answer["run_id"]
    assert results["by_channel"] == {"web": 1, "email": 1}
    assert [c["representative"] for c in results["campaigns"]] == [first]
    assert results["themes"] == []
    rows = consultation.assignments()
    assert [row["comment_id"] for row in rows] == sorted(r["comment_id"] for r in consultation.rows)
    assert all("text" not in row for row in rows)


def test_running_twice_is_running_once(consultation: Round, clock: Any) -> None:
    consultation.comment()
    manifest = consultation.export()
    first, files = consultation.run(manifest), consultation.written()
    clock.advance(hours=1)
    assert consultation.run(manifest) == first
    assert consultation.written() == files
    assert len(_events()) == 1


def test_a_repeat_after_a_crash_writes_the_same_bytes(
    consultation: Round, monkeypatch: pytest.MonkeyPatch, clock: Any
) -> None:
    for _ in range(6):
        consultation.comment(LETTERS["en"])
    manifest = consultation.export()
    with monkeypatch.context() as broken:
        broken.setattr(AnalysisStore, "save_run", _crash)
        with pytest.raises(RuntimeError):
            consultation.run(manifest)
    files = consultation.written()
    clock.advance(minutes=5)
    consultation.run(manifest)
    assert consultation.written() == files


def _crash(*_: Any, **__: Any) -> None:
    raise RuntimeError("crash")


def test_a_new_export_of_the_round_takes_the_place_of_the_old_and_keeps_the_rules(
    consultation: Round,
) -> None:
    comment = consultation.comment()
    first = consultation.run()
    consultation.put(disposition(comment_id=comment))
    consultation.gate()
    consultation.comment()
    second = consultation.run()
    assert second["run_id"] != first["run_id"]
    assert consultation.gate()["outstanding"] == 1
    assert consultation.put(disposition(all_remaining=True)).status == 200


def test_an_export_that_is_not_what_its_manifest_says_is_refused(consultation: Round) -> None:
    consultation.comment()
    manifest = consultation.export()
    shard = json.loads(exports.read("exports", manifest))["shards"][0]["key"]
    body = exports.read("exports", shard).replace(b"somebody", b"nobody")
    aws.client("s3").put_object(Bucket="exports", Key=shard, Body=body)
    with pytest.raises(Conflict, match="export_mismatch"):
        consultation.run(manifest)
    assert consultation.get("analysis", groups=OFFICER).status == 404


@pytest.mark.parametrize("listed", [0, 1, 3])
def test_a_file_of_more_or_fewer_rows_than_the_manifest_says_is_refused(
    consultation: Round, listed: int
) -> None:
    consultation.comment()
    consultation.comment()
    key = consultation.export(shards=1)
    manifest = json.loads(exports.read("exports", key))
    manifest["shards"][0]["items"] = listed
    exports.write_json("exports", key, manifest)
    with pytest.raises(Conflict, match="export_mismatch"):
        consultation.run(key)


def test_the_export_of_another_round_is_refused(consultation: Round) -> None:
    consultation.comment()
    manifest = consultation.export()
    consultation.round = 2
    with pytest.raises(Conflict, match="export_mismatch"):
        consultation.run(manifest)


def test_the_event_carries_counts_and_nothing_that_was_said(consultation: Round) -> None:
    consultation.comment(LETTERS["en"])
    consultation.comment(LETTERS["en"])
    answer = consultation.run()
    [event] = _events()
    text = json.dumps(event)
    assert "walk-in" not in text
    records = calls.stream_records("analysis")
    assert relay.handler({"Records": records}, None) == {"batchItemFailures": []}
    assert event["type"]["S"] == "ResponsesAnalysed"
    assert event["data"]["M"] == {
        "run_id": {"S": answer["run_id"]},
        "received": {"N": "2"},
        "published": {"N": "2"},
        "distinct": {"N": "1"},
        "campaigns": {"N": "1"},
    }


@pytest.mark.parametrize(
    ("groups", "status"),
    [
        (OFFICER, 200),
        (("approver",), 200),
        (("auditor",), 200),
        (("officer", "agency.works"), 404),
        (("officer",), 404),
        (("moderator",), 403),
        ((), 401),
    ],
)
def test_the_analysis_is_for_the_agencys_staff(
    consultation: Round, groups: tuple[str, ...], status: int
) -> None:
    consultation.comment()
    consultation.run()
    assert consultation.get("analysis", groups=groups).status == status


def test_there_is_no_analysis_before_the_run(consultation: Round) -> None:
    assert consultation.get("analysis", groups=OFFICER).status == 404
    assert consultation.outstanding().status == 404


def test_results_are_public_once_the_record_is_gathered(consultation: Round) -> None:
    consultation.comment()
    consultation.run()
    assert consultation.get("results").status == 404
    consultation.put(disposition(all_remaining=True))
    consultation.gate()
    assert consultation.get("results").status == 404
    consultation.record_part()
    answer = consultation.get("results")
    assert answer.status == 200
    assert answer.json["published"] == 1
    assert answer.json["published_at"] == "2026-12-01T09:00:00.000Z"


def test_each_round_has_its_own_analysis_and_the_newest_is_shown(consultation: Round) -> None:
    consultation.comment()
    consultation.run()
    consultation.round = 2
    consultation.comment()
    consultation.run()
    newest = consultation.get("analysis", groups=OFFICER).json
    first = consultation.get("analysis", groups=OFFICER, round="1").json
    assert (newest["round"], newest["received"]) == (2, 2)
    assert (first["round"], first["received"]) == (1, 1)
    assert consultation.get("analysis", groups=OFFICER, round="3").status == 404


@pytest.mark.parametrize("round_", ["0", "01", "1000", "9" * 5000, "1\n", "one", "٣", "-1", ""])
def test_a_round_that_is_no_number_is_refused(consultation: Round, round_: str) -> None:
    answer = consultation.get("analysis", groups=OFFICER, round=round_)
    assert answer.status == 400
    assert "round" in answer.json["detail"]


def test_a_run_without_the_agency_is_refused(consultation: Round) -> None:
    payload = {**consultation.payload, "step": "begin", "manifest_key": consultation.export()}
    with pytest.raises(ValidationError, match="agency"):
        calls.invoke(run.handler, payload)


QUESTION = {"id": "q", "kind": "single", "required": True, "option_ids": ["yes", "no"]}


def _pulse(consultation: Round, **chosen: int) -> None:
    consultation.questions = [QUESTION]
    for option, people in chosen.items():
        for _ in range(people):
            answer = {"question_id": "q", "option_ids": [option]}
            consultation.comment(answers=[answer])


def test_results_are_public_with_the_decision(consultation: Round, clock: Any) -> None:
    _pulse(consultation, yes=15, no=5)
    consultation.run()
    assert consultation.get("results").status == 404
    for _ in range(2):
        assert consultation.announced() == {"batchItemFailures": []}
        clock.advance(hours=1)
    answer = consultation.get("results").json
    assert answer["published_at"] == "2026-12-01T09:00:00.000Z"
    [table] = answer["questions"]
    assert [(cell["option"], cell["count"]) for cell in table["cells"]] == [("yes", 15), ("no", 5)]
    assert (table["respondents"], table["suppressed"]) == (20, 0)


def test_an_announcement_without_an_analysis_goes_back_to_the_queue(consultation: Round) -> None:
    assert consultation.announced() == {"batchItemFailures": [{"itemIdentifier": "0"}]}


def test_two_publications_of_a_round_do_not_differ_by_a_few_people(consultation: Round) -> None:
    _pulse(consultation, yes=15, no=6)
    consultation.run()
    consultation.announced()
    published = consultation.get("results").json["questions"]
    for _ in range(2):
        _pulse(consultation, yes=1)
        consultation.run()
        consultation.record_part()
        again = consultation.get("results").json
        assert again["questions"] == published
    assert again["received"] == 23


def test_before_they_are_public_a_new_export_counts_anew(consultation: Round) -> None:
    _pulse(consultation, yes=15, no=6)
    consultation.run()
    _pulse(consultation, no=1)
    consultation.run()
    [table] = consultation.get("analysis", groups=OFFICER).json["questions"]
    assert [cell["count"] for cell in table["cells"]] == [15, 7]
