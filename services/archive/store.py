"""The archive table and bucket; the only place that knows their keys.

Table: ``pk = T#<topic>``: ``sk = RECORD#<round>`` (the sealed record), ``A#<round>#<edition>``
(audit).
``pk = CATALOGUE``: ``sk = <first sealed at>#<topic>#<round>``, a copy for the catalogue.

Bucket: ``records/<topic>/r<round>/<path>``; versioned, under the Object Lock of its default, so
that an edition stays even when the next one takes its place.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from tempfile import SpooledTemporaryFile
from typing import IO, Any

from services.archive.events import RecordSealed
from services.archive.model.record import MANIFEST, RecordFile, measured, media_type_of
from services.archive.model.sealing import SealedRecord
from services.shared import aws
from services.shared.errors import TransientError
from services.shared.events import SYSTEM, audit
from services.shared.table import ConditionFailed, Item, Put, Table, Update

_KEYS = {"pk", "sk"}
_CATALOGUE = "CATALOGUE"
_IN_MEMORY = 16 * 1024 * 1024


class ArchiveStore:
    """Sealed records in DynamoDB and S3.

    Parameters
    ----------
    table : Table
        The archive table.
    bucket : str
        The archive bucket.
    """

    def __init__(self, table: Table, *, bucket: str) -> None:
        self._table = table
        self.bucket = bucket

    def record(self, topic_id: str, round_: int | None = None) -> SealedRecord | None:
        """Sealed record of a round, by default of the newest; ``None`` if there is none."""
        pk = _pk(topic_id)
        if round_ is not None:
            item = self._table.get(pk, _record_sk(round_))
            return _record_of(item) if item else None
        page = self._table.query(pk, prefix="RECORD#", limit=1, newest_first=True)
        return _record_of(page.items[0]) if page.items else None

    def save(self, record: SealedRecord, *, at: datetime) -> None:
        """Write a sealed edition with its audit item and its place in the catalogue.

        Raises
        ------
        TransientError
            If the same edition was sealed at the same time; trying again finds it.
        """
        fields = record.model_dump()
        former = record.edition - 1
        update = Update(
            pk=_pk(record.topic_id),
            sk=_record_sk(record.round),
            set=fields,
            when={"edition": former or None},
        )
        place = f"{record.first_sealed_at}#{record.topic_id}#{record.round:03d}"
        listed = Put(item={"pk": _CATALOGUE, "sk": place, **fields}, replace=True)
        try:
            self._table.transact(update, listed, _audit(record, at))
        except ConditionFailed as error:
            raise TransientError("the record was sealed at the same time") from error

    def catalogue(
        self, *, after: Item | None, limit: int
    ) -> tuple[list[SealedRecord], Item | None]:
        """Records, the newest first, and the key to go on from."""
        page = self._table.query(_CATALOGUE, after=after, limit=limit + 1, newest_first=True)
        shown = page.items[:limit]
        last = {name: shown[-1][name] for name in _KEYS} if len(page.items) > limit else None
        return [_record_of(item) for item in shown], last

    def write_file(self, topic_id: str, round_: int, *, path: str, body: bytes | IO[bytes]) -> None:
        """Write one file of a record."""
        aws.client("s3").put_object(
            Bucket=self.bucket,
            Key=file_key(topic_id, round_, path),
            Body=body,
            ContentType=media_type_of(path),
        )

    def write_chunks(
        self, topic_id: str, round_: int, *, path: str, chunks: Iterable[bytes]
    ) -> RecordFile:
        """Write one file of a record of any length, and describe it."""
        # S3 must know the length before the first byte: what is long waits on the disk.
        with SpooledTemporaryFile(max_size=_IN_MEMORY) as file:
            found = measured(path, _through(chunks, file))
            file.seek(0)
            self.write_file(topic_id, round_, path=path, body=file)
        return found

    def read_file(self, record: SealedRecord, path: str) -> bytes:
        """Bytes of one file of a record."""
        key = file_key(record.topic_id, record.round, path)
        return bytes(aws.client("s3").get_object(Bucket=self.bucket, Key=key)["Body"].read())


def file_key(topic_id: str, round_: int, path: str = MANIFEST) -> str:
    """Key of a file of a record in the archive bucket."""
    return f"records/{topic_id}/r{round_}/{path}"


def _through(chunks: Iterable[bytes], file: IO[bytes]) -> Iterator[bytes]:
    for chunk in chunks:
        file.write(chunk)
        yield chunk


def _audit(record: SealedRecord, at: datetime) -> Put:
    event = RecordSealed(root=record.record_root, files=record.files, edition=record.edition)
    return audit(
        event,
        pk=_pk(record.topic_id),
        version=record.edition,
        topic_id=record.topic_id,
        round_=record.round,
        actor=SYSTEM,
        at=at,
    )


def _record_of(item: Mapping[str, Any]) -> SealedRecord:
    return SealedRecord.model_validate({n: value for n, value in item.items() if n not in _KEYS})


def _record_sk(round_: int) -> str:
    return f"RECORD#{round_:03d}"


def audit_partition(topic_id: str) -> str:
    """Partition key under which all of a topic's audit items lie."""
    return _pk(topic_id)


def _pk(topic_id: str) -> str:
    return f"T#{topic_id}"
