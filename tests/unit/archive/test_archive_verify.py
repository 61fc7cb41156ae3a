"""Whoever has a record can find out alone whether it is whole and unchanged."""

import json
import os
import shutil
import stat
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.archive import verify
from services.archive.model.audit import head_after, head_document, public
from services.archive.model.record import TRAIL, TRAIL_HEAD, UNLISTED
from services.archive.model.schemas import schema_path
from services.archive.model.soundness import CHECKS
from tests.support.course import COURSE
from tests.unit.archive.records import (
    contents,
    document,
    lay_out,
    lines,
    listed,
    received,
    timeline,
)
from tests.unit.archive.trails import TOPIC_ID, of_length

ROOT = Path(__file__).parents[3]
Files = dict[str, bytes]
each_example_lays_out_its_own = settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150, deadline=None
)


def _verdict(place: Path, capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    capsys.readouterr()
    status = verify.main([str(place)])
    said = capsys.readouterr().out
    assert said.endswith("\n")
    assert said.count("\n") == len(CHECKS) + 1
    return status, said.splitlines()[-1]


def _fresh(folder: Path) -> Path:
    shutil.rmtree(folder, ignore_errors=True)
    return lay_out(folder, contents())


def _paths(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def test_a_sound_record_is_summed_up(record: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, said = _verdict(record, capsys)
    assert status == 0
    assert said.startswith(f"sound: topic {'t' * 26}, round 1, edition 1")
    assert "13 files, 5 comments, root " in said
    assert said.endswith(", audit trail of 3 entries, key not pinned")


def test_each_check_says_what_it_looked_at(
    record: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert verify.main([str(record)]) == verify.SOUND
    *table, _verdict_line = capsys.readouterr().out.splitlines()
    rows = [line.split() for line in table]
    assert [row[0] for row in rows] == list(CHECKS)
    assert {row[-1] for row in rows} == {"ok"}
    looked = {row[0]: " ".join(row[1:-1]) for row in rows}
    size = sum(path.stat().st_size for path in _paths(record) if path.name not in UNLISTED)
    assert looked == {
        "paths": "15 files",
        "manifest": "13 entries",
        "files": f"{size} bytes",
        "unlisted": "15 files",
        "schemas": "0 schemas",
        "root": "13 leaves",
        "header": "5 members",
        "shapes": "0 documents",
        "copies": "0 copies",
        "texts": "none at hand",
        "comments": "5 comments",
        "counts": "7 counts",
        "answers": "4 answers",
        "trail": "3 entries",
        "changes": "0 changes",
        "results": "0 figures",
        "campaigns": "0 groups",
        "citations": "0 citations",
        "questions": "0 tables",
        "participation": "0 tables",
        "themes": "0 themes",
        "moderation": "0 figures",
        "cases": "0 cases",
        "replies": "0 replies",
        "clauses": "0 clauses",
        "notices": "0 deliveries",
        "course": "11 events",
        "leaves": "5 leaves",
        "heads": "2 heads",
        "signatures": "2 signatures",
    }


def test_the_table_ends_where_the_record_is_broken(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = lay_out(tmp_path, contents() | {COUNTS: document([])})
    assert verify.main([str(folder)]) == verify.BROKEN
    *table, said = capsys.readouterr().out.splitlines()
    outcomes = {line.split()[0]: line.split()[-1] for line in table}
    passed = list(CHECKS)[: list(CHECKS).index("counts")]
    assert [name for name, outcome in outcomes.items() if outcome == "ok"] == passed
    assert {n: o for n, o in outcomes.items() if n not in passed} == {
        **dict.fromkeys(CHECKS.keys() - {*passed}, "-"),
        "counts": "broken",
    }
    assert said == f"broken: {COUNTS}: no counts"


def _object(place: Path, capsys: pytest.CaptureFixture[str]) -> tuple[int, dict[str, Any]]:
    capsys.readouterr()
    status = verify.main(["--json", str(place)])
    return status, json.loads(capsys.readouterr().out)


def test_a_sound_record_is_summed_up_as_one_object(
    record: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    status, told = _object(record, capsys)
    assert (status, told["verdict"], told["item"], told["why"]) == (0, "sound", None, None)
    manifest = json.loads((record / "manifest.json").read_bytes())
    for name in ("topic_id", "round", "edition", "sealed_at", "root"):
        assert told[name] == manifest[name]
    assert told["checks"][0] == {"name": "paths", "checked": "15 files", "outcome": "ok"}
    assert [row["name"] for row in told["checks"]] == list(CHECKS)


def test_a_broken_record_is_told_of_in_the_same_object(
    record: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (record / SHARD).unlink()
    status, told = _object(record, capsys)
    assert (status, told["verdict"]) == (1, "broken")
    assert (told["item"], told["why"], told["round"]) == (SHARD, "missing", 1)
    assert told["checks"][2] == {"name": "files", "checked": None, "outcome": "broken"}
    assert told["checks"][-1] == {"name": "signatures", "checked": None, "outcome": "-"}


def test_what_is_no_record_is_told_of_in_the_same_object(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for place in (tmp_path, tmp_path / "nothing"):
        status, told = _object(place, capsys)
        assert (status, told["verdict"], told["item"]) == (2, "unusable", None)
        assert told["why"]
        assert [row["name"] for row in told["checks"]] == list(CHECKS)
        assert told["topic_id"] is None


def test_the_readme_tells_of_each_check_in_its_order() -> None:
    text = (ROOT / "services/archive/README.md").read_text("utf-8")
    table = text.partition("| check | holds if |")[2].partition("\n\n")[0]
    assert [line.split("`")[1] for line in table.splitlines() if "`" in line] == list(CHECKS)


@each_example_lays_out_its_own
@given(st.data())
def test_one_flipped_bit_anywhere_breaks_it(tmp_path: Path, data: st.DataObject) -> None:
    folder = _fresh(tmp_path / "record")
    path = data.draw(st.sampled_from(_paths(folder)), label="file")
    body = bytearray(path.read_bytes())
    place = data.draw(st.integers(0, len(body) - 1), label="byte")
    body[place] ^= 1 << data.draw(st.integers(0, 7), label="bit")
    path.write_bytes(body)
    # What is found in the manifest may be that it is of a format unknown.
    found = {verify.BROKEN} | ({verify.UNUSABLE} if path.name == "manifest.json" else set())
    assert verify.main([str(folder)]) in found


@each_example_lays_out_its_own
@given(st.data())
def test_a_file_cut_off_or_taken_away_breaks_it(tmp_path: Path, data: st.DataObject) -> None:
    folder = _fresh(tmp_path / "record")
    path = data.draw(st.sampled_from(_paths(folder)), label="file")
    body = path.read_bytes()
    keep = data.draw(st.none() | st.integers(0, len(body) - 2), label="bytes kept")
    if keep is None:
        path.unlink()
    else:
        path.write_bytes(body[:keep])
    lost_manifest = path.name == "manifest.json" and keep is None
    expected = verify.UNUSABLE if lost_manifest else verify.BROKEN
    assert verify.main([str(folder)]) == expected


@each_example_lays_out_its_own
@given(st.permutations(range(13)))
def test_a_manifest_in_another_order_is_broken(tmp_path: Path, order: list[int]) -> None:
    files = contents()
    manifest = listed(files)
    entries = manifest["files"]
    manifest["files"] = [entries[place] for place in order]
    shutil.rmtree(tmp_path / "record", ignore_errors=True)
    folder = lay_out(tmp_path / "record", files, manifest)
    in_order = list(order) == sorted(order)
    assert verify.main([str(folder)]) == (verify.SOUND if in_order else verify.BROKEN)


def _set(manifest: dict[str, Any], path: str, **fields: Any) -> None:
    next(file for file in manifest["files"] if file["path"] == path).update(fields)


SHARD = "comments/shard-00.jsonl"
FORGED_MANIFESTS: dict[str, tuple[Callable[[dict[str, Any]], Any], str]] = {
    "size": (lambda m: _set(m, SHARD, bytes=1), f"{SHARD}: bytes is "),
    "rows": (lambda m: _set(m, SHARD, items=4), f"{SHARD}: items is 3, manifest.json says 4"),
    "digest": (lambda m: _set(m, SHARD, sha256="0" * 64), f"{SHARD}: sha256 is "),
    "no digest": (lambda m: _set(m, SHARD, sha256="x"), f"{SHARD}: its SHA-256"),
    "media type": (lambda m: _set(m, SHARD, media_type="text/html"), f"{SHARD}: media_type"),
    "root": (lambda m: m.update(root="0" * 64), "manifest.json: the root of its files is"),
    "root no text": (lambda m: m.update(root=7), "manifest.json: its fields"),
    "sealed later": (lambda m: m.update(sealed_at="2027"), "record.json: not the header"),
    "other topic": (lambda m: m.update(topic_id="u" * 26), "record.json: not the header"),
    "round is true": (lambda m: m.update(round=True), "manifest.json: its fields"),
    "more fields": (lambda m: m.update(note="x"), "manifest.json: its fields"),
    "no object": (lambda m: m["files"].append("x"), "manifest.json: an entry"),
    "twice": (lambda m: m["files"].append(m["files"][-1]), "topics/topic.json: twice"),
    "missing": (
        lambda m: m["files"].append({**m["files"][0], "path": "z.json"}),
        "z.json: missing",
    ),
    "not listed": (lambda m: m["files"].pop(), "topics/topic.json: not in the manifest"),
    "leads out": (
        lambda m: m["files"].append({**m["files"][0], "path": "../../etc/passwd"}),
        "../../etc/passwd: not a path",
    ),
    "another line": (
        lambda m: m["files"].append({**m["files"][0], "path": "x\nsound: y.json"}),
        "x\\nsound: y.json: not a path",
    ),
}


@pytest.mark.parametrize("name", FORGED_MANIFESTS)
def test_a_forged_manifest_is_found_out(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    forge, verdict = FORGED_MANIFESTS[name]
    files = contents()
    manifest = listed(files)
    forge(manifest)
    status, said = _verdict(lay_out(tmp_path, files, manifest), capsys)
    assert status == 1
    assert said.startswith(f"broken: {verdict}")


def _published(*more: str) -> bytes:
    ids = ["c0", "c1", "c2", *more]
    return lines([received(each, "published") for each in ids])


def _answers(*ids: str) -> bytes:
    return lines([{"comment_id": each, "outcome": "noted"} for each in ids])


def _unanswered(*ids: str) -> bytes:
    """The answers of the small record, where some comments were restored and have none."""
    outcomes = {"c0": "noted", "c1": "noted", "c2": "noted", "c3": "rejected"}
    outcomes |= dict.fromkeys(ids, "unanswered")
    return lines([{"comment_id": each, "outcome": told} for each, told in outcomes.items()])


def _told(moderation: int, more: dict[str, Any] | None = None, **by_outcome: int) -> bytes:
    counts = {"by_outcome": by_outcome, "by_moderation": moderation}
    return document({"answers": counts | (more or {})})


PUBLIC = list(public(of_length(3)))
COUNTS, DISPOSITIONS = "comments/counts.json", "analysis/dispositions.jsonl"
RESULTS = "analysis/results.json"
DECISION = "topics/decision.json"
EXCEPTION = {"reason": {"ar": "سبب", "en": "A reason"}, "outstanding": 2}


def _excepted(**change: bytes | None) -> Files:
    """What a record has where two of its comments were excepted, some of it otherwise."""
    outcomes = {"c0": "noted", "c1": "excepted", "c2": "excepted", "c3": "rejected"}
    rows = [{"comment_id": each, "outcome": outcome} for each, outcome in outcomes.items()]
    files = {
        "decision": document({"version": 1, "exception": EXCEPTION}),
        "results": _told(1, {"excepted": 2, "exception": EXCEPTION}, noted=1),
        **change,
    }
    found = {DECISION: files["decision"], RESULTS: files["results"], DISPOSITIONS: lines(rows)}
    return {path: body for path, body in found.items() if body is not None}


RESEALED: dict[str, tuple[Files, str]] = {
    "a comment more": (
        {SHARD: _published("c9")},
        f"{COUNTS}: says 3 published, there are 4",
    ),
    "a comment twice": ({SHARD: _published("c3")}, "comments/shard-01.jsonl: comment c3 twice"),
    "received": (
        {COUNTS: document({"received": 6, "published": 3, "rejected": 1, "withdrawn": 1})},
        f"{COUNTS}: says 6 received, there are 5",
    ),
    "rejected": (
        {COUNTS: document({"received": 5, "published": 3, "withdrawn": 1})},
        f"{COUNTS}: says None rejected, there are 1",
    ),
    "erased": (
        {
            COUNTS: document(
                {"received": 5, "published": 3, "rejected": 1, "withdrawn": 1, "erased": 1}
            )
        },
        f"{COUNTS}: says 1 erased, there are 0",
    ),
    "counts are a list": ({COUNTS: document([])}, f"{COUNTS}: no counts"),
    "not answered": (
        {DISPOSITIONS: _answers("c0", "c2", "c3")},
        f"{DISPOSITIONS}: comment c1 has no disposition",
    ),
    "rejected, not answered": (
        {DISPOSITIONS: _answers("c0", "c1", "c2")},
        f"{DISPOSITIONS}: comment c3 has no disposition",
    ),
    "unknown": (
        {DISPOSITIONS: _answers("c0", "c1", "c2", "c3", "c9")},
        f"{DISPOSITIONS}: comment c9 is not in the record",
    ),
    "answered twice": (
        {DISPOSITIONS: _answers("c0", "c0", "c1", "c2", "c3")},
        f"{DISPOSITIONS}: comment c0 twice",
    ),
    "an outcome counted short": (
        {RESULTS: _told(1, noted=2)},
        f"{RESULTS}: says 2 noted, there are 3",
    ),
    "an outcome nobody had": (
        {RESULTS: _told(1, noted=3, accepted=1)},
        f"{RESULTS}: says 1 accepted, there are 0",
    ),
    "an outcome left out": ({RESULTS: _told(1)}, f"{RESULTS}: says None noted, there are 3"),
    "moderation counted short": (
        {RESULTS: _told(0, noted=3)},
        f"{RESULTS}: says 0 rejected, there are 1",
    ),
    "answers without counts": (
        {RESULTS: document({"answers": []})},
        f"{RESULTS}: no counts of what was answered",
    ),
    "excepted by nobody": (
        _excepted(decision=document({"version": 1, "exception": None})),
        f"{DECISION}: has no exception, and 2 comments were excepted",
    ),
    "excepted without a decision": (
        _excepted(decision=None),
        f"{DECISION}: has no exception, and 2 comments were excepted",
    ),
    "an exception without its number": (
        _excepted(decision=document({"exception": {"outstanding": True}})),
        f"{DECISION}: has no exception, and 2 comments were excepted",
    ),
    "more excepted than allowed": (
        _excepted(decision=document({"exception": {"outstanding": 1}})),
        f"{DECISION}: excepts 1 comments, and 2 were excepted",
    ),
    "excepted and not told": (
        _excepted(results=_told(1, {"exception": EXCEPTION}, noted=1)),
        f"{RESULTS}: says 0 excepted, there are 2",
    ),
    "excepted in the decision and not in the results": (
        _excepted(results=_told(1, {"excepted": 2}, noted=1)),
        f"{RESULTS}: its exception is not the one that the decision has",
    ),
    "an exception that was not needed": (
        {DECISION: document({"exception": EXCEPTION}), RESULTS: _told(1, noted=3)},
        f"{RESULTS}: its exception is not the one that the decision has",
    ),
    "not answered and not told": (
        {DISPOSITIONS: _unanswered("c1"), RESULTS: _told(1, noted=2)},
        f"{RESULTS}: says 0 outstanding, there are 1",
    ),
    "not answered, told as fewer": (
        {DISPOSITIONS: _unanswered("c1", "c2"), RESULTS: _told(1, {"outstanding": 1}, noted=1)},
        f"{RESULTS}: says 1 outstanding, there are 2",
    ),
    "not answered, and results that say nothing": (
        {DISPOSITIONS: _unanswered("c1")},
        f"{RESULTS}: says nothing of 1 comments without an answer",
    ),
    "told as not answered": (
        {RESULTS: _told(1, {"outstanding": 1}, noted=3)},
        f"{RESULTS}: says 1 outstanding, there are 0",
    ),
    "told for another reason": (
        _excepted(results=_told(1, {"excepted": 2, "exception": {"outstanding": 2}}, noted=1)),
        f"{RESULTS}: its exception is not the one that the decision has",
    ),
    "trail cut": (
        {TRAIL: lines(PUBLIC[:2])},
        f"{TRAIL}: entry 3: missing: there were 3 entries",
    ),
    "trail longer": (
        {TRAIL_HEAD: document(head_document(TOPIC_ID, head_after(PUBLIC[1])))},
        f"{TRAIL}: has 3 entries, its head says 2",
    ),
    "trail reordered": ({TRAIL: lines(PUBLIC[::-1])}, f"{TRAIL}: entry 1: has number 3"),
    "trail of another topic": (
        {TRAIL_HEAD: document(head_document("u" * 26, head_after(PUBLIC[2])))},
        f"{TRAIL_HEAD}: of another topic",
    ),
    "trail without hash": ({TRAIL: b"{}\n"}, f"{TRAIL}: line 1 has no hash"),
    "no head": ({TRAIL_HEAD: document([])}, f"{TRAIL_HEAD}: not the head"),
    "no JSON": ({SHARD: b'{"comment_id": \n'}, f"{SHARD}: line 1 is not JSON"),
    "no text": ({SHARD: b"\xff\xfe\n"}, f"{SHARD}: line 1 is not JSON"),
    "a name twice": (
        {SHARD: b'{"comment_id": "c0", "status": "withdrawn", "status": "published"}\n'},
        f"{SHARD}: line 1 is not JSON",
    ),
    "too deep": ({SHARD: b"[" * 100_000 + b"\n"}, f"{SHARD}: line 1 "),
    "no id": ({SHARD: b'{"status": "held"}\n'}, f"{SHARD}: line 1 has no comment_id"),
    "no object": ({DISPOSITIONS: b"7\n"}, f"{DISPOSITIONS}: line 1 has no comment_id"),
}


@pytest.mark.parametrize("name", RESEALED)
def test_a_record_that_contradicts_itself_is_broken_however_well_it_is_sealed(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    change, verdict = RESEALED[name]
    status, said = _verdict(lay_out(tmp_path, contents() | change), capsys)
    assert (status, said[: len(verdict) + 8]) == (1, f"broken: {verdict}")


@pytest.mark.parametrize("path", [COUNTS, DISPOSITIONS, TRAIL, TRAIL_HEAD])
def test_counts_dispositions_and_a_trail_with_its_head_must_be_there(
    path: str, tmp_path: Path
) -> None:
    files = contents()
    del files[path]
    assert verify.main([str(lay_out(tmp_path, files))]) == verify.BROKEN


def test_a_record_sealed_before_there_were_trails_is_sound(tmp_path: Path) -> None:
    files = contents()
    del files[TRAIL], files[TRAIL_HEAD]
    assert verify.main([str(lay_out(tmp_path, files))]) == verify.SOUND


@pytest.mark.parametrize(
    "results",
    [_told(1, noted=3, accepted=0), document({}), document({"answers": None})],
    ids=["told", "of before", "nothing kept"],
)
def test_results_that_tell_what_was_answered_or_do_not_are_sound(
    results: bytes, tmp_path: Path
) -> None:
    assert verify.main([str(lay_out(tmp_path, contents() | {RESULTS: results}))]) == verify.SOUND


def test_comments_that_the_decision_excepts_need_no_answer(tmp_path: Path) -> None:
    assert verify.main([str(lay_out(tmp_path, contents() | _excepted()))]) == verify.SOUND


@pytest.mark.parametrize("without", ["topics/timeline.jsonl", "topics/topic.json", SHARD])
def test_a_file_whose_schema_is_not_in_the_record_is_named(
    without: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = contents()
    listed(files)
    places = {path: schema_path(path) for path in files}
    files |= {place: b"{}\n" for place in places.values() if place}
    assert _verdict(lay_out(tmp_path / "whole", files), capsys)[0] == verify.SOUND
    del files[str(places[without])]
    said = _verdict(lay_out(tmp_path / "broken", files), capsys)
    assert said == (1, f"broken: {without}: no schema of it is in the record")


def test_what_was_restored_and_has_no_answer_is_sound_where_rows_and_results_tell_it(
    tmp_path: Path,
) -> None:
    told = _told(1, {"outstanding": 1}, noted=2)
    files = {DISPOSITIONS: _unanswered("c1"), RESULTS: told}
    assert verify.main([str(lay_out(tmp_path, contents() | files))]) == verify.SOUND


def test_a_withdrawn_topic_needs_no_dispositions(tmp_path: Path) -> None:
    files = contents() | {
        "topics/topic.json": document({"stage": "withdrawn"}),
        "topics/timeline.jsonl": lines(timeline(*COURSE[:8], "TopicWithdrawn")),
    }
    del files[DISPOSITIONS]
    assert verify.main([str(lay_out(tmp_path, files))]) == verify.SOUND


CORRECTIONS = "analysis/corrections.jsonl"


def _corrected(
    outcome: str = "accepted", *, version: object = 7, before: object = "noted"
) -> bytes:
    """The answers of the small record, the first of them corrected."""
    rows: list[dict[str, Any]] = [
        {"comment_id": "c0", "outcome": outcome},
        {"comment_id": "c1", "outcome": "noted", "corrected": None},
        {"comment_id": "c2", "outcome": "noted", "corrected": None},
        {"comment_id": "c3", "outcome": "rejected", "corrected": None},
    ]
    told = {"outcome": before} if before is not None else None
    rows[0]["corrected"] = {"version": version, "before": told}
    return lines(rows)


def _sums(*, noted: int = 2, announced: int | None = 3, outstanding: int = 0) -> bytes:
    """What results say: comments noted by now, and noted as announced."""
    told: dict[str, Any] = {"by_outcome": {"noted": noted, "accepted": 1}, "by_moderation": 1}
    told["announced"] = announced and {
        "by_outcome": {"noted": announced, "accepted": 0},
        "by_moderation": 1,
        "outstanding": outstanding,
    }
    return document({"answers": told})


CORRECTED: Files = {
    DISPOSITIONS: _corrected(),
    CORRECTIONS: lines([{"version": 7, "outcome": "accepted"}]),
    RESULTS: _sums(),
}
MISCORRECTED: dict[str, tuple[Files, str]] = {
    "sums by now": (
        {RESULTS: _sums(noted=3)},
        f"{RESULTS}: says 3 noted, there are 2",
    ),
    "sums announced": (
        {RESULTS: _sums(announced=2)},
        f"{RESULTS}: says 2 noted, announced were 3",
    ),
    "sums announced left out": (
        {RESULTS: _sums(announced=None)},
        f"{RESULTS}: says nothing of what 1 were answered before",
    ),
    "no such correction": (
        {CORRECTIONS: lines([{"version": 8, "outcome": "accepted"}])},
        f"{DISPOSITIONS}: comment c0 is not answered as a correction says",
    ),
    "another outcome": (
        {CORRECTIONS: lines([{"version": 7, "outcome": "noted"}])},
        f"{DISPOSITIONS}: comment c0 is not answered as a correction says",
    ),
    "a version that is none": (
        {DISPOSITIONS: _corrected(version=[7])},
        f"{DISPOSITIONS}: comment c0 is not answered as a correction says",
    ),
    "an outcome that is none": (
        {DISPOSITIONS: _corrected(before=7)},
        f"{DISPOSITIONS}: comment c0 was announced without an outcome",
    ),
    "a correction twice": (
        {CORRECTIONS: lines([{"version": 7, "outcome": "accepted"}] * 2)},
        f"{CORRECTIONS}: version 7 is no version, or there twice",
    ),
}


def test_corrected_answers_add_up_by_now_and_as_announced(tmp_path: Path) -> None:
    assert verify.main([str(lay_out(tmp_path, contents() | CORRECTED))]) == verify.SOUND


def test_what_was_not_answered_before_its_correction_is_counted_so(tmp_path: Path) -> None:
    before = {DISPOSITIONS: _corrected(before=None), RESULTS: _sums(announced=2, outstanding=1)}
    files = contents() | CORRECTED | before
    assert verify.main([str(lay_out(tmp_path, files))]) == verify.SOUND


@pytest.mark.parametrize(("excepted", "status"), [(1, verify.SOUND), (0, verify.BROKEN)])
def test_what_was_excepted_and_corrected_since_counts_among_the_excepted_that_were_announced(
    tmp_path: Path, excepted: int, status: int
) -> None:
    told = {"noted": 2, "accepted": 1}
    announced = {"by_outcome": {"noted": 2}, "by_moderation": 1, "excepted": excepted}
    answers = {"by_outcome": told, "by_moderation": 1, "announced": announced, "excepted": 0}
    files = {
        DISPOSITIONS: _corrected(before=None),
        DECISION: document({"version": 1, "exception": EXCEPTION}),
        RESULTS: document({"answers": {**answers, "exception": EXCEPTION}}),
    }
    assert verify.main([str(lay_out(tmp_path, contents() | CORRECTED | files))]) == status


@pytest.mark.parametrize(
    ("excepted", "outstanding", "status"),
    [(1, 1, verify.SOUND), (2, 0, verify.BROKEN), (1, 0, verify.BROKEN), (0, 1, verify.BROKEN)],
)
def test_what_was_restored_is_not_among_the_excepted_that_were_announced(
    tmp_path: Path, excepted: int, outstanding: int, status: int
) -> None:
    """One was excepted and answered since, one was restored and has no answer; for one it was."""
    given = {**EXCEPTION, "outstanding": 1}
    told = {"by_outcome": {"noted": 1, "accepted": 1}, "by_moderation": 1, "outstanding": 1}
    announced = {"by_outcome": {"noted": 1}, "by_moderation": 1}
    announced |= {"excepted": excepted, "outstanding": outstanding}
    rows = _corrected(before=None).replace(
        b'"c2", "outcome": "noted"', b'"c2", "outcome": "unanswered"'
    )
    files = {
        DISPOSITIONS: rows,
        DECISION: document({"version": 1, "exception": given}),
        RESULTS: document({"answers": {**told, "announced": announced, "exception": given}}),
    }
    assert verify.main([str(lay_out(tmp_path, contents() | CORRECTED | files))]) == status


@pytest.mark.parametrize("name", MISCORRECTED)
def test_corrections_that_do_not_add_up_are_found(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    change, verdict = MISCORRECTED[name]
    status, said = _verdict(lay_out(tmp_path, contents() | CORRECTED | change), capsys)
    assert (status, said[: len(verdict) + 8]) == (1, f"broken: {verdict}")


def test_an_erased_comment_is_counted_and_needs_no_disposition(tmp_path: Path) -> None:
    counts = {"received": 6, "published": 3, "rejected": 1, "withdrawn": 1, "erased": 1}
    erased = lines([received("c9", "erased")])
    files = contents() | {"comments/shard-02.jsonl": erased, COUNTS: document(counts)}
    assert verify.main([str(lay_out(tmp_path, files))]) == verify.SOUND


SCREENED = lines([received("c9", "screening")])
WITH_ONE_IN_SCREENING = {
    "comments/shard-02.jsonl": SCREENED,
    COUNTS: document(
        {"received": 6, "published": 3, "held": 0, "rejected": 1, "withdrawn": 1, "screening": 1}
    ),
    DISPOSITIONS: _answers("c0", "c1", "c2", "c3", "c9"),
}


def test_a_comment_that_is_still_in_screening_is_counted_and_answered(tmp_path: Path) -> None:
    files = contents() | WITH_ONE_IN_SCREENING
    assert verify.main([str(lay_out(tmp_path, files))]) == verify.SOUND


@pytest.mark.parametrize(
    ("change", "verdict"),
    [
        (
            {COUNTS: document({"received": 6, "published": 3, "rejected": 1, "withdrawn": 1})},
            f"{COUNTS}: says None screening, there are 1",
        ),
        (
            {DISPOSITIONS: _answers("c0", "c1", "c2", "c3")},
            f"{DISPOSITIONS}: comment c9 has no disposition",
        ),
    ],
)
def test_a_comment_that_is_still_in_screening_is_not_passed_over(
    change: Files, verdict: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = contents() | WITH_ONE_IN_SCREENING | change
    status, said = _verdict(lay_out(tmp_path, files), capsys)
    assert (status, said[: len(verdict) + 8]) == (1, f"broken: {verdict}")


def test_a_file_too_many_is_named(record: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (record / "comments" / ".DS_Store").write_bytes(b"x")
    assert _verdict(record, capsys) == (1, "broken: comments/.DS_Store: not in the manifest")


def test_a_link_is_not_followed(
    record: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shard = record / SHARD
    outside = tmp_path / "outside.jsonl"
    shard.rename(outside)
    shard.symlink_to(outside)
    assert _verdict(record, capsys) == (1, f"broken: {SHARD}: neither a file nor a folder")


def test_a_linked_folder_is_not_followed(record: Path, tmp_path: Path) -> None:
    (record / "comments").rename(tmp_path / "elsewhere")
    (record / "comments").symlink_to(tmp_path / "elsewhere", target_is_directory=True)
    assert verify.main([str(record)]) == verify.BROKEN


@pytest.mark.parametrize(
    "body", [b"", b"{", b"\xff", b'{"format": "x", "format": "y"}', b"[" * 100_000]
)
def test_a_damaged_manifest_is_broken(
    body: bytes, record: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (record / "manifest.json").write_bytes(body)
    assert _verdict(record, capsys) == (1, "broken: manifest.json: not JSON")


@pytest.mark.parametrize("body", [b"[]", b"{}", b'{"format": "tashawur-record/2"}'])
def test_another_format_is_unusable(
    body: bytes, record: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (record / "manifest.json").write_bytes(body)
    status, said = _verdict(record, capsys)
    assert status == 2
    assert "this program reads 'tashawur-record/1'" in said


@pytest.mark.parametrize("name", ["nothing here", "a.txt", "empty"])
def test_what_is_no_record_is_unusable(name: str, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("سجل")
    (tmp_path / "empty").mkdir()
    assert verify.main([str(tmp_path / name)]) == verify.UNUSABLE


def _zipped(record: Path, place: Path, *, inside: str = "") -> Path:
    with zipfile.ZipFile(place, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in _paths(record):
            archive.write(path, inside + path.relative_to(record).as_posix())
    return place


@pytest.mark.parametrize("inside", ["", "record/"])
def test_a_zip_file_is_read_as_it_is(inside: str, record: Path, tmp_path: Path) -> None:
    archive = _zipped(record, tmp_path / "record.zip", inside=inside)
    assert verify.main([str(archive)]) == verify.SOUND


def _entry(name: str, mode: int = 0) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name)
    entry.external_attr = mode << 16
    return entry


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize(
    ("entry", "verdict"),
    [
        (_entry("../outside.json"), "../outside.json: a path that leads out of the record"),
        (_entry("/outside.json"), "/outside.json: a path that leads out of the record"),
        (_entry("a\\b.json"), "a\\b.json: a path that leads out of the record"),
        (_entry(SHARD), f"{SHARD}: twice in the zip file"),
        (_entry("link.json", stat.S_IFLNK | 0o777), "link.json: neither a file nor a folder"),
        (_entry("more.json"), "more.json: not in the manifest"),
    ],
)
def test_a_zip_file_with_a_trap_is_broken(
    entry: zipfile.ZipInfo,
    verdict: str,
    record: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    archive = _zipped(record, tmp_path / "record.zip")
    with zipfile.ZipFile(archive, "a") as opened:
        opened.writestr(entry, b"x")
    assert _verdict(archive, capsys) == (1, f"broken: {verdict}")


def test_a_damaged_zip_file_is_not_sound(record: Path, tmp_path: Path) -> None:
    archive = _zipped(record, tmp_path / "record.zip")
    body = archive.read_bytes()
    for place in range(0, len(body), 11):
        damaged = bytearray(body)
        damaged[place] ^= 0xFF
        archive.write_bytes(damaged)
        try:
            status = verify.main([str(archive)])
        except Exception as error:
            raise AssertionError(f"byte {place}") from error
        if status == verify.SOUND:
            assert _same_contents(archive, record)


def _same_contents(archive: Path, record: Path) -> bool:
    with zipfile.ZipFile(archive) as opened:
        return all(
            opened.read(path.relative_to(record).as_posix()) == path.read_bytes()
            for path in _paths(record)
        )


def test_the_command_needs_nothing_but_python(record: Path) -> None:
    command = [sys.executable, "-S", "-m", "services.archive.verify", str(record)]
    environment = {**os.environ, "PYTHONPATH": "", "LC_ALL": "C"}
    done = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[-1].startswith("sound: ")
