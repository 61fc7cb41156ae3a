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
from services.archive.store import ArchiveStore
from services.shared import aws, exports
from services.shared.table import Update
from tests.integration.archive.parts import Round
from tests.support import calls

TRAIL, HEAD = "archive/audit.jsonl", "archive/audit-head.json"


def happened(consultation: Round, *kinds: str, start: int = 0) -> None:
    """Let the bus tell of events, one after another."""
    for number, kind in enumerate(kinds, start):
        detail = {
            "version": "1",
            "id": f"{number:064x}",
            "occurred_at": f"2026-12-01T08:{number:02d}:00.000Z",
            "topic_id": consultation.topic_id,
            "round": 1,
            "actor": {"role": "participant", "id": "subject-of-somebody"},
            "data": {"reason": f"words about {kind}"},
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
    happened(consultation, "TopicReturned", "TopicPublished", "CommentWithdrawn")
    consultation.seal()
    text = body(consultation, TRAIL).decode()
    assert "subject-of-somebody" not in text
    assert "words about TopicReturned" not in text
    assert "words about CommentWithdrawn" in text


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


def test_the_next_edition_has_the_longer_trail(consultation: Round, tmp_path: Path) -> None:
    happened(consultation, "TopicPublished")
    consultation.seal()
    sealing_is_recorded()
    consultation.published = 4
    consultation.seal()
    assert [row["type"] for row in rows(consultation)] == ["TopicPublished", "RecordSealed"]
    assert verify.main([str(lay_out(consultation, tmp_path))]) == verify.SOUND


def test_a_record_sealed_before_there_were_trails_is_found_as_it_was(
    consultation: Round, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = consultation.seal()
    sealed = store().record(consultation.topic_id)
    assert sealed is not None
    pk = f"T#{consultation.topic_id}"
    gone = Update(pk=pk, sk="RECORD#001", remove=("audit_count", "audit_hash"))
    ArchiveStore(store()._table, bucket="archive")._table.write(gone)
    before = body(consultation, "manifest.json")
    assert consultation.seal()["record_root"] == first["record_root"]
    assert body(consultation, "manifest.json") == before
