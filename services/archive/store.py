"""Sealed records in the archive table; the only place that knows their keys.

``pk = T#<topic>``: ``sk = RECORD#<round>`` (the sealed record), ``A#<round>#<texts edition>``
(audit).
``pk = CATALOGUE``: ``sk = <first sealed at>#<topic>#<round>``, a copy for the catalogue.
``pk = ERASED#<topic>``: ``sk = <comment>``, a comment that is erased.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from services.archive.events import RecordSealed, TextsReissued
from services.archive.model.sealing import SealedRecord
from services.shared.errors import TransientError
from services.shared.events import SYSTEM, EventData, audit
from services.shared.table import ConditionFailed, Item, Put, Table, Update

_KEYS = {"pk", "sk"}
_CATALOGUE = "CATALOGUE"


class ArchiveStore:
    """Sealed records in DynamoDB.

    Parameters
    ----------
    table : Table
        The archive table.
    """

    def __init__(self, table: Table) -> None:
        self._table = table

    def record(self, topic_id: str, round_: int | None = None) -> SealedRecord | None:
        """Sealed record of a round, by default of the newest; ``None`` if there is none."""
        pk = _pk(topic_id)
        if round_ is not None:
            item = self._table.get(pk, _record_sk(round_))
            return _record_of(item) if item else None
        page = self._table.query(pk, prefix="RECORD#", limit=1, newest_first=True)
        return _record_of(page.items[0]) if page.items else None

    def records(self, topic_id: str) -> list[SealedRecord]:
        """Sealed records of a topic's rounds."""
        return [_record_of(item) for item in self._table.items(_pk(topic_id), prefix="RECORD#")]

    def writes(self, record: SealedRecord, *, at: datetime) -> list[Put | Update]:
        """Writes, for one transaction, of a sealed edition, its audit item and its catalogue entry.

        They demand that it is the next edition.
        """
        fields = record.model_dump()
        update = Update(
            pk=_pk(record.topic_id),
            sk=_record_sk(record.round),
            set=fields,
            when={
                "edition": record.edition - 1 or None,
                "texts_edition": record.texts_edition - 1 or None,
            },
        )
        event = RecordSealed(root=record.record_root, files=record.files, edition=record.edition)
        place = f"{record.first_sealed_at}#{record.topic_id}#{record.round:03d}"
        listed = Put(item={"pk": _CATALOGUE, "sk": place, **fields}, replace=True)
        return [update, listed, _audit(record, event, record.texts_edition, at)]

    def catalogue(
        self, *, after: Item | None, limit: int
    ) -> tuple[list[SealedRecord], Item | None]:
        """Records, the newest first, and the key to go on from."""
        page = self._table.query(_CATALOGUE, after=after, limit=limit + 1, newest_first=True)
        shown = page.items[:limit]
        last = {name: shown[-1][name] for name in _KEYS} if len(page.items) > limit else None
        return [_record_of(item) for item in shown], last

    def forget(self, topic_id: str, comment_id: str) -> None:
        """Note that a comment is erased, for whatever is sealed of its topic, and when."""
        self._table.write(Put(item={"pk": _erased_pk(topic_id), "sk": comment_id}, replace=True))

    def forgotten(self, topic_id: str) -> set[str]:
        """Comments of a topic that are erased."""
        return {item["sk"] for item in self._table.items(_erased_pk(topic_id))}

    def reissue(self, record: SealedRecord, event: TextsReissued, *, at: datetime) -> None:
        """Note a new edition of a record's texts, with its audit item.

        Raises
        ------
        TransientError
            If there was one at the same time.
        """
        update = Update(
            pk=_pk(record.topic_id),
            sk=_record_sk(record.round),
            set={"texts_edition": event.edition},
            when={"edition": record.edition, "texts_edition": record.texts_edition},
        )
        try:
            self._table.transact(update, _audit(record, event, event.edition, at))
        except ConditionFailed as error:
            raise TransientError("the texts were issued at the same time") from error


def _audit(record: SealedRecord, event: EventData, version: int, at: datetime) -> Put:
    return audit(
        event,
        pk=_pk(record.topic_id),
        version=version,
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


def _erased_pk(topic_id: str) -> str:
    return f"ERASED#{topic_id}"


def _pk(topic_id: str) -> str:
    return f"T#{topic_id}"
