"""Files of any size: the same bytes as ever, a part at a time, whole or not there at all."""

import gzip
import hashlib
import io
import json
import tracemalloc
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.client import BaseClient
from botocore.exceptions import ClientError

from services.shared import aws, exports, uploads
from services.shared.exports import canonical

pytestmark = pytest.mark.usefixtures("account")
KEY = "parts/t/1/analysis/dispositions.jsonl"
LEAST = 5 * 1024 * 1024
"""S3 takes no part that is smaller, but for the last one."""
Call = tuple[str, dict[str, Any]]


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> list[Call]:
    """What was asked of S3, in order; `breaks` has a call fail."""
    found: list[Call] = []
    real = BaseClient._make_api_call  # type: ignore[attr-defined]

    def noted(self: Any, operation: str, given: dict[str, Any]) -> Any:
        found.append((operation, given))
        return real(self, operation, given)

    monkeypatch.setattr(BaseClient, "_make_api_call", noted)
    return found


def breaks(monkeypatch: pytest.MonkeyPatch, *operations: str, after: int = 0) -> None:
    """Have S3 refuse operations, each once it has done so many of it."""
    real, done = BaseClient._make_api_call, dict.fromkeys(operations, 0)  # type: ignore[attr-defined]

    def refusing(self: Any, operation: str, given: dict[str, Any]) -> Any:
        if operation in done:
            done[operation] += 1
            if done[operation] > after:
                raise ClientError({"Error": {"Code": "AccessDenied"}}, operation)
        return real(self, operation, given)

    monkeypatch.setattr(BaseClient, "_make_api_call", refusing)


def rows(count: int) -> Iterator[dict[str, Any]]:
    reason = {"ar": "شكرًا لكم، أُخذ بما قلتم", "en": "Thank you; it was taken up" * 10}
    for number in range(count):
        yield {"comment_id": f"{number:026d}", "outcome": "noted", "reason": reason}


def as_ever(count: int) -> bytes:
    return b"".join(canonical(row) + b"\n" for row in rows(count))


def unfinished() -> list[Any]:
    return list(aws.client("s3").list_multipart_uploads(Bucket="exports").get("Uploads", []))


@pytest.mark.parametrize("count", [0, 1, 100])
def test_a_file_of_less_than_a_part_is_put_at_once(count: int, calls: list[Call]) -> None:
    written = exports.write_lines("exports", KEY, rows(count))
    assert [operation for operation, _given in calls] == ["PutObject"]
    body = as_ever(count)
    assert exports.read("exports", KEY) == body
    assert (written.bytes, written.items) == (len(body), count)
    assert written.sha256 == hashlib.sha256(body).hexdigest()


def test_a_larger_file_goes_up_in_parts_and_is_the_same_to_the_byte(calls: list[Call]) -> None:
    count = 50_000
    written = exports.write_lines("exports", KEY, rows(count))
    operations = [operation for operation, _given in calls]
    sizes = [len(given["Body"]) for operation, given in calls if operation == "UploadPart"]
    body = as_ever(count)
    assert operations == [
        "CreateMultipartUpload",
        *["UploadPart"] * len(sizes),
        "CompleteMultipartUpload",
    ]
    assert (len(sizes), sum(sizes)) == (3, len(body))
    assert all(size >= LEAST for size in sizes[:-1])
    assert exports.read("exports", KEY) == body
    assert written.sha256 == hashlib.sha256(body).hexdigest()
    assert (written.bytes, written.items, written.media_type) == (
        len(body),
        count,
        exports.JSON_LINES,
    )
    found = aws.client("s3").head_object(Bucket="exports", Key=KEY)
    assert (found["ContentType"], unfinished()) == (exports.JSON_LINES, [])


def test_every_part_is_proved_by_a_checksum_that_the_end_repeats(calls: list[Call]) -> None:
    exports.write_lines("exports", KEY, rows(50_000))
    given = [(operation, members) for operation, members in calls]
    begun, *parts, finished = [members for _operation, members in given]
    assert {each["ChecksumAlgorithm"] for each in (begun, *parts)} == {"CRC32"}
    ends = finished["MultipartUpload"]["Parts"]
    assert [part["PartNumber"] for part in ends] == [1, 2, 3]
    assert all(part["ETag"] and part["ChecksumCRC32"] for part in ends)


@pytest.mark.parametrize("beyond", [-1, 0, 1])
def test_a_file_of_just_a_part_has_every_byte_once(beyond: int) -> None:
    body = b"x" * (uploads.PART_BYTES + beyond)
    written = uploads.write_object("exports", KEY, [body[:10], body[10:]], media_type="text/plain")
    assert exports.read("exports", KEY) == body
    assert (written.bytes, written.sha256) == (len(body), hashlib.sha256(body).hexdigest())


def test_what_fails_half_way_leaves_what_was_there_and_goes_well_the_next_time() -> None:
    exports.write_lines("exports", KEY, rows(10))
    count = 50_000

    def failing() -> Iterator[dict[str, Any]]:
        for number, row in enumerate(rows(count)):
            if number == 40_000:
                raise TimeoutError
            yield row

    with pytest.raises(TimeoutError):
        exports.write_lines("exports", KEY, failing())
    assert (exports.read("exports", KEY), unfinished()) == (as_ever(10), [])
    first = exports.write_lines("exports", KEY, rows(count))
    assert exports.write_lines("exports", KEY, rows(count)) == first
    assert exports.read("exports", KEY) == as_ever(count)


@pytest.mark.parametrize(
    ("operation", "after"), [("UploadPart", 1), ("CompleteMultipartUpload", 0)]
)
def test_what_s3_refuses_is_taken_back(
    operation: str, after: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:
        breaks(broken, operation, after=after)
        with pytest.raises(ClientError, match=operation):
            exports.write_lines("exports", KEY, rows(50_000))
    assert unfinished() == []


def test_what_cannot_be_taken_back_hides_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as broken:
        breaks(broken, "UploadPart", "AbortMultipartUpload")
        with pytest.raises(ClientError, match="UploadPart"):
            exports.write_lines("exports", KEY, rows(50_000))
    assert len(unfinished()) == 1


def test_packed_lines_are_the_same_to_the_byte_in_parts_too(
    monkeypatch: pytest.MonkeyPatch, calls: list[Call]
) -> None:
    numbers = [{"text": hashlib.sha256(bytes([n % 251, n // 251])).hexdigest()} for n in range(999)]
    lines = b"".join(json.dumps(row, sort_keys=True).encode() + b"\n" for row in numbers)
    whole = io.BytesIO()
    with gzip.GzipFile(fileobj=whole, mode="wb", compresslevel=1, mtime=0) as packed:
        packed.write(lines)
    exports.write_packed_lines("exports", KEY, numbers)
    at_once = exports.read("exports", KEY)
    assert at_once == whole.getvalue()
    calls.clear()
    monkeypatch.setattr(uploads, "PART_BYTES", 4096)
    monkeypatch.setattr("moto.s3.models.S3_UPLOAD_PART_MIN_SIZE", 1024)
    exports.write_packed_lines("exports", KEY, numbers)
    assert "CreateMultipartUpload" in [operation for operation, _given in calls]
    assert list(exports.read_packed_lines("exports", KEY)) == numbers
    assert exports.read("exports", KEY) == at_once


class Sink:
    """S3 that keeps nothing: the emulator would keep it all in this process."""

    def put_object(self, **_given: Any) -> dict[str, Any]:
        return {}

    def create_multipart_upload(self, **_given: Any) -> dict[str, Any]:
        return {"UploadId": "1"}

    def upload_part(self, **_given: Any) -> dict[str, Any]:
        return {"ETag": "1"}

    def complete_multipart_upload(self, **_given: Any) -> dict[str, Any]:
        return {}


def test_memory_does_not_grow_with_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(aws, "client", lambda _service: Sink())
    tracemalloc.start()
    try:
        written = exports.write_lines("exports", KEY, rows(150_000))
        _now, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert written.bytes > 50_000_000
    assert peak < 4 * uploads.PART_BYTES
