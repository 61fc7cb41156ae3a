"""S3 as files in a folder, for what is too large to lie in the emulator's memory.

What a service asks of S3 is answered out of `<root>/<bucket>/<key>`, a megabyte in memory at a
time, so that the peak of the process is that of the service. Knows what exports and records ask:
objects put whole or part by part, and read whole.
"""

import io
import os
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from local.seams import Seam, replaced

_CHUNK = 1 << 20
_UPLOAD = "<InitiateMultipartUploadResult><UploadId>u</UploadId></InitiateMultipartUploadResult>"
_MISSING = "<Error><Code>NoSuchKey</Code><Message>no such key</Message></Error>"


class Buckets:
    """Buckets that are folders.

    Parameters
    ----------
    root : Path
        Folder of the buckets.

    Attributes
    ----------
    spooled : int
        Bytes of files without a name that were open at once at most, whenever an object was put:
        what a function needs of its disk.
    moved : int
        Bytes that were put and read.
    """

    def __init__(self, root: Path) -> None:
        self._root = root
        self.spooled = self.moved = 0

    @contextmanager
    def answering(self) -> Iterator[None]:
        """Answer what S3 is asked while this lasts; moto, which must be on, answers the rest."""
        from moto.core.botocore_stubber import BotocoreStubber

        real: Callable[..., Any] = BotocoreStubber.__call__

        def answer(stubber: Any, event_name: str, request: Any, **kwargs: Any) -> Any:
            if ".s3." not in urlsplit(request.url).netloc:
                return real(stubber, event_name, request, **kwargs)
            return self._answer(request)

        with replaced([Seam(BotocoreStubber, "__call__", answer)]):
            yield

    def _answer(self, request: Any) -> Any:
        from botocore.awsrequest import AWSResponse

        url = urlsplit(request.url)
        place = self._root / url.netloc.partition(".")[0] / unquote(url.path).lstrip("/")
        asked = parse_qs(url.query, keep_blank_values=True)
        body: Any = io.BytesIO()
        status = 200
        match request.method:
            case "PUT":
                self.spooled = max(self.spooled, _open_without_name())
                self.moved += _write(place, request, add=asked.get("partNumber", ["1"]) != ["1"])
            case "POST":
                body = io.BytesIO(_UPLOAD.encode() if "uploads" in asked else b"<Done/>")
            case "GET" if place.is_file():
                self.moved += place.stat().st_size
                body = place.open("rb")
            case "GET":
                status, body = 404, io.BytesIO(_MISSING.encode())
            case method:
                raise ValueError(f"no {method} is known")
        headers: Any = {"ETag": '"e"'}
        return AWSResponse(request.url, status, headers, _Raw(body))


class _Raw(io.BufferedReader):
    """A body as botocore reads it."""

    def stream(self, **_options: Any) -> Iterator[bytes]:
        """All of it."""
        while chunk := self.read(_CHUNK):
            yield chunk


def _write(place: Path, request: Any, *, add: bool) -> int:
    place.parent.mkdir(parents=True, exist_ok=True)
    with place.open("ab" if add else "wb") as file:
        before = file.tell()
        if isinstance(request.body, bytes | bytearray):
            file.write(request.body)
        else:
            file.writelines(map(_unwrapped, request.body))
        return file.tell() - before


def _unwrapped(chunk: bytes) -> bytes:
    """What a chunk of a body has, which a line with its length stands before."""
    length, _, rest = chunk.partition(b"\r\n")
    return rest[: int(length, 16)]


def _open_without_name() -> int:
    """Bytes of this process's files that lie on the disk under no name."""
    found = 0
    for number in os.listdir("/proc/self/fd"):
        try:
            told = os.fstat(int(number))
        except OSError:  # the listing's own
            continue
        if stat.S_ISREG(told.st_mode) and not told.st_nlink:
            found += told.st_size
    return found
