"""Objects of any size in a bucket, written part by part; never is all of one in memory.

What fits into one part is one ``PutObject``. A larger object is there once all of it is: an upload
that breaks off leaves what was there before, and is taken back. One that cannot be taken back any
more, since the function's time is over, ends by the bucket's lifecycle rule.
"""

import hashlib
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import chain
from typing import Any

from services.shared import aws

PART_BYTES = 8 * 1024 * 1024
"""S3 takes parts of 5 MiB and more, and 10,000 of them: 80 GiB."""
_CHECKSUM = "CRC32"
"""The SDK adds it to every part; S3 wants it announced first, and all of them in the end."""


@dataclass(frozen=True, kw_only=True)
class Written:
    """What an object holds: the digest (SHA-256, hex) and number of its bytes."""

    sha256: str
    bytes: int


def write_object(bucket: str, key: str, chunks: Iterable[bytes], *, media_type: str) -> Written:
    """Write an object out of chunks of any size; digest and size are those of all of them.

    Raises
    ------
    botocore.exceptions.ClientError
        If S3 refuses; nothing is left of the upload.
    """
    digest, size = hashlib.sha256(), 0

    def measured() -> Iterator[bytes | bytearray]:
        nonlocal size
        for part in _parts(chunks):
            digest.update(part)
            size += len(part)
            yield part

    parts = measured()
    first = next(parts, b"")
    place = {"Bucket": bucket, "Key": key}
    if len(first) < PART_BYTES:
        aws.client("s3").put_object(**place, Body=first, ContentType=media_type)
    else:
        _upload(place, chain((first,), parts), media_type=media_type)
    return Written(sha256=digest.hexdigest(), bytes=size)


def _parts(chunks: Iterable[bytes]) -> Iterator[bytes | bytearray]:
    """Chunks put together to parts; the last one alone may be smaller than `PART_BYTES`."""
    part = bytearray()
    for chunk in chunks:
        part += chunk
        if len(part) >= PART_BYTES:
            yield part
            part = bytearray()
    if part:
        yield part


def _upload(place: dict[str, str], parts: Iterable[bytes | bytearray], *, media_type: str) -> None:
    client = aws.client("s3")
    begun = client.create_multipart_upload(
        **place, ContentType=media_type, ChecksumAlgorithm=_CHECKSUM
    )
    upload = {**place, "UploadId": begun["UploadId"]}
    try:
        sent = [_send(upload, number, part) for number, part in enumerate(parts, start=1)]
        client.complete_multipart_upload(**upload, MultipartUpload={"Parts": sent})
    except BaseException:
        with suppress(Exception):  # the lifecycle rule sees to it; what went wrong is told
            client.abort_multipart_upload(**upload)
        raise


def _send(upload: dict[str, str], number: int, part: bytes | bytearray) -> dict[str, Any]:
    """Send a part, and give what the end of the upload names it by."""
    client = aws.client("s3")
    answer = client.upload_part(**upload, PartNumber=number, Body=part, ChecksumAlgorithm=_CHECKSUM)
    proofs = ("ETag", f"Checksum{_CHECKSUM}")
    return {"PartNumber": number, **{name: answer[name] for name in proofs if name in answer}}
