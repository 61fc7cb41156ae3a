"""What the archive adds to a record: schemas, and copies for spreadsheets."""

import json
from typing import Any

import pytest

from services.archive import additions
from services.archive.handlers import seal
from services.archive.model.schemas import schema_path
from services.archive.settings import settings
from services.shared import exports
from services.shared.errors import Conflict
from tests.integration.archive.parts import Round


def body(consultation: Round, path: str) -> bytes:
    return exports.read("archive", f"records/{consultation.topic_id}/r1/{path}")


def paths(consultation: Round) -> set[str]:
    manifest = json.loads(body(consultation, "manifest.json"))
    return {file["path"] for file in manifest["files"]}


def with_rows(consultation: Round, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Parts of a round in whose delivery report these rows are."""
    parts = consultation.parts("outreach")
    key = exports.part_key(consultation.topic_id, 1, service="outreach", name="deliveries.jsonl")
    file = exports.write_lines("exports", key, rows).model_dump()
    return [*parts, {"service": "outreach", "files": [file]}]


def test_each_json_file_has_its_schema_and_each_file_of_rows_its_copy(consultation: Round) -> None:
    consultation.seal()
    found = paths(consultation)
    assert {place for path in found if (place := schema_path(path))} <= found
    assert "schemas/comments/shard.schema.json" in found
    for path in found:
        if path.endswith(".jsonl"):
            assert f"csv/{path.removesuffix('.jsonl')}.csv" in found
    manifest = json.loads(body(consultation, "manifest.json"))
    types = {file["path"]: file["media_type"] for file in manifest["files"]}
    assert types["csv/comments/shard-00.csv"] == "text/csv"


def test_a_copy_has_every_column_of_the_schema_and_is_safe_in_a_spreadsheet(
    consultation: Round,
) -> None:
    row = {"notice": "published", "reason": '=1+1,"x"\r\n', "recipients": -3, "reasons": {"a": 1}}
    consultation.seal(with_rows(consultation, [row, {"occasion": "@a", "outcome": "＝b"}]))
    text = body(consultation, "csv/outreach/deliveries.csv").decode()
    assert text == (
        "\ufeffnotice,occasion,channel,outcome,reason,recipients,failed,unknown,reasons,at\r\n"
        'published,,,,"\'=1+1,""x""\r\n",-3,,,"{""a"": 1}",\r\n'
        ",'@a,,'＝b,,,,,,\r\n"
    )


def test_a_long_file_is_copied_piece_by_piece(consultation: Round) -> None:
    rows = [{"notice": "published", "recipients": n, "reason": "ع" * 50} for n in range(20_000)]
    consultation.seal(with_rows(consultation, rows))
    place = f"parts/{consultation.topic_id}/1/outreach/deliveries.jsonl"
    [made] = [
        each
        for path, each in additions.copies(
            {"outreach/deliveries.jsonl": lambda: exports.read_in_chunks("exports", place)}
        ).items()
        if path.endswith(".csv")
    ]
    pieces = list(made())
    assert max(map(len, pieces)) < 300_000
    assert len(pieces) > 10
    assert b"".join(pieces) == body(consultation, "csv/outreach/deliveries.csv")
    assert b"".join(pieces).count(b"\r\n") == 20_001


def test_a_file_that_nobody_has_described_is_not_sealed(consultation: Round) -> None:
    parts = consultation.parts()
    key = exports.part_key(consultation.topic_id, 1, service="topics", name="secrets.jsonl")
    parts[0]["files"].append(exports.write_lines("exports", key, [{"a": 1}]).model_dump())
    with pytest.raises(Conflict, match="no_schema"):
        consultation.seal(parts)
    assert consultation.read().status == 404


def test_what_an_earlier_release_sealed_stays_as_it_is(
    consultation: Round, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as earlier:
        earlier.setattr("services.archive.use_cases.seal.additions", lambda _files, **_given: {})
        first = consultation.seal()
    before = body(consultation, "manifest.json")
    assert consultation.seal() == first
    assert body(consultation, "manifest.json") == before
    assert not [path for path in paths(consultation) if path.startswith("schemas/")]


def test_what_people_wrote_is_shown_and_not_obeyed(consultation: Round) -> None:
    hostile = '<script>alert("x")</script>'
    consultation.stage = "withdrawn"
    parts = consultation.parts("topics", "analysis", "moderation", "outreach")
    topic = {
        "topic_id": consultation.topic_id,
        "agency": "health",
        "stage": "withdrawn",
        "title": {"ar": f"عنوان {hostile}", "en": f"A title\n# {hostile}"},
        "summary": {"ar": hostile, "en": hostile},
    }
    key = exports.part_key(consultation.topic_id, 1, service="topics", name="topic.json")
    file = exports.write_json("exports", key, topic).model_dump()
    consultation.seal([*parts, {"service": "topics", "files": [file]}])
    report, card = (body(consultation, name).decode() for name in ("report.html", "DATACARD.md"))
    for page in (report, card):
        assert "<script" not in page
        assert "&lt;script>" in page or "&lt;script&gt;" in page
    assert "\n# &lt;script" not in card
    assert "No decision was announced in this round." in report
    assert "No results of this round were published." in report


def test_the_report_has_of_each_delivery_what_holds(consultation: Round) -> None:
    row = {"notice": "published", "occasion": "", "channel": "email", "at": "2026-12-01T09:00:00Z"}
    failed = {**row, "outcome": "failed", "recipients": 0, "failed": 0, "reason": "template_failed"}
    sent = {**row, "outcome": "sent", "recipients": 4711, "failed": 0, "reason": None}
    consultation.seal(with_rows(consultation, [failed, sent]))
    report = body(consultation, "report.html").decode()
    assert report.count("4711") == 2
    assert "template_failed" not in report


def test_the_licence_is_the_one_that_the_programme_has_chosen(
    consultation: Round, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = "https://example.org/licence"
    chosen = settings().model_copy(update={"archive_licence_url": url})
    monkeypatch.setattr(seal, "settings", lambda: chosen)
    consultation.seal()
    for path in ("LICENCE.txt", "DATACARD.md", "report.html"):
        assert body(consultation, path).decode().count(url) >= 2, path
