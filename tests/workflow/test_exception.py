"""A decision that is announced though a comment has no answer, from the refusal to the record."""

import json
from pathlib import Path

from local.demo import record
from services.archive import verify
from services.archive.model.record import HEADER_FIELDS, MANIFEST, manifest, measured
from tests.workflow.journey import Journey

REASON = {"ar": "لا مترجم لها بعد", "en": "There is no translator for it yet"}
EXCEPTION = {"reason": REASON, "decision_version": 1, "outstanding": 1}
DECISION = "topics/decision.json"


def answer_one(journey: Journey) -> list[str]:
    """Answer one of the comments that are open; gives the ids of the others."""
    open_ = journey.officer.get(f"{journey.path}/dispositions/outstanding").json["items"]
    answered, *left = (item["comment_id"] for item in open_)
    item = {
        "target": {"comment_id": answered},
        "outcome": "noted",
        "reason": {"ar": "شكرًا", "en": "Thank you"},
        "clause_ids": ["c1"],
    }
    journey.officer.put(f"{journey.path}/dispositions", {"items": [item]})
    return left


def sealed_without_exception(folder: Path) -> None:
    """Take the exception out of the decision, and seal the record as if it had never had one."""
    decision = json.loads((folder / DECISION).read_text())
    (folder / DECISION).write_text(json.dumps({**decision, "exception": None}))
    head = {name: json.loads((folder / MANIFEST).read_text())[name] for name in HEADER_FIELDS}
    paths = sorted(
        path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()
    )
    listed = [measured(path, [(folder / path).read_bytes()]) for path in paths if path != MANIFEST]
    (folder / MANIFEST).write_text(json.dumps(manifest(head, listed)))


def test_what_an_approver_excepts_is_announced_in_public_and_in_the_record(
    journey: Journey, tmp_path: Path
) -> None:
    journey.decided()
    [left] = answer_one(journey)
    assert journey.move("announce", expect=409)["outstanding"] == 1
    path = f"{journey.path}/decision/exception"
    journey.officer.send("PUT", path, body=EXCEPTION, expect=403)
    made = journey.approver.send("PUT", path, body=EXCEPTION, expect=200).json
    journey.stack.settle()
    journey.move("announce")
    assert journey.stage == "announced"
    assert "HoldAnnouncement" not in journey.states()
    assert journey.citizen.get(f"{journey.path}/decision").json["exception"] == made
    answers = journey.citizen.get(f"{journey.path}/results").json["answers"]
    assert (answers["excepted"], answers["outstanding"]) == (made["outstanding"], 0) == (1, 0)
    assert answers["exception"] == made
    assert "AnswersExcepted" in journey.timeline()
    feed = journey.citizen.get(f"{journey.path}/feed.atom").text
    assert REASON["ar"] in feed or REASON["en"] in feed
    journey.move("close")
    assert journey.stage == "archived"
    record.download(journey.citizen, topic_id=journey.topic_id, folder=tmp_path)
    assert verify.main([str(tmp_path)]) == verify.SOUND
    rows = (tmp_path / "analysis" / "dispositions.jsonl").read_text().splitlines()
    [row] = [row for row in map(json.loads, rows) if row["outcome"] == "excepted"]
    assert row["comment_id"] == left
    sealed_without_exception(tmp_path)
    assert verify.main([str(tmp_path)]) == verify.BROKEN


def test_an_exception_that_all_answers_came_before_is_announced_to_nobody(
    journey: Journey, tmp_path: Path
) -> None:
    journey.decided()
    answer_one(journey)
    journey.approver.send("PUT", f"{journey.path}/decision/exception", body=EXCEPTION, expect=200)
    answer_one(journey)
    journey.stack.settle()
    journey.move("announce")
    assert journey.stage == "announced"
    assert journey.citizen.get(f"{journey.path}/decision").json["exception"] is None
    assert "exception" not in journey.citizen.get(f"{journey.path}/results").json["answers"]
    feed = journey.citizen.get(f"{journey.path}/feed.atom").text
    assert REASON["ar"] not in feed
    assert REASON["en"] not in feed
    journey.move("close")
    record.download(journey.citizen, topic_id=journey.topic_id, folder=tmp_path)
    assert verify.main([str(tmp_path)]) == verify.SOUND
