"""The public report and the record's log count everything and name nobody."""

import json
from typing import Any

import pytest

from services.moderation.handlers import export
from services.shared import exports
from tests.conftest import FixedClock
from tests.integration.moderation.moderation_desk import (
    ABUSE,
    CLEAN,
    PHONE,
    SPAM,
    TOPIC,
    comment,
    decide,
    reported,
    screened,
)
from tests.support.calls import invoke

pytestmark = pytest.mark.usefixtures("account")


def worked_round(clock: FixedClock) -> None:
    """Two cases, one of them rejected three hours later, one masked and one clean comment."""
    outcomes = screened(
        comment("c1", CLEAN), comment("c2", ABUSE), comment("c3", PHONE), comment("c4", SPAM)
    )
    clock.advance(hours=3)
    rejection = {"decision": "reject", "reason_code": "abusive", "note": "ملاحظة داخلية"}
    assert decide(outcomes[1]["case_id"], rejection).status == 200


def files() -> dict[str, Any]:
    answer = invoke(export.handler, {"topic_id": TOPIC, "round": 1})
    assert answer["service"] == "moderation"
    return {file["key"]: file for file in answer["files"]}


def test_the_report_is_public_and_counts(clock: FixedClock) -> None:
    worked_round(clock)
    answer = reported()
    assert answer.status == 200
    assert answer.headers["cache-control"] == "public, max-age=60"
    report = answer.json
    assert report["outcomes"] == {"hold": 2, "publish-and-review": 0, "redact-and-publish": 1}
    assert report["reasons"] == {"abusive": 1, "privacy": 1, "spam": 1}
    assert report["decisions"] == {"publish": 0, "redact": 0, "reject": 1}
    assert report["grounds"] == {"abusive": 1}
    assert (report["undecided"], report["median_hours_to_decision"]) == (1, 3)
    assert report["versions"].keys() == {"rules", "lexicon", "model"}
    assert report["method"].keys() == {"ar", "en"}


def test_the_report_is_of_the_latest_round_unless_one_is_named(clock: FixedClock) -> None:
    worked_round(clock)
    screened(comment("c9", CLEAN), round_=2)
    assert (reported().json["round"], reported().json["outcomes"]["hold"]) == (2, 0)
    assert reported(round="1").json["outcomes"]["hold"] == 2


def test_what_was_never_screened_has_no_report() -> None:
    assert reported("x" * 26).status == 404
    screened(comment("c1", CLEAN))
    assert reported(round="2").status == 404
    assert reported(round="0").status == 400
    assert reported(round="one").status == 400
    assert reported(round="0001" + "0" * 5_000).status == 400
    assert reported(round="01").status == reported(round="00011111").status == 400


def test_the_log_has_a_row_for_each_case_and_each_masked_comment(clock: FixedClock) -> None:
    worked_round(clock)
    key = f"parts/{TOPIC}/1/moderation/log.jsonl"
    assert files()[key]["items"] == 3
    rows = {row["comment_id"]: row for row in exports.read_lines("exports", key)}
    assert rows.keys() == {"c2", "c3", "c4"}
    assert rows["c2"] == {
        "case_id": rows["c2"]["case_id"],
        "comment_id": "c2",
        "reasons": ["abusive"],
        "origin": "rules",
        "flags": 0,
        "opened_at": "2026-12-01T09:00:00.000Z",
        "decided_at": "2026-12-01T12:00:00.000Z",
        "decision": "reject",
        "reason_code": "abusive",
        "decided_by": "moderator",
        "repeat_of": None,
        "appealed_at": None,
        "settled_at": None,
        "final_decision": None,
        "final_reason_code": None,
        "withdrawn_at": None,
    }
    assert rows["c4"]["decided_at"] is None


def test_neither_file_has_words_notes_or_persons(clock: FixedClock) -> None:
    worked_round(clock)
    for key in files():
        text = exports.read("exports", key).decode()
        for secret in ("حقير", "36000001", "٣٦٠٠٠٠٠١", "followers", "ملاحظة", "noura"):
            assert secret not in text


def test_writing_the_files_again_gives_the_same_bytes(clock: FixedClock) -> None:
    worked_round(clock)
    first = files()
    clock.advance(hours=1)
    assert files() == first
    report = json.loads(exports.read("exports", f"parts/{TOPIC}/1/moderation/report.json"))
    assert report == reported().json


def test_a_round_without_comments_has_its_files(clock: FixedClock) -> None:
    found = files()
    assert found[f"parts/{TOPIC}/1/moderation/log.jsonl"]["items"] == 0
    report = json.loads(exports.read("exports", f"parts/{TOPIC}/1/moderation/report.json"))
    assert report["versions"] is None
