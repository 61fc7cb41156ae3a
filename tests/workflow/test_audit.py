"""After the whole cycle the audit trail has every transition, and verifies against the record."""

import json
from pathlib import Path
from typing import Any

from local.demo import record
from local.demo.client import Client
from services.archive import verify, verify_audit
from services.archive.model.audit import head_of
from services.archive.model.audit import verify as verify_trail
from tests.workflow.journey import Journey


def trail(journey: Journey) -> list[dict[str, Any]]:
    """The topic's whole trail, as an auditor reads it; verified against the head."""
    auditor = Client(journey.stack.url, token=journey.stack.token("auditor", None, "auditor-1"))
    items: list[dict[str, Any]] = []
    path = f"/v1/audit?topic={journey.topic_id}"
    cursor = ""
    while True:
        page = auditor.get(f"{path}{cursor}").json
        items += page["items"]
        if page["next_cursor"] is None:
            end = verify_trail(items, anchors=[head_of(page["head"])])
            assert end.count == len(items)
            return items
        cursor = f"&cursor={page['next_cursor']}"


def test_the_trail_of_a_whole_cycle_has_every_transition_and_verifies(
    journey: Journey, tmp_path: Path
) -> None:
    journey.announced().move("close")
    journey.stack.settle()
    items = trail(journey)
    found = [entry["type"] for entry in items]
    timeline = journey.timeline()
    assert sorted(kind for kind in found if kind in timeline) == sorted(timeline)
    others = {"CommentsReceived", "ResponsesAnalysed", "DispositionRecorded", "RecordSealed"}
    assert others <= set(found)
    assert len({(entry["source"], entry["event_id"]) for entry in items}) == len(items)
    assert {(e["actor"]["role"], e["actor"]["id"]) for e in items} >= {
        ("officer", "officer-1"),
        ("approver", "approver-1"),
        ("system", "workflow"),
    }
    record.download(journey.citizen, topic_id=journey.topic_id, folder=tmp_path / "record")
    assert verify.main([str(tmp_path / "record")]) == verify.SOUND
    sealed = (tmp_path / "record/archive/audit.jsonl").read_text("utf-8").splitlines()
    assert 0 < len(sealed) < len(items)
    assert "officer-1" not in "".join(sealed)
    pages = tmp_path / "trail.jsonl"
    pages.write_text("".join(json.dumps(entry) + "\n" for entry in items), "utf-8")
    arguments = [str(pages), "--record", str(tmp_path / "record")]
    assert verify_audit.main(arguments) == verify.SOUND


def test_nobody_but_auditors_reads_the_trail(journey: Journey) -> None:
    journey.defined()
    journey.stack.settle()
    path = f"/v1/audit?topic={journey.topic_id}"
    for person in (journey.officer, journey.approver, journey.operator):
        person.get(path, expect=403)
    journey.citizen.get(path, expect=401)
    assert [entry["type"] for entry in trail(journey)] == ["TopicDefined"]
