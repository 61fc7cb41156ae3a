"""Files of records in a bucket: ``records/<topic>/r<round>/<path>``."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from tempfile import SpooledTemporaryFile
from typing import IO

from services.archive.model.record import MANIFEST, RecordFile, measured
from services.shared import aws, exports

_IN_MEMORY = 4 * 1024 * 1024
"""Of each file that waits; there are up to three at a time."""
_CHUNK = 1 << 20


class RoundFiles:
    """The files of one round's record that lie in one bucket.

    Parameters
    ----------
    bucket : str
        That of what is locked, or that of texts.
    """

    def __init__(self, bucket: str, *, topic_id: str, round_: int) -> None:
        self.bucket = bucket
        self._of = (topic_id, round_)

    def key(self, path: str) -> str:
        """Key of a file."""
        return file_key(*self._of, path)

    def write_file(self, path: str, chunks: Iterable[bytes]) -> RecordFile:
        """Write a file of any length, and describe it."""
        with waiting() as file:
            fill(file, chunks)
            found = described(path, file)
            self.put(found, file)
            return found

    def put(self, found: RecordFile, file: IO[bytes]) -> None:
        """Write what waits in a file, as it was described."""
        file.seek(0)
        aws.client("s3").put_object(
            Bucket=self.bucket, Key=self.key(found.path), Body=file, ContentType=found.media_type
        )

    def chunks(self, path: str) -> Iterator[bytes]:
        """Bytes of a file of any length."""
        return exports.read_in_chunks(self.bucket, self.key(path))

    def read(self, path: str) -> bytes:
        """Bytes of a file."""
        return exports.read(self.bucket, self.key(path))


@dataclass(frozen=True, kw_only=True)
class Shelves:
    """Where the files of a round's record lie: what stays, and what erasure reaches."""

    locked: RoundFiles
    texts: RoundFiles


def file_key(topic_id: str, round_: int, path: str = MANIFEST) -> str:
    """Key of a file of a record."""
    return f"records/{topic_id}/r{round_}/{path}"


def waiting() -> IO[bytes]:
    """A file without a name, for what is written to S3 once all of it is there.

    S3 must know the length before the first byte: what is long waits on the disk.
    """
    return SpooledTemporaryFile(max_size=_IN_MEMORY)


def fill(file: IO[bytes], chunks: Iterable[bytes]) -> None:
    """Write to a file that waits."""
    # One by one: its `writelines` looks only after the last whether it is too long for memory.
    for chunk in chunks:
        file.write(chunk)


def described(path: str, file: IO[bytes]) -> RecordFile:
    """Describe what waits in a file."""
    file.seek(0)
    return measured(path, iter(partial(file.read, _CHUNK), b""))
