"""Everybody can fetch a sealed record over HTTP and find it in the catalogue."""

import json
from pathlib import Path
from typing import Any

import pytest

from services.archive import verify
from services.archive.handlers import read as read_handler
from services.archive.use_cases import read
from tests.integration.archive.parts import SUMMARY, TITLE, Round
from tests.support import calls


def _catalogue(**query: str) -> calls.Answer:
    return calls.http(read_handler.handler, "GET /v1/catalog.jsonld", query=query)


def test_before_sealing_there_is_no_record(consultation: Round) -> None:
    assert consultation.read().status == 404
    assert _catalogue().json["dcat:dataset"] == []


def test_a_record_fetched_file_by_file_is_sound(consultation: Round, tmp_path: Path) -> None:
    sealed = consultation.seal()
    answer = consultation.read()
    assert answer.status == 200
    assert answer.json["record_root"] == sealed["record_root"] == answer.json["manifest"]["root"]
    assert answer.json["head"] == json.loads(consultation.read(path="head.json").text)["head"]
    for path in ("manifest.json", "head.json", *(file["path"] for file in answer.json["files"])):
        place = tmp_path / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(consultation.read(path=path).text.encode())
    assert verify.main([str(tmp_path)]) == verify.SOUND


def test_each_file_says_where_it_is_and_comes_as_what_it_is(consultation: Round) -> None:
    consultation.seal()
    files = {file["path"]: file for file in consultation.read().json["files"]}
    base = f"http://localhost/v1/topics/{consultation.topic_id}/record?round=1&path="
    assert {file["url"].removeprefix(base) for file in files.values()} == set(files)
    for path, file in files.items():
        answer = consultation.read(path=path, round="1")
        assert answer.headers["content-type"] == file["media_type"]
        assert len(answer.text.encode()) == file["bytes"]


@pytest.mark.parametrize(
    "path", ["nothing.json", "../r1/manifest.json", "topics", "", "records/x/r1/manifest.json"]
)
def test_what_is_not_in_the_manifest_is_not_served(path: str, consultation: Round) -> None:
    consultation.seal()
    assert consultation.read(path=path).status == 404


def test_a_file_too_long_for_the_api_says_where_it_lies(
    consultation: Round, monkeypatch: pytest.MonkeyPatch
) -> None:
    consultation.seal()
    monkeypatch.setattr(read, "FILE_LIMIT_BYTES", 10)
    answer = consultation.read(path="comments/shard-00.jsonl")
    assert (answer.status, answer.json["type"]) == (413, "/problems/too-large")
    assert answer.json["bucket"] == "archive"
    assert answer.json["key"] == f"records/{consultation.topic_id}/r1/comments/shard-00.jsonl"
    assert "open data bucket" in answer.json["detail"]


def test_each_round_has_its_record_and_the_newest_is_shown(consultation: Round) -> None:
    first = consultation.seal()
    consultation.round = 2
    second = consultation.seal()
    assert consultation.read().json["record_root"] == second["record_root"]
    assert consultation.read(round="1").json["record_root"] == first["record_root"]
    assert consultation.read(round="3").status == 404


@pytest.mark.parametrize("round_", ["0", "01", "1000", "9" * 5000, "1\n", "x", "٣", "-1", ""])
def test_a_round_that_is_no_number_has_no_record(consultation: Round, round_: str) -> None:
    answer = consultation.read(round=round_)
    assert (answer.status, answer.json["type"]) == (400, "/problems/malformed")
    assert "round" in answer.json["detail"]


def test_the_catalogue_describes_records_in_both_languages(consultation: Round) -> None:
    consultation.seal()
    answer = _catalogue()
    assert answer.headers["content-type"] == "application/ld+json"
    assert answer.json["@type"] == "dcat:Catalog"
    [dataset] = answer.json["dcat:dataset"]
    assert dataset["@id"] == f"http://localhost/v1/topics/{consultation.topic_id}/record?round=1"
    for term, text in (("dct:title", TITLE), ("dct:description", SUMMARY)):
        assert {entry["@language"]: entry["@value"] for entry in dataset[term]} == text
    licence = {"@id": "https://creativecommons.org/licenses/by/4.0/"}
    assert answer.json["dct:license"] == dataset["dct:license"] == licence


def test_every_prefix_of_the_catalogue_is_declared(consultation: Round) -> None:
    consultation.seal()
    document = _catalogue().json
    assert _prefixes(document) <= set(document["@context"])


def _prefixes(value: Any) -> set[str]:
    if isinstance(value, list):
        return set().union(*(_prefixes(inner) for inner in value))
    if not isinstance(value, dict):
        return set()
    inside = {name: inner for name, inner in value.items() if name != "@context"}
    used = [name for name in inside if not name.startswith("@")]
    used += [inside[name] for name in ("@type",) if name in inside]
    found = {name.split(":")[0] for name in used if ":" in name}
    return found.union(*(_prefixes(inner) for inner in inside.values()))


def test_an_edition_takes_the_place_of_the_former_in_the_catalogue(
    consultation: Round, clock: Any
) -> None:
    consultation.seal()
    clock.advance(days=1)
    consultation.published = 4
    consultation.seal()
    [dataset] = _catalogue().json["dcat:dataset"]
    assert dataset["dcat:version"] == "2"
    assert dataset["dct:issued"]["@value"] == "2026-12-01T09:00:00.000Z"
    assert dataset["dct:modified"]["@value"] == "2026-12-02T09:00:00.000Z"


def test_the_catalogue_goes_page_by_page_the_newest_first(
    account: None, clock: Any, ask_for_leaves: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(read_handler, "PAGE_SIZE", 2)
    topics = []
    for _ in range(5):
        consultation = Round()
        consultation.seal()
        topics.append(consultation.topic_id)
        clock.advance(hours=1)
    seen: list[str] = []
    cursor: str | None = None
    sizes = []
    while True:
        page = _catalogue(**({"cursor": cursor} if cursor else {})).json
        sizes.append(len(page["dcat:dataset"]))
        seen += [dataset["dct:identifier"] for dataset in page["dcat:dataset"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert sizes == [2, 2, 1]
    assert seen == [f"{topic}-r1" for topic in reversed(topics)]
    assert _catalogue(cursor="Zm9yZ2Vk").status == 400
