"""The trail is sealed with the record, in its public form, and goes on after the sealing."""

import json
from pathlib import Path
from typing import Any

import pytest

from services.archive import verify, verify_audit
from services.archive.handlers import audit, relay, store
from services.archive.handlers import trail as trail_handler
from services.archive.model.audit import head_of
from services.archive.model.audit import verify as verify_trail
from services.shared import aws, exports
from services.shared.table import Update
from tests.integration.archive.parts import Round
from tests.support import calls

TRAIL, HEAD = "archive/audit.jsonl", "archive/audit-head.json"


def happened(
    consultation: Round, *kinds: str, start: int = 0, data: dict[str, Any] | None = None
) -> None:
    """Let the bus tell of events, one after another; by default of words about each."""
    for number, kind in enumerate(kinds, start):
        detail = {
            "version": "1",
            "id": f"{number:064x}",
            "occurred_at": f"2026-12-01T08:{number:02d}:00.000Z",
            "topic_id": consultation.topic_id,
            "round": 1,
            "actor": {"role": "participant", "id": "subject-of-somebody"},
            "data": data or {"reason": f"words about {kind}"},
        }
        answer = audit.handler(calls.sqs_event((kind, detail)), calls.LambdaContext())
        assert answer == {"batchItemFailures": []}


def sealing_is_recorded() -> None:
    """Bring what the archive itself told to its trail, as relay, bus and queue do."""
    from services.shared.relay import outgoing

    told = outgoing({"Records": calls.stream_records("archive")})
    assert relay.handler({"Records": calls.stream_records("archive")}, None)
    messages = [(message.type, message.detail) for message in told]
    audit.handler(calls.sqs_event(*messages, source="tashawur.archive"), calls.LambdaContext())


def body(consultation: Round, path: str) -> bytes:
    return exports.read("archive", f"records/{consultation.topic_id}/r1/{path}")


def rows(consultation: Round) -> list[dict[str, Any]]:
    return [json.loads(line) for line in body(consultation, TRAIL).splitlines()]


def lay_out(consultation: Round, folder: Path) -> Path:
    prefix = f"records/{consultation.topic_id}/r1/"
    found = aws.client("s3").list_objects_v2(Bucket="archive", Prefix=prefix)
    for entry in found["Contents"]:
        place = folder / entry["Key"].removeprefix(prefix)
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(exports.read("archive", entry["Key"]))
    return folder


def downloaded(consultation: Round, place: Path) -> Path:
    answer = calls.http(
        trail_handler.handler,
        "GET /v1/audit",
        query={"topic": consultation.topic_id},
        groups=("auditor",),
    )
    place.write_text(answer.text, "utf-8")
    return place


def test_the_record_has_the_trail_as_far_as_it_goes(consultation: Round, tmp_path: Path) -> None:
    happened(consultation, "TopicDefined", "TopicPublished", "TopicClosed")
    consultation.seal()
    assert verify.main([str(lay_out(consultation, tmp_path))]) == verify.SOUND
    found = rows(consultation)
    assert [row["type"] for row in found] == ["TopicDefined", "TopicPublished", "TopicClosed"]
    sealed = head_of(json.loads(body(consultation, HEAD)))
    assert verify_trail(found, topic_id=consultation.topic_id) == sealed


def test_the_record_names_nobody_who_acted_and_no_words_of_before_the_publication(
    consultation: Round,
) -> None:
    happened(consultation, "TopicSubmitted", "TopicPublished", "TopicWithdrawn")
    consultation.seal()
    text = body(consultation, TRAIL).decode()
    assert "subject-of-somebody" not in text
    assert "words about TopicSubmitted" not in text
    assert "words about TopicWithdrawn" in text


def test_what_officials_write_for_each_other_is_read_by_auditors_and_not_in_the_record(
    consultation: Round, tmp_path: Path
) -> None:
    happened(consultation, "TopicPublished", "DecisionReturned", "SomethingNew", "TopicWithdrawn")
    consultation.seal()
    text = body(consultation, TRAIL).decode()
    kept = ["words about " + kind in text for kind in ("DecisionReturned", "SomethingNew")]
    assert (kept, "words about TopicWithdrawn" in text) == ([False, False], True)
    assert [row["type"] for row in rows(consultation)][1:3] == ["DecisionReturned", "SomethingNew"]
    assert verify.main([str(lay_out(consultation, tmp_path / "record"))]) == verify.SOUND
    page = downloaded(consultation, tmp_path / "page.json")
    assert "words about DecisionReturned" in page.read_text("utf-8")
    record = str(tmp_path / "record")
    assert verify_audit.main([str(page), "--record", record]) == verify.SOUND


def test_answers_that_were_prepared_and_never_announced_are_read_by_auditors_and_in_no_record(
    consultation: Round, tmp_path: Path
) -> None:
    answer = {"target_kind": "comment", "target_id": "c1", "clause_ids": ["clause-1"]}
    happened(consultation, "TopicPublished")
    prepared = answer | {"outcome": "not_accepted"}
    happened(consultation, "DispositionRecorded", start=1, data=prepared)
    happened(consultation, "TopicWithdrawn", start=2)
    consultation.stage = "withdrawn"
    consultation.seal(consultation.parts("analysis"))
    assert [row["type"] for row in rows(consultation)][1] == "DispositionRecorded"
    for told in ("not_accepted", "clause-1", '"c1"'):
        assert told not in body(consultation, TRAIL).decode(), told
    assert verify.main([str(lay_out(consultation, tmp_path / "record"))]) == verify.SOUND
    assert "not_accepted" in downloaded(consultation, tmp_path / "page.json").read_text("utf-8")


def test_what_was_corrected_after_the_announcement_is_in_the_records_trail(
    consultation: Round,
) -> None:
    correction = {
        "target_kind": "comment",
        "target_id": "c1",
        "outcome": "not_accepted",
        "clause_ids": ["clause-1"],
        "correction_version": 4,
        "changed": 1,
    }
    happened(consultation, "TopicPublished")
    happened(consultation, "DispositionCorrected", start=1, data=correction)
    consultation.seal()
    assert rows(consultation)[1]["data"] == correction


def test_a_record_sealed_when_more_was_shown_stays_as_it_was(
    consultation: Round, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    happened(consultation, "TopicPublished", "DecisionReturned")
    with monkeypatch.context() as former:
        former.setattr("services.archive.model.audit.is_for_everybody", lambda *_: True)
        first = consultation.seal()
    before = body(consultation, TRAIL)
    assert b"words about DecisionReturned" in before
    assert (consultation.seal(), body(consultation, TRAIL)) == (first, before)
    assert verify.main([str(lay_out(consultation, tmp_path))]) == verify.SOUND


def test_what_comes_after_the_sealing_continues_the_sealed_trail(
    consultation: Round, tmp_path: Path
) -> None:
    happened(consultation, "TopicPublished", "TopicClosed")
    consultation.seal()
    sealing_is_recorded()
    record = str(lay_out(consultation, tmp_path / "record"))
    trail = downloaded(consultation, tmp_path / "page.json")
    items = json.loads(trail.read_text("utf-8"))["items"]
    assert [entry["type"] for entry in items][-1] == "RecordSealed"
    assert len(rows(consultation)) == 2
    assert verify_audit.main([str(trail), "--record", record]) == verify.SOUND


def test_a_trail_cut_behind_the_sealing_is_found_out(consultation: Round, tmp_path: Path) -> None:
    happened(consultation, "TopicPublished", "TopicClosed")
    consultation.seal()
    record = str(lay_out(consultation, tmp_path / "record"))
    trail = downloaded(consultation, tmp_path / "page.json")
    page = json.loads(trail.read_text("utf-8"))
    trail.write_text(json.dumps(page["items"][0]), "utf-8")
    assert verify_audit.main([str(trail)]) == verify.SOUND
    assert verify_audit.main([str(trail), "--record", record]) == verify.BROKEN


def test_sealing_again_seals_the_same_trail_however_far_it_has_gone(
    consultation: Round, clock: Any
) -> None:
    happened(consultation, "TopicPublished")
    first = consultation.seal()
    sealing_is_recorded()
    before = body(consultation, TRAIL)
    clock.advance(days=1)
    assert consultation.seal() == first
    assert body(consultation, TRAIL) == before


def test_the_next_edition_has_the_longer_trail(
    consultation: Round, clock: Any, tmp_path: Path
) -> None:
    happened(consultation, "TopicPublished")
    consultation.seal()
    sealing_is_recorded()
    clock.advance(days=1)
    consultation.published = 4
    consultation.seal()
    assert [row["type"] for row in rows(consultation)] == ["TopicPublished", "RecordSealed"]
    assert verify.main([str(lay_out(consultation, tmp_path))]) == verify.SOUND


def test_a_record_sealed_before_there_were_trails_is_found_as_it_was(
    consultation: Round, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as former:
        former.setattr("services.archive.use_cases.seal._trail", lambda *_, **__: {})
        first = consultation.seal()
    before, pk = body(consultation, "manifest.json"), f"T#{consultation.topic_id}"
    gone = Update(pk=pk, sk="RECORD#001", remove=("audit_count", "audit_hash"))
    store()._table.write(gone)
    place = f"records/{consultation.topic_id}/r1/manifest.json"
    aws.client("s3").put_object(Bucket="archive", Key=place, Body=b"left by another sealing")
    assert consultation.seal()["record_root"] == first["record_root"]
    assert body(consultation, "manifest.json") == before
    files = json.loads(before)["files"]
    assert not {"archive/audit.jsonl", "archive/audit-head.json"} & {f["path"] for f in files}
