"""Files in the exports bucket: each with its SHA-256, the same bytes each time."""

import gzip
import hashlib
import io
import json
from collections.abc import Iterable, Iterator
from typing import Any

from pydantic import BaseModel, ConfigDict

from services.shared import aws
from services.shared.plain_json import plain_json
from services.shared.uploads import Written, write_object

JSON = "application/json"
JSON_LINES = "application/jsonl"
GZIP = "application/gzip"
_CHUNK = 1 << 20


class ExportedFile(BaseModel):
    """One file in a bucket.

    Attributes
    ----------
    sha256 : str
        Digest of the bytes, hex.
    items : int
        Rows of a JSON Lines file; 1 for any other.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    bucket: str
    key: str
    sha256: str
    bytes: int
    items: int
    media_type: str


def part_key(topic_id: str, round_: int, *, service: str, name: str) -> str:
    """Key of a service's part of a round's record in the exports bucket."""
    return f"parts/{topic_id}/{round_}/{service}/{name}"


def write_json(bucket: str, key: str, document: Any) -> ExportedFile:
    """Write one JSON document, keys sorted."""
    return _write(bucket, key, canonical(document) + b"\n", media_type=JSON)


def write_lines(bucket: str, key: str, rows: Iterable[Any]) -> ExportedFile:
    """Write JSON Lines, one row a line, in the order given; as many as there are."""
    items = 0

    def lines() -> Iterator[bytes]:
        nonlocal items
        for row in rows:
            items += 1
            yield canonical(row) + b"\n"

    written = write_object(bucket, key, lines(), media_type=JSON_LINES)
    return _exported(bucket, key, written, items=items, media_type=JSON_LINES)


def write_packed_lines(bucket: str, key: str, rows: Iterable[Any]) -> None:
    """Write JSON Lines of any number of rows, packed (gzip), one row in memory at a time."""
    write_object(bucket, key, _packed(rows), media_type=GZIP)


def read_packed_lines(bucket: str, key: str) -> Iterator[dict[str, Any]]:
    """Rows of packed JSON Lines."""
    with gzip.open(io.BytesIO(read(bucket, key))) as lines:
        yield from map(json.loads, lines)


def write_text(bucket: str, key: str, text: str, *, media_type: str) -> ExportedFile:
    """Write one text, e.g. an SVG."""
    return _write(bucket, key, text.encode(), media_type=media_type)


def read(bucket: str, key: str) -> bytes:
    """Bytes of an object."""
    return bytes(aws.client("s3").get_object(Bucket=bucket, Key=key)["Body"].read())


def read_in_chunks(bucket: str, key: str) -> Iterator[bytes]:
    """Bytes of an object of any length, a megabyte in memory at a time."""
    body = aws.client("s3").get_object(Bucket=bucket, Key=key)["Body"]
    yield from body.iter_chunks(_CHUNK)


def read_lines(bucket: str, key: str) -> list[dict[str, Any]]:
    """Rows of a JSON Lines object."""
    return [json.loads(line) for line in read(bucket, key).splitlines() if line]


def canonical(document: Any) -> bytes:
    """Canonical JSON (RFC 8785), so that equal content has equal bytes wherever it is written."""
    found = plain_json(document)
    if found is not None:
        return found
    import rfc8785

    return rfc8785.dumps(document)


def _packed(rows: Iterable[Any]) -> Iterator[bytes]:
    """Packed lines, as far as the packing has come with each row."""
    out = io.BytesIO()
    with gzip.GzipFile(fileobj=out, mode="wb", compresslevel=1, mtime=0) as lines:
        for row in rows:
            lines.write(json.dumps(row, sort_keys=True).encode() + b"\n")
            yield from _taken(out)
    yield from _taken(out)


def _taken(out: io.BytesIO) -> Iterator[bytes]:
    """What was written meanwhile, if anything was; it begins anew."""
    if out.tell():
        yield out.getvalue()
        out.seek(0)
        out.truncate()


def _write(bucket: str, key: str, body: bytes, *, media_type: str) -> ExportedFile:
    aws.client("s3").put_object(Bucket=bucket, Key=key, Body=body, ContentType=media_type)
    written = Written(sha256=hashlib.sha256(body).hexdigest(), bytes=len(body))
    return _exported(bucket, key, written, items=1, media_type=media_type)


def _exported(
    bucket: str, key: str, written: Written, *, items: int, media_type: str
) -> ExportedFile:
    return ExportedFile(
        bucket=bucket,
        key=key,
        sha256=written.sha256,
        bytes=written.bytes,
        items=items,
        media_type=media_type,
    )
