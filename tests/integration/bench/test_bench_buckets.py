"""Buckets that are folders, as the services' own code asks of them."""

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryFile

import pytest

from bench.support.buckets import Buckets
from services.archive.files import RoundFiles
from services.shared import aws, exports
from services.shared.uploads import PART_BYTES

KEY = "parts/t/1/comments/shard-00.jsonl"


@pytest.fixture
def buckets(account: None, tmp_path: Path) -> Iterator[Buckets]:
    buckets = Buckets(tmp_path)
    with buckets.answering():
        yield buckets


def test_a_file_lies_in_its_folder_and_is_read_from_there(buckets: Buckets, tmp_path: Path) -> None:
    written = exports.write_lines("exports", KEY, [{"text": "نعم"}])
    assert (tmp_path / "exports" / KEY).read_bytes() == exports.read("exports", KEY)
    assert buckets.moved == 2 * written.bytes


def test_a_file_in_parts_is_put_together(buckets: Buckets, tmp_path: Path) -> None:
    rows = [{"n": n, "text": "x" * 1_000} for n in range(3 * PART_BYTES // 1_000)]
    written = exports.write_lines("exports", KEY, rows)
    assert (tmp_path / "exports" / KEY).stat().st_size == written.bytes > 3 * PART_BYTES
    assert sum(1 for _ in exports.read_in_chunks("exports", KEY)) > 1
    assert exports.read_lines("exports", KEY) == rows


def test_a_file_is_replaced(buckets: Buckets) -> None:
    for text in ("longer", "short"):
        exports.write_text("exports", KEY, text, media_type="text/plain")
    assert exports.read("exports", KEY) == b"short"


def test_what_waits_on_the_disk_is_counted(buckets: Buckets, tmp_path: Path) -> None:
    files = RoundFiles("archive", topic_id="t", round_=1)
    files.write_file("README.txt", [b"little"])
    assert buckets.spooled == 0
    files.write_file("topics/long.txt", (b"x" * (1 << 20) for _ in range(20)))
    assert buckets.spooled == 20 << 20
    assert (tmp_path / "archive/records/t/r1/topics/long.txt").stat().st_size == 20 << 20
    with TemporaryFile() as other:
        other.write(b"x" * (1 << 20))
        other.flush()
        files.write_file("topics/long.txt", (b"y" * (1 << 20) for _ in range(20)))
    assert buckets.spooled == 21 << 20


def test_what_is_not_there_is_missing_and_other_services_are_the_emulator(buckets: Buckets) -> None:
    with pytest.raises(aws.client("s3").exceptions.NoSuchKey):
        exports.read("exports", KEY)
    assert "archive" in aws.client("dynamodb").list_tables()["TableNames"]
