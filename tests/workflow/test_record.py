"""The record of a whole consultation: what everybody can take from it."""

import csv
import io
import json
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from local.demo import record
from local.stack import LocalStack
from scripts.record_example import UNKNOWN
from services.archive import verify
from tests.support.record_schemas import misfits
from tests.workflow.journey import Journey
from tests.workflow.whole import NAME, Files, archived, files_of, texts_of


@pytest.fixture(scope="module")
def journey(stack: LocalStack) -> Journey:
    """A consultation with comments of several kinds and fates, archived."""
    return archived(stack)


@pytest.fixture(scope="module")
def files(journey: Journey) -> Files:
    """What is locked of its record, by path."""
    return files_of(journey)


def rows(body: bytes) -> list[dict[str, Any]]:
    return [json.loads(line) for line in body.splitlines()]


def test_everything_in_it_is_as_its_schemas_say(files: Files) -> None:
    assert misfits(files) == []
    shards = [path for path in files if path.startswith("comments/shard-")]
    comments = [row for path in shards for row in rows(files[path])]
    assert {row["status"] for row in comments} == {"published", "rejected"}
    assert {row["kind"] for row in comments} == {"comment", "inquiry"}
    for path in (
        "topics/definitions.jsonl",
        "topics/decisions.jsonl",
        "moderation/log.jsonl",
        "analysis/dispositions.jsonl",
        "outreach/deliveries.jsonl",
        "outreach/notices.jsonl",
        "archive/audit.jsonl",
    ):
        assert rows(files[path]), path


def test_whoever_has_the_keys_from_elsewhere_can_verify_it(
    journey: Journey, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    record.download(journey.citizen, topic_id=journey.topic_id, folder=tmp_path / "record")
    keys = tmp_path / "keys.json"
    keys.write_text(journey.citizen.get("/.well-known/tashawur-keys.json").text)
    assert verify.main([str(tmp_path / "record"), "--keys", str(keys)]) == verify.SOUND
    assert capsys.readouterr().out.endswith(", key pinned\n")
    keys.write_text(json.dumps({"keys": UNKNOWN.published()}))
    assert verify.main([str(tmp_path / "record"), "--keys", str(keys)]) == verify.BROKEN
    assert "which is not in the list of keys" in capsys.readouterr().out


def test_every_file_of_rows_has_a_copy_for_spreadsheets(files: Files) -> None:
    for path in [path for path in files if path.endswith(".jsonl")]:
        copy = files[f"csv/{path.removesuffix('.jsonl')}.csv"]
        table = csv.DictReader(io.StringIO(copy.decode("utf-8-sig"), newline=""), strict=True)
        copied = list(table)
        assert len(copied) == len(rows(files[path])), path
        for row, cells in zip(rows(files[path]), copied, strict=True):
            assert row.keys() <= cells.keys(), path
            for name, value in row.items():
                assert cells[name].lstrip("'") == _cell(value).lstrip("'"), (path, name)


def _cell(value: Any) -> str:
    if value is None or isinstance(value, str):
        return value or ""
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


def test_no_cell_is_a_formula_and_every_line_ends_as_the_standard_wants(
    files: Files, journey: Journey
) -> None:
    everything = {**files, **texts_of(journey)}
    copies = {path: body for path, body in everything.items() if path.endswith(".csv")}
    for path, body in copies.items():
        assert body.startswith("\ufeff".encode()), path
        assert body.endswith(b"\r\n"), path
        assert body.count(b"\n") == body.count(b"\r\n"), path
        for cells in csv.reader(io.StringIO(body.decode("utf-8-sig"), newline="")):
            assert not [cell for cell in cells if cell.startswith(tuple("=+-@\t\r"))], path
    comments = b"".join(body for path, body in copies.items() if "texts/comments/" in path).decode()
    assert "'=HYPERLINK(" in comments
    assert f"'{NAME}" in comments


class Page(HTMLParser):
    """What a browser makes of a page: its tags with their attributes, and its words."""

    def __init__(self, body: bytes) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words = ""
        self.feed(body.decode())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.words += data


def test_the_report_tells_in_both_languages_what_was_asked_said_and_done(files: Files) -> None:
    page = Page(files["report.html"])
    topic = json.loads(files["topics/topic.json"])
    for language in ("ar", "en"):
        for text in (topic["title"], topic["objective"], {"ar": "شكرًا", "en": "Thank you"}):
            assert text[language] in page.words, text[language]
        assert {"ar": "بند", "en": "A clause"}[language] in page.words
    for happened in rows(files["topics/timeline.jsonl"]):
        assert happened["title"]["ar"] in page.words
        assert happened["title"]["en"] in page.words


def test_the_report_needs_no_script_and_every_table_can_be_heard(files: Files) -> None:
    page = Page(files["report.html"])
    tags = [tag for tag, _ in page.tags]
    assert not {"script", "iframe", "img", "link"} & set(tags)
    assert tags.count("table") == tags.count("caption") > 10
    assert all(attributes.get("scope") for tag, attributes in page.tags if tag == "th")
    languages = [attributes["lang"] for tag, attributes in page.tags if tag == "section"]
    assert languages == ["ar", "en"]


def test_every_link_of_the_report_into_the_record_leads_somewhere(files: Files) -> None:
    page = Page(files["report.html"])
    links = {str(attributes["href"]) for tag, attributes in page.tags if tag == "a"}
    inside = {link for link in links if not link.startswith(("https://", "#"))}
    assert {"csv/comments/shard-00.csv", "schemas/topics/topic.schema.json"} <= inside
    assert inside <= set(files)


def test_the_data_card_and_the_licence_say_whose_data_these_are_and_what_may_be_done(
    files: Files,
) -> None:
    topic = json.loads(files["topics/topic.json"])
    card, licence = files["DATACARD.md"].decode(), files["LICENCE.txt"].decode()
    for language in ("ar", "en"):
        assert topic["title"][language] in card
        assert topic["title"][language] in licence
    for told in (topic["contact"]["email"], topic["topic_id"], topic["agency"]):
        assert told in card
    assert "https://creativecommons.org/licenses/by/4.0/" in licence
    assert "https://creativecommons.org/licenses/by/4.0/" in card
