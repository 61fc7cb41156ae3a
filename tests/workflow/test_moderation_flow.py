"""Comments and their cases together, over the real bus, queues and streams."""

import json
from pathlib import Path
from typing import Any

import pytest

from local.demo import record
from services.archive import verify
from services.moderation.handlers import screen
from tests.workflow.journey import Journey

DOUBTED = "The whole ministry is a liar"
ABUSE = "You are all idiots and bastards"
REJECT = {"decision": "reject", "reason_code": "abusive"}
_LIVE = {"field": "publication_mode", "value": "post", "reason": "a live debate"}
MODES: dict[str, Any] = {
    "pre": {"publication_mode": "pre"},
    "post": {"publication_mode": "post", "plan_departures": [_LIVE]},
}


def listed(journey: Journey, **query: str) -> list[dict[str, Any]]:
    parameters = "&".join(f"{name}={value}" for name, value in query.items())
    path = f"/v1/moderation/cases?topic={journey.topic_id}&{parameters}"
    return list(journey.moderator.get(path).json["items"])


def decide(journey: Journey, decision: dict[str, Any], *, expect: int = 200) -> Any:
    [case] = listed(journey)
    path = f"/v1/moderation/cases/{case['case_id']}/decision"
    answer = journey.moderator.post(path, decision, expect=expect)
    journey.stack.settle()
    return answer


@pytest.mark.parametrize(("mode", "public"), [("pre", 0), ("post", 1)])
def test_a_doubted_comment_is_public_before_or_after_a_person_has_looked(
    journey: Journey, mode: str, public: int
) -> None:
    journey.collecting(**MODES[mode])
    journey.comment(DOUBTED)
    journey.stack.settle()
    assert journey.counts()["published"] == public
    decide(journey, {"decision": "publish"})
    assert journey.counts()["published"] == 1


def test_a_review_that_rejects_takes_a_published_comment_back(journey: Journey) -> None:
    journey.collecting(**MODES["post"])
    sent = journey.comment(DOUBTED).json
    journey.comment(ABUSE)
    journey.stack.settle()
    assert (journey.counts()["published"], journey.counts()["held"]) == (1, 1)
    case, _ = sorted(listed(journey), key=lambda case: not case["published"])
    path = f"/v1/moderation/cases/{case['case_id']}/decision"
    journey.moderator.post(path, REJECT, expect=200)
    journey.stack.settle()
    assert (journey.counts()["published"], journey.counts()["rejected"]) == (0, 1)
    journey.citizen.get(f"{journey.path}/comments/{sent['comment_id']}", expect=404)


def test_the_analysis_waits_for_reviews_as_long_as_the_plan_lets_it(journey: Journey) -> None:
    journey.collecting(**MODES["post"])
    journey.pass_time(days=7)
    journey.comment(DOUBTED)
    journey.stack.settle()
    journey.move("end-collection", reason="the test is short")
    journey.pass_time(minutes=3)
    assert journey.stage == "reviewing"
    decide(journey, {"decision": "publish"})
    journey.pass_time(minutes=10)
    assert journey.stage == "deciding"


def test_the_case_of_a_withdrawn_comment_closes_and_forgets_its_words(journey: Journey) -> None:
    journey.collecting()
    sent = journey.comment(ABUSE).json
    journey.stack.settle()
    [case] = listed(journey)
    secret = {"receipt_secret": sent["receipt_secret"]}
    path = f"{journey.path}/comments/{sent['comment_id']}/withdrawal"
    journey.citizen.post(path, secret, expect=200)
    journey.stack.settle()
    assert listed(journey) == []
    [closed] = listed(journey, status="final")
    assert (closed["case_id"], closed["text"]) == (case["case_id"], "")
    for act in ("claim", "decision"):
        target = f"/v1/moderation/cases/{case['case_id']}/{act}"
        problem = journey.moderator.post(target, REJECT if act == "decision" else {}, expect=409)
        assert problem.json["case"]["status"] == "final"


def test_a_comment_that_is_never_screened_is_counted_and_answered_in_a_sound_record(
    journey: Journey, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def broken(_event: dict[str, Any], _context: Any) -> Any:
        raise RuntimeError("the lexicon is gone")

    journey.collecting()
    journey.pass_time(hours=1, minutes=1)
    journey.comment("Keep the walk-in hours")
    journey.stack.settle()
    monkeypatch.setattr(screen, "handler", broken)
    sent = journey.comment("Nobody ever screens this").json
    journey.pass_time(days=7)
    monkeypatch.undo()
    journey.move("end-collection", reason="the test is short")
    journey.pass_time(minutes=3)
    assert (journey.stage, journey.counts()["published"]) == ("reviewing", 1)
    journey.move("start-analysis")
    journey.decide()
    journey.dispose()
    journey.move("announce")
    journey.move("close")
    assert journey.stage == "archived"
    record.download(journey.citizen, topic_id=journey.topic_id, folder=tmp_path)
    assert verify.main([str(tmp_path)]) == verify.SOUND
    counts = json.loads((tmp_path / "comments" / "counts.json").read_text())
    assert (counts["received"], counts["published"], counts["screening"]) == (2, 1, 1)
    rows = [
        json.loads(line)
        for shard in sorted((tmp_path / "comments").glob("shard-*.jsonl"))
        for line in shard.read_text().splitlines()
    ]
    [row] = [row for row in rows if row["comment_id"] == sent["comment_id"]]
    assert (row["status"], row["text"]) == ("screening", None)
    answers = (tmp_path / "analysis" / "dispositions.jsonl").read_text()
    assert sent["comment_id"] in answers
