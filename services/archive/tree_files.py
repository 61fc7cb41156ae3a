"""Trees in the archive bucket: ``trees/<topic>/r<round>/`` and ``trees/log/``.

``tiles/<level>/<index>``; of a round also ``batches/<first, 12 digits>.jsonl``: rows
``{"index", "comment_id", "leaf"}`` of comments, of files ``{"index", "path", "sha256"}``.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from services.archive.model.tiles import Tile
from services.shared import aws, exports

LOG_FOLDER = "log"


@dataclass(frozen=True, kw_only=True)
class Batch:
    """Leaves that came to a tree together: the first one's place, and the bytes of their rows.

    Attributes
    ----------
    edition : int or None
        Edition of the record whose files they are; ``None`` of comments.
    """

    first: int
    size: int
    edition: int | None = None


class TreeFiles:
    """Tiles of trees, and what came to them.

    Parameters
    ----------
    bucket : str
        The archive bucket.
    """

    def __init__(self, bucket: str) -> None:
        self._bucket = bucket

    def read_tile(self, folder: str, tile: Tile) -> bytes:
        """Bytes of a tile of the tree in a folder (`round_folder` or `LOG_FOLDER`)."""
        return exports.read(self._bucket, _tile_key(folder, tile))

    def write_tile(self, folder: str, tile: Tile, body: bytes) -> None:
        """Write a tile."""
        aws.client("s3").put_object(
            Bucket=self._bucket,
            Key=_tile_key(folder, tile),
            Body=body,
            ContentType="application/octet-stream",
        )

    def write_batch(self, folder: str, first: int, rows: Iterable[Mapping[str, Any]]) -> Batch:
        """Write which leaves came to a tree together, and where."""
        file = exports.write_lines(self._bucket, _batch_key(folder, first), rows)
        return Batch(first=first, size=file.bytes)

    def batch_chunks(self, folder: str, batch: Batch) -> Iterator[bytes]:
        """Bytes of a whole batch."""
        return exports.read_in_chunks(self._bucket, _batch_key(folder, batch.first))

    def read_batch(self, folder: str, first: int, begin: int, end: int) -> bytes:
        """Bytes of a batch from an offset up to another."""
        reply = aws.client("s3").get_object(
            Bucket=self._bucket, Key=_batch_key(folder, first), Range=f"bytes={begin}-{end - 1}"
        )
        return bytes(reply["Body"].read())


def round_folder(topic_id: str, round_: int) -> str:
    """Where a round's tree lies in the bucket."""
    return f"{topic_id}/r{round_}"


def _batch_key(folder: str, first: int) -> str:
    return f"trees/{folder}/batches/{first:012d}.jsonl"


def _tile_key(folder: str, tile: Tile) -> str:
    return f"trees/{folder}/tiles/{tile.level}/{tile.index:06d}"
