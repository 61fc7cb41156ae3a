"""Whatever is handed over as a record: a precise sentence and an exit status, never a crash."""

import json
import os
import stat
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from services.archive import verify
from services.archive.model.record import MANIFEST
from tests.unit.archive.records import contents, document, lay_out, listed

COUNTS, SHARD, TOPIC = "comments/counts.json", "comments/shard-00.jsonl", "topics/topic.json"
DEEP = b"[" * 100_000 + b"]" * 100_000


def _verdict(place: Path, capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    capsys.readouterr()
    status = verify.main([str(place)])
    return status, capsys.readouterr().out.splitlines()[-1]


def _broken(place: Path, capsys: pytest.CaptureFixture[str]) -> str:
    status, said = _verdict(place, capsys)
    assert status == verify.BROKEN
    return said


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (document({"received": 5}).decode().encode("utf-16"), "not JSON"),
        (b"\xef\xbb\xbf" + document({"received": 5}), "not JSON"),
        ('{"received": "é"}'.encode("latin-1"), "not JSON"),
        (b'{"received": "\xff"}', "not JSON"),
        (b'{"received": "\\ud800"}', "not JSON"),
        (b'{"received": NaN}', "not JSON"),
        (b'{"received": -Infinity}', "not JSON"),
        (b'{"received": 1e999}', "not JSON"),
        (b'{"received": ' + b"9" * 5_000 + b"}", "not JSON"),
        (b'{"received": 5, "received": 5}', "not JSON"),
        (DEEP, "not JSON"),
        (b"", "not JSON"),
        (b"{}{}", "not JSON"),
        (b"5", "no counts"),
        (b'{"received": true}', "says None published"),
        (b'{"received": {}, "published": []}', "says [] published"),
    ],
    ids=range(16),
)
def test_what_a_document_may_not_be_is_named(
    body: bytes, why: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = lay_out(tmp_path, contents() | {COUNTS: body})
    assert _broken(folder, capsys).startswith(f"broken: {COUNTS}: {why}")


@pytest.mark.parametrize(
    ("line", "why"),
    [
        (b"\xff\xfe{}", "line 2 is not JSON"),
        (b"[]", "line 2 has no comment_id or no status"),
        (b'{"comment_id": 7, "status": "held"}', "line 2 has no comment_id or no status"),
        (b"", "line 2 is not JSON"),
        (DEEP, "line 2 is not JSON"),
        (b'"' + b"x" * (5 << 20) + b'"', "line 2 is not JSON"),
    ],
    ids=range(6),
)
def test_what_a_row_may_not_be_is_named_with_its_line(
    line: bytes, why: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = contents()
    first, *_ = files[SHARD].splitlines(keepends=True)
    folder = lay_out(tmp_path, files | {SHARD: first + line + b"\n" + first})
    assert _broken(folder, capsys) == f"broken: {SHARD}: {why}"


@pytest.mark.parametrize("ending", [b"\r\n", b"\r"], ids=["CRLF", "CR"])
def test_other_ends_of_lines_are_other_bytes(
    ending: bytes, record: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place = record / SHARD
    place.write_bytes(place.read_bytes().replace(b"\n", ending))
    assert _broken(record, capsys).startswith(f"broken: {SHARD}: ")


FORMS: dict[str, Any] = {
    "topics/timeline.jsonl": b'{"event": "TopicDefined", "occurred_at": 7}\n',
    "analysis/results.json": document([]),
    "analysis/dispositions.jsonl": document({"comment_id": "c0", "outcome": None}),
    "moderation/log.jsonl": document({"comment_id": []}),
    "outreach/deliveries.jsonl": document({"notice": {}, "occasion": 1, "channel": 2}),
    "topics/decision.json": document({"clauses": 7}),
}


@pytest.mark.parametrize("path", FORMS)
def test_what_has_another_form_than_a_check_goes_by_is_never_a_crash(
    path: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    said = _broken(lay_out(tmp_path, contents() | {path: FORMS[path]}), capsys)
    assert said.startswith(f"broken: {path}: ")


def test_a_manifest_without_end_is_not_read_to_its_end(
    record: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with (record / MANIFEST).open("ab") as file:
        file.truncate(65 << 20)
    assert _broken(record, capsys) == f"broken: {MANIFEST}: too long"


def _folder_for_file(record: Path) -> None:
    (record / SHARD).unlink()
    (record / SHARD).mkdir()


def _file_for_folder(record: Path) -> None:
    (record / "topics/topic.json").unlink()
    (record / "topics/timeline.jsonl").unlink()
    (record / "topics").rmdir()
    (record / "topics").write_bytes(b"")


def _pipe(record: Path) -> None:
    os.mkfifo(record / "comments/pipe.json")


def _renamed(record: Path) -> None:
    (record / SHARD).rename(record / "comments/shard-07.jsonl")


def _longer(record: Path) -> None:
    with (record / "README.txt").open("ab") as file:
        file.truncate(1 << 33)


def _other_case(record: Path) -> None:
    (record / "readme.TXT").write_bytes(b"x")


def _strange_name(record: Path) -> None:
    (record / os.fsdecode(b"\xff\n.json")).write_bytes(b"x")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (_folder_for_file, f"{SHARD}: missing"),
        (_file_for_folder, "topics/timeline.jsonl: missing"),
        (_pipe, "comments/pipe.json: neither a file nor a folder"),
        (_renamed, f"{SHARD}: missing"),
        (_longer, "README.txt: bytes is more than 21, which manifest.json says"),
        (
            _other_case,
            "readme.TXT: differs from README.txt in case alone, which not every disk tells",
        ),
        (_strange_name, "\\udcff\\n.json: not in the manifest"),
    ],
)
def test_what_a_folder_may_not_have_is_named(
    change: Callable[[Path], None], said: str, record: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    change(record)
    assert _broken(record, capsys) == f"broken: {said}"


def test_a_folder_without_files_is_nothing(record: Path) -> None:
    (record / "empty").mkdir()
    assert verify.main([str(record)]) == verify.SOUND


def test_a_link_to_a_record_is_followed_as_whoever_names_it_wants(
    record: Path, tmp_path: Path
) -> None:
    (tmp_path / "link").symlink_to(record, target_is_directory=True)
    assert verify.main([str(tmp_path / "link")]) == verify.SOUND


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read_is_named(
    record: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (record / SHARD).chmod(0)
    assert _broken(record, capsys) == f"broken: {SHARD}: cannot be read"


def test_a_pipe_or_a_device_is_no_record_and_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for place in (tmp_path / "pipe", Path("/dev/zero"), Path("/dev/null")):
        assert verify.main([str(place)]) == verify.UNUSABLE


def test_a_record_inside_another_folder_is_not_looked_for(
    record: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    status, said = _verdict(record.parent, capsys)
    assert status == verify.UNUSABLE
    assert said.endswith(": there is no manifest.json")


def _zipped(record: Path, **options: Any) -> Path:
    place = record.parent / "record.zip"
    with zipfile.ZipFile(place, "w", **options) as archive:
        for path in sorted(path for path in record.rglob("*") if path.is_file()):
            archive.write(path, path.relative_to(record).as_posix())
    return place


def _before(place: Path) -> None:
    place.write_bytes(b"MZ" + place.read_bytes())


def _after(place: Path) -> None:
    place.write_bytes(place.read_bytes() + b"PK")


def _comment(place: Path) -> None:
    with zipfile.ZipFile(place, "a") as archive:
        archive.comment = b"sound"


def _hidden(place: Path) -> None:
    """An entry that the directory does not name, as a program that reads on would find it."""
    with zipfile.ZipFile(place, "a") as archive:
        archive.writestr("hidden.json", b"{}")
        archive.filelist.pop()


def _with(name: str, body: bytes = b"", **members: Any) -> Callable[[Path], None]:
    def change(place: Path) -> None:
        entry = zipfile.ZipInfo(name)
        for member, value in members.items():
            setattr(entry, member, value)
        with zipfile.ZipFile(place, "a") as archive:
            archive.writestr(entry, body)

    return change


def _encrypted(place: Path) -> None:
    body = bytearray(place.read_bytes())
    body[body.rindex(b"PK\x01\x02", 0, body.rindex(b"PK\x05\x06")) + 8] |= 1
    place.write_bytes(body)


PLACE = "record.zip"
IN_ZIP: dict[str, tuple[Callable[[Path], None], str]] = {
    "bytes before it": (_before, f"{PLACE}: has bytes that are no entry"),
    "bytes after it": (_after, f"{PLACE}: has bytes after the archive, or a comment"),
    "a comment": (_comment, f"{PLACE}: has bytes after the archive, or a comment"),
    "an entry in no directory": (_hidden, f"{PLACE}: has bytes that are no entry"),
    "encrypted": (_encrypted, f"{TOPIC}: encrypted"),
    "another method": (
        _with("a.json", b"x", compress_type=zipfile.ZIP_LZMA),
        "a.json: packed by method 14; only 0 and 8 are read",
    ),
    "a folder that leads out": (_with("../"), "../: a path that leads out of the record"),
    "a folder with bytes": (
        _with("comments/more/", b"x"),
        "comments/more/: a folder that has bytes itself",
    ),
    "a device": (
        _with("null.json", external_attr=(stat.S_IFCHR | 0o600) << 16),
        "null.json: neither a file nor a folder",
    ),
    "an absolute path": (_with("/etc/passwd"), "/etc/passwd: a path that leads out of the record"),
    "a drive": (_with("C:\\a.json"), "C:\\a.json: a path that leads out of the record"),
    "another case": (
        _with("comments/COUNTS.json"),
        "comments/counts.json: differs from comments/COUNTS.json in case alone, "
        "which not every disk tells",
    ),
    "a bomb": (
        _with("bomb.json", b"0" * (65 << 20), compress_type=zipfile.ZIP_DEFLATED),
        f"{PLACE}: its ",
    ),
}


@pytest.mark.parametrize("name", IN_ZIP)
def test_what_a_zip_file_may_not_have_is_named(
    name: str, record: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    change, said = IN_ZIP[name]
    place = _zipped(record)
    assert verify.main([str(place)]) == verify.SOUND
    change(place)
    found = _broken(place, capsys)
    assert found.startswith(f"broken: {said}")
    assert name == "a bomb" or found == f"broken: {said}"


def test_no_more_is_unpacked_than_the_manifest_lists(
    record: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with (record / "README.txt").open("ab") as file:
        file.truncate(60 << 20)
    place = _zipped(record, compression=zipfile.ZIP_DEFLATED)
    said = _broken(place, capsys)
    assert said == "broken: README.txt: bytes is more than 21, which manifest.json says"


def test_an_entry_that_unpacks_to_more_than_it_declares_is_not_read_on(
    record: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The directory says as many bytes as the manifest lists, and there are more."""
    honest = len((record / "README.txt").read_bytes())
    (record / "README.txt").write_bytes(b"0" * (1 << 20))
    place = _zipped(record, compression=zipfile.ZIP_DEFLATED)
    body = bytearray(place.read_bytes())
    at = body.index(b"README.txt", body.index(b"PK\x01\x02")) - 46
    body[at + 24 : at + 28] = honest.to_bytes(4, "little")
    place.write_bytes(body)
    assert _broken(place, capsys) == "broken: README.txt: cannot be read"


def test_zip64_and_folders_as_entries_and_data_descriptors_are_read(
    record: Path, tmp_path: Path
) -> None:
    place = tmp_path / "other.zip"
    with place.open("wb") as file, zipfile.ZipFile(_Stream(file), "w") as archive:
        archive.writestr(zipfile.ZipInfo("comments/"), b"")
        for path in sorted(path for path in record.rglob("*") if path.is_file()):
            name = path.relative_to(record).as_posix()
            with archive.open(name, "w", force_zip64=True) as entry:
                entry.write(path.read_bytes())
    assert verify.main([str(place)]) == verify.SOUND


class _Stream:
    """A file that cannot be moved in, so that sizes are told after each entry."""

    def __init__(self, file: Any) -> None:
        self.write, self.flush = file.write, file.flush


def test_a_manifest_that_lists_names_of_two_cases_is_broken(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = contents() | {"readme.txt": b"x"}
    said = _broken(lay_out(tmp_path, files), capsys)
    assert said.startswith("broken: readme.txt: differs from README.txt in case alone")


def test_a_manifest_of_deep_or_endless_members_is_broken(
    record: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    manifest = listed(contents())
    for change in ({"round": 10**4000}, {"files": [[[]]]}, {"sealed_at": ["x"]}):
        body = json.dumps(manifest | change).encode()
        (record / MANIFEST).write_bytes(body)
        assert _broken(record, capsys).startswith("broken: ")
