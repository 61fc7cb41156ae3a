"""What is changed after the announcement is a correction, on the whole stack, record included."""

import json
from pathlib import Path

from local.demo import record
from services.archive import verify
from tests.workflow.journey import Journey

WHY = {"ar": "أخطأنا في قراءة البند.", "en": "We had misread the clause."}


def _correction(comment_id: str, *, outcome: str = "accepted") -> dict[str, object]:
    reason = {"ar": "أخذنا به.", "en": "We took it up."}
    target = {"comment_id": comment_id}
    item = {"target": target, "outcome": outcome, "reason": reason, "clause_ids": ["c1"]}
    return {"items": [item], "explanation": WHY}


def test_a_correction_is_seen_beside_what_was_announced_and_sealed_with_it(
    journey: Journey, tmp_path: Path
) -> None:
    journey.reviewing("خدمة المراكز الصحية جيدة")
    corrections = f"{journey.path}/dispositions/corrections"
    [comment] = journey.citizen.get(f"{journey.path}/comments").json["items"]
    body = _correction(comment["comment_id"])
    journey.decide()
    journey.dispose()
    journey.officer.post(corrections, body, expect=409)
    journey.move("announce")
    assert journey.stage == "announced"
    for _ in range(2):
        answer = journey.officer.post(corrections, body, expect=200)
        assert answer.json == {"applied": 1, "changed": 1}
    journey.pass_time(minutes=2)
    [seen] = journey.citizen.get(f"{journey.path}/comments").json["items"]
    corrected = seen["disposition"]["corrected"]
    assert (seen["disposition"]["outcome"], corrected["explanation"]) == ("accepted", WHY)
    assert corrected["before"]["outcome"] == "noted"
    told = journey.citizen.get(f"{journey.path}/results").json["answers"]
    sums = [each["by_outcome"] for each in (told, told["announced"])]
    assert [(each["accepted"], each["noted"]) for each in sums] == [(1, 0), (0, 1)]
    journey.move("close")
    assert journey.stage == "archived"
    journey.officer.post(
        corrections, _correction(comment["comment_id"], outcome="noted"), expect=409
    )
    record.download(journey.citizen, topic_id=journey.topic_id, folder=tmp_path)
    assert verify.main([str(tmp_path)]) == verify.SOUND
    [row] = (tmp_path / "analysis" / "dispositions.jsonl").read_text("utf-8").splitlines()
    assert json.loads(row)["corrected"] == corrected
    [listed] = (tmp_path / "analysis" / "corrections.jsonl").read_text("utf-8").splitlines()
    assert json.loads(listed)["version"] == corrected["version"]
    assert '"DispositionCorrected"' in (tmp_path / "archive" / "audit.jsonl").read_text("utf-8")


def test_a_receipt_tells_of_the_correction_too(journey: Journey) -> None:
    journey.collecting()
    journey.pass_time(days=7)
    receipt = journey.comment("Please keep walk-in hours").json["receipt"]
    journey.stack.settle()
    journey.move("end-collection", reason="the test is short")
    journey.pass_time(minutes=3)
    journey.decide()
    journey.dispose()
    journey.move("announce")
    [comment] = journey.citizen.get(f"{journey.path}/comments").json["items"]
    path = f"{journey.path}/dispositions/corrections"
    journey.officer.post(path, _correction(comment["comment_id"]), expect=200)
    checked = journey.citizen.post("/v1/receipts/check", receipt, expect=200).json
    assert checked["disposition"]["corrected"]["explanation"] == WHY
