"""Decisions are taken back, contested, settled by somebody else; readers bring back what stood."""

import json
from typing import Any

import pytest

from services.moderation.handlers import queue, watch
from services.shared import aws
from services.shared.observability import metrics
from tests.conftest import FixedClock
from tests.integration.moderation.moderation_desk import (
    ABUSE,
    CLEAN,
    SPAM,
    TOPIC,
    cases,
    claim,
    comment,
    contested,
    decide,
    flagged,
    reported,
    screened,
    settle,
    told,
    undo,
    withdrawn,
)
from tests.support.calls import LambdaContext, http

pytestmark = pytest.mark.usefixtures("account", "clock")
REJECT = {"decision": "reject", "reason_code": "abusive"}
SETTLED = {"decision": "publish", "note": "نقد للسياسة لا سب لأحد"}
READERS = ("r1", "r2", "r3", "r4", "r5", "r6")


def held(comment_id: str = "c1", text: str = ABUSE, **fields: Any) -> str:
    [outcome] = screened(comment(comment_id, text, **fields))
    return str(outcome["case_id"])


def listed(**query: str) -> list[str]:
    return [item["comment_id"] for item in cases(**query).json["items"]]


def test_a_decision_taken_back_puts_the_case_where_it_was_and_is_told() -> None:
    first, second = held("c1"), held("c2")
    assert decide(first, REJECT).status == 200
    answer = undo(first)
    assert (answer.status, answer.json["status"], answer.json["decision"]) == (200, "open", None)
    assert answer.json["undone"]["reason"] == "ضغطت خطأ"
    assert undo(first).json == answer.json
    assert sorted(listed()) == ["c1", "c2"]
    assert listed(topic=TOPIC, status="decided") == []
    kinds = [(event["type"], event["data"]["edition"]) for event in told()]
    assert kinds == [("ModerationDecided", 2), ("ModerationUndone", 3)]
    assert "ضغطت" not in str(told())
    assert decide(first, {"decision": "publish"}, subject="salem").status == 200
    report = reported().json
    assert report["decisions"] == {"publish": 1, "redact": 0, "reject": 0}
    assert (report["undone"], report["undecided"], report["grounds"]) == (1, 1, {})
    assert second


def test_a_colleagues_decision_is_not_for_a_moderator_to_take_back() -> None:
    case_id = held()
    decide(case_id, REJECT)
    answer = undo(case_id, subject="jassim")
    assert (answer.status, answer.json["code"]) == (403, "not_your_decision")
    assert undo(case_id, subject="salem", groups=("senior_moderator",)).status == 200
    refused = undo(case_id, "سبب آخر")
    assert (refused.status, refused.json["case"]["status"]) == (409, "open")
    assert undo(case_id, " ").status == 422
    assert undo("x" * 26).status == 404


def test_an_appeal_waits_for_a_senior_moderator_and_ends_the_case() -> None:
    case_id = held()
    decide(case_id, REJECT)
    assert contested("c1")["lodged_at"] == "2026-12-01T09:00:00.000Z"
    assert contested("c1")["refused"] is None
    assert contested("c1", "شيء آخر")["refused"] == "already_appealed"
    [waiting] = cases(status="appealed").json["items"]
    assert waiting["appeal"]["statement"] == "نقد لا سب"
    assert listed(status="appealed", topic=TOPIC) == ["c1"]
    assert undo(case_id).json["code"] == "case_contested"
    assert settle(case_id, {"decision": "publish"}).status == 422
    assert settle(case_id, SETTLED, subject="noura").json["code"] == "first_moderator"
    final = settle(case_id, SETTLED)
    assert (final.status, final.json["status"]) == (200, "final")
    assert settle(case_id, SETTLED).json == final.json
    assert settle(case_id, {**SETTLED, **REJECT}).json["code"] == "case_final"
    assert listed(status="appealed") == []
    assert [(e["type"], e["data"].get("final")) for e in told()] == [
        ("ModerationDecided", False),
        ("CommentAppealed", None),
        ("ModerationDecided", True),
    ]
    appeals = {"lodged": 1, "upheld": 0, "overturned": 1, "waiting": 0}
    assert reported().json["appeals"] == appeals
    assert reported().json["languages"]["ar"]["appeals"] == appeals
    for words in ("نقد لا سب", SETTLED["note"], "salem", "noura"):
        assert words not in str([event["data"] for event in told()])


def test_an_appeal_is_late_after_three_days_of_its_own(clock: FixedClock) -> None:
    decide(held(), REJECT)
    clock.advance(days=5)
    contested("c1")
    [item] = cases(status="appealed").json["items"]
    assert (item["late"], item["due_at"]) == (False, "2026-12-09T09:00:00.000Z")
    clock.advance(days=3, seconds=1)
    assert cases(status="appealed").json["items"][0]["late"]


def test_a_moderator_does_not_settle_appeals() -> None:
    route = "POST /v1/moderation/appeals/{case}/decision"
    call = {"path": {"case": held()}, "body": SETTLED, "groups": ("moderator",)}
    assert http(queue.handler, route, subject="noura", **call).status == 403  # type: ignore[arg-type]


def test_nothing_is_contested_too_late_or_where_nothing_was_refused(clock: FixedClock) -> None:
    held("c1"), decide(held("c3"), {"decision": "publish"}), decide(held("c2"), REJECT)
    for comment_id in ("c1", "c3", "c9"):
        assert contested(comment_id)["refused"] == "nothing_to_appeal"
    clock.advance(days=14)
    assert contested("c2")["refused"] == "appeal_period_over"
    withdrawn("c2")
    assert contested("c2")["refused"] == "case_withdrawn"


def test_what_an_author_said_goes_with_the_comment() -> None:
    case_id = held()
    decide(case_id, REJECT)
    contested("c1", "كلامي السري")
    withdrawn("c1")
    rows = str(aws.client("dynamodb").scan(TableName="moderation")["Items"])
    assert "السري" not in rows
    assert settle(case_id, SETTLED).json["code"] == "case_withdrawn"
    assert reported().json["appeals"]["waiting"] == 0


def test_readers_bring_a_published_comment_to_the_queue_once_each() -> None:
    written = comment("c1", CLEAN)
    screened(written)
    flagged(written, "r1", "r1", "r1", "r2")
    assert listed() == []
    flagged(written, "r3", code="hate")
    [item] = cases().json["items"]
    assert (item["origin"], item["flags"], item["published"]) == ("flags", 3, True)
    assert [reason["code"] for reason in item["reasons"]] == ["abusive", "hate"]
    assert (item["text"], item["severity"]) == (CLEAN, "high")
    assert item["due_at"] == "2026-12-01T13:00:00.000Z"
    flagged(written, "r4", "r5")
    assert len(cases().json["items"]) == 1
    assert [(e["type"], e["data"]["flags"]) for e in told()] == [("CommentFlagged", 3)]
    assert decide(item["case_id"], REJECT).status == 200
    report = reported().json
    assert (report["flagged"], report["undecided"]) == (1, 0)
    assert report["disagreement"] == {"false_alarms": 0, "missed": 1}


def test_what_a_person_let_stand_takes_twice_as_many() -> None:
    written = comment("c1", CLEAN)
    screened(written)
    flagged(written, *READERS[:3])
    [item] = cases().json["items"]
    assert decide(item["case_id"], {"decision": "publish"}).status == 200
    flagged(written, *READERS[:5])
    assert listed() == []
    flagged(written, READERS[5])
    assert listed() == ["c1"]
    assert reported().json["flagged"] == 2


def test_what_an_appeal_has_settled_no_flags_bring_back() -> None:
    case_id = held()
    decide(case_id, REJECT)
    contested("c1")
    settle(case_id, SETTLED)
    flagged(comment("c1", ABUSE), *READERS)
    assert listed() == []


def test_what_was_rejected_a_moment_ago_no_flags_bring_back_and_its_author_may_contest_it() -> None:
    case_id = held()
    flagged(comment("c1", ABUSE), "r1", "r2")
    decide(case_id, REJECT)
    flagged(comment("c1", ABUSE), "r3")
    assert listed() == []
    assert contested("c1")["refused"] is None


def test_an_exact_repeat_of_what_a_person_rejected_is_rejected_by_the_rules() -> None:
    first = held("c1", SPAM)
    decide(first, {"decision": "reject", "reason_code": "spam"})
    [repeat, other] = screened(comment("c2", SPAM), comment("c3", SPAM + "!"))
    assert (repeat["outcome"], repeat["reasons"][0]["code"]) == ("hold", "spam")
    assert other["outcome"] == "hold"
    assert listed() == ["c3"]
    decided = cases(topic=TOPIC, status="decided").json["items"]
    [item] = [each for each in decided if each["comment_id"] == "c2"]
    assert (item["repeat_of"], item["decision"]["decided_by"]) == (first, "rules")
    assert [event["actor"]["id"] for event in told()] == ["noura", "rules"]
    assert (reported().json["repeats"], reported().json["decisions"]["reject"]) == (1, 1)
    assert screened(comment("c2", SPAM)) == [repeat]
    assert len(told()) == 2
    assert contested("c2")["refused"] is None


def test_a_clean_text_that_a_person_rejected_is_rejected_again_in_that_round_alone() -> None:
    flagged(comment("c1", CLEAN), *READERS[:3])
    [item] = cases().json["items"]
    decide(item["case_id"], {"decision": "reject", "reason_code": "ip"})
    assert screened(comment("c2", CLEAN))[0]["outcome"] == "hold"
    assert screened(comment("c2", CLEAN), round_=2)[0]["outcome"] == "publish"
    undo(item["case_id"])
    assert screened(comment("c3", CLEAN))[0]["outcome"] == "publish"


def test_cases_with_one_text_are_decided_together_and_each_is_on_record() -> None:
    first, others = held("c1"), [held(f"c{n}") for n in (2, 3, 4)]
    different = held("c9", SPAM)
    claim(others[0], subject="salem")
    answer = decide(first, {**REJECT, "identical": True})
    assert sorted(answer.json["identical"]) == sorted(others[1:])
    assert [event["data"]["comment_id"] for event in told()].count("c1") == 1
    assert len(told()) == 3
    assert {item["case_id"] for item in cases().json["items"]} == {different}
    assert reported().json["decisions"]["reject"] == 3
    assert decide(first, REJECT).json["identical"] == []


def test_the_queue_is_narrowed_by_severity_language_and_assignee() -> None:
    held("c1", "يا غبي")
    held("c2", ABUSE), held("c3", "You are idiots and liars", language="en")
    case_id = held("c4", SPAM, language="en")
    urgent = {item["comment_id"]: item["severity"] for item in cases().json["items"]}
    high = [name for name, found in urgent.items() if found == "high"]
    assert high
    assert set(listed(severity="high")) == set(high) < set(urgent)
    assert sorted(listed(language="en")) == ["c3", "c4"]
    claim(case_id)
    assert listed(status="claimed", assignee="me") == ["c4"]
    assert listed(status="claimed", assignee="salem") == []
    for query in ({"severity": "low"}, {"language": "fr"}, {"topic": "t" * 2049}):
        assert cases(**query).status == 400


def test_the_topics_plan_says_how_long_a_decision_may_take(clock: FixedClock) -> None:
    held()
    assert cases().json["items"][0]["due_at"] == "2026-12-02T09:00:00.000Z"
    written = comment("c2", CLEAN)
    flagged(written, *READERS[:3])
    clock.advance(hours=5)
    late = {item["comment_id"]: item["late"] for item in cases().json["items"]}
    assert late == {"c1": False, "c2": True}


@pytest.mark.parametrize(
    ("hours", "late", "soon"), [(17, 0, 0), (18, 0, 1), (24, 0, 1), (25, 1, 0)]
)
def test_somebody_hears_of_a_case_before_it_is_late(
    clock: FixedClock,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    hours: int,
    late: int,
    soon: int,
) -> None:
    monkeypatch.delenv("POWERTOOLS_METRICS_DISABLED", raising=False)
    decide(held("c2", SPAM), REJECT)
    held("c1")
    clock.advance(hours=hours)
    metrics("moderation").clear_metrics()  # what was counted where metrics were switched off
    capsys.readouterr()
    watch.handler({"Records": [{"messageId": "1", "body": "{}"}]}, LambdaContext())
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    [counted] = [line for line in lines if "CasesLate" in line]
    assert (counted["CasesLate"], counted["CasesDueSoon"]) == ([late], [soon])


def test_the_report_comes_as_a_table_too() -> None:
    decide(held(), REJECT)
    answer = reported(format="csv")
    assert answer.headers["content-type"].startswith("text/csv")
    assert "decisions.reject,1" in answer.text
    assert reported(format="xml").status == 400
