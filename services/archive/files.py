"""Files of records in a bucket: ``records/<topic>/r<round>/<path>``."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from tempfile import SpooledTemporaryFile
from typing import IO

from services.archive.model.record import MANIFEST, RecordFile, measured, media_type_of
from services.shared import aws, exports

IN_MEMORY = 16 * 1024 * 1024


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
        with self.writing(path, chunks) as found:
            return found

    @contextmanager
    def writing(self, path: str, chunks: Iterable[bytes]) -> Iterator[RecordFile]:
        """Describe a file, and write it unless whoever looks at that raises an error."""
        # S3 must know the length before the first byte: what is long waits on the disk.
        with SpooledTemporaryFile(max_size=IN_MEMORY) as file:
            yield measured(path, _through(chunks, file))
            file.seek(0)
            aws.client("s3").put_object(
                Bucket=self.bucket, Key=self.key(path), Body=file, ContentType=media_type_of(path)
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


def _through(chunks: Iterable[bytes], file: IO[bytes]) -> Iterator[bytes]:
    for chunk in chunks:
        file.write(chunk)
        yield chunk
