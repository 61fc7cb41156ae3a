"""The command with which auditors check a trail against heads and records."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from services.archive import verify_audit
from services.archive.model.audit import Row, head_after, head_document
from services.archive.verify import BROKEN, SOUND, UNUSABLE
from tests.unit.archive.records import contents, lay_out, lines, listed
from tests.unit.archive.trails import TOPIC_ID, of_length, told, trail

ROOT = Path(__file__).parents[3]


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path


def jsonl(place: Path, rows: list[Row], name: str = "trail.jsonl") -> str:
    (place / name).write_bytes(lines(rows))
    return str(place / name)


def page(place: Path, rows: list[Row], name: str, *, indent: int | None = None) -> str:
    end = head_document(TOPIC_ID, head_after(rows[-1]))
    document = {"items": rows, "next_cursor": None, "head": end}
    (place / name).write_text(json.dumps(document, indent=indent), "utf-8")
    return str(place / name)


def head(place: Path, row: Row, *, topic_id: str = TOPIC_ID, **changes: Any) -> str:
    document = head_document(topic_id, head_after(row)) | changes
    (place / "head.json").write_text(json.dumps(document), "utf-8")
    return str(place / "head.json")


def verdict(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    capsys.readouterr()
    status = verify_audit.main(arguments)
    return status, capsys.readouterr().out.strip()


def test_a_sound_trail_is_summed_up(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = of_length(5)
    status, said = verdict(capsys, jsonl(place, rows), "--head", head(place, rows[2]))
    assert status == SOUND
    assert said == (
        f"sound: topic {TOPIC_ID}: 5 entries, 3 of them anchored, last hash {rows[4]['hash']}"
    )
    assert "no head to tell" in verdict(capsys, jsonl(place, rows))[1]


@pytest.mark.parametrize("indent", [None, 2])
def test_pages_of_the_api_are_read_as_they_came(
    indent: int | None, place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = of_length(5)
    pages = [
        page(place, rows[:3], "1.json", indent=indent),
        page(place, rows[3:], "2.json", indent=indent),
    ]
    assert verdict(capsys, *pages, "--head", pages[1])[0] == SOUND
    assert verdict(capsys, *pages[::-1])[0] == BROKEN
    status, said = verdict(capsys, pages[0], "--head", pages[1])
    assert (status, said) == (BROKEN, "broken: entry 4: missing: there were 5 entries")


def test_a_change_is_named(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = of_length(3)
    rows[1]["data"]["number"] = 8
    said = verdict(capsys, jsonl(place, rows))
    assert said == (BROKEN, "broken: entry 2: its data are not those that it binds")


def test_a_trail_goes_on_from_the_one_that_a_record_has_sealed(
    place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    record = str(lay_out(place / "record", contents()))
    rows = of_length(5)
    status, said = verdict(capsys, jsonl(place, rows), "--record", record)
    assert (status, "3 of them anchored" in said) == (SOUND, True)
    assert verdict(capsys, jsonl(place, rows[:2]), "--record", record)[0] == BROKEN
    other = trail(*(told(n, actor_id="x") for n in range(5)))
    assert verdict(capsys, jsonl(place, other), "--record", record)[0] == BROKEN


def test_a_record_must_have_the_root_that_the_trail_says_was_sealed(
    place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    record = str(lay_out(place / "record", contents()))
    root = listed(contents())["root"]
    for said, expected in ((root, SOUND), ("0" * 64, BROKEN)):
        sealed = told(3, type="RecordSealed", data={"root": said, "files": 10, "edition": 1})
        rows = trail(*map(told, range(3)), sealed)
        assert verdict(capsys, jsonl(place, rows), "--record", record)[0] == expected
    later = told(3, type="RecordSealed", data={"root": "0" * 64, "files": 10, "edition": 2})
    rows = trail(*map(told, range(3)), later)
    assert verdict(capsys, jsonl(place, rows), "--record", record)[0] == SOUND


def test_a_broken_record_anchors_nothing(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = lay_out(place / "record", contents())
    (folder / "README.txt").write_bytes(b"x")
    status, said = verdict(capsys, jsonl(place, of_length(5)), "--record", str(folder))
    assert (status, said.startswith("broken: README.txt")) == (BROKEN, True)


def test_a_head_of_another_topic_is_told(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = of_length(2)
    other = head(place, rows[1], topic_id="u" * 26)
    assert verdict(capsys, jsonl(place, rows), "--head", other)[0] == BROKEN
    record = str(lay_out(place / "record", contents()))
    said = verdict(capsys, jsonl(place, rows), "--head", other, "--record", record)
    assert said[0] == UNUSABLE


@pytest.mark.parametrize(
    "changes", [{"format": "x/9"}, {"count": -1}, {"count": "2"}, {"count": True}, {"more": 1}]
)
def test_what_is_no_head_is_told(
    changes: dict[str, Any], place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = of_length(2)
    said = verdict(capsys, jsonl(place, rows), "--head", head(place, rows[1], **changes))
    assert said[0] == UNUSABLE


@pytest.mark.parametrize("body", [b"{", b"7\n", b'{"a": 1, "a": 2}', b"\xff", b"[" * 100_000])
def test_what_is_no_trail_is_broken(
    body: bytes, place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (place / "trail").write_bytes(body)
    assert verdict(capsys, str(place / "trail"))[0] == BROKEN


def test_what_is_not_there_cannot_be_read(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert verdict(capsys, str(place / "nowhere"))[0] == UNUSABLE
    rows = jsonl(place, of_length(1))
    assert verdict(capsys, rows, "--head", str(place / "nowhere"))[0] == UNUSABLE
    assert verdict(capsys, rows, "--record", str(place / "nowhere"))[0] == UNUSABLE


def test_the_command_needs_nothing_but_python(place: Path) -> None:
    trail_, anchor = jsonl(place, of_length(3)), head(place, of_length(3)[2])
    command = [sys.executable, "-S", "-m", "services.archive.verify_audit", trail_]
    environment = {**os.environ, "PYTHONPATH": "", "LC_ALL": "C"}
    done = subprocess.run(
        [*command, "--head", anchor],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("sound: ")
