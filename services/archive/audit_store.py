"""The audit trail in the archive table; `store` has the rest of its keys.

``pk = AUDIT#<topic>``: ``sk = <sequence, 10 digits>`` (an entry, never written again; listed in the
index ``audit`` under ``ALL`` by when it was recorded).
``pk = AUDITED#<source>#<event>``: ``sk = EVENT`` (that an event has its entry).
``pk = AUDITHEAD#<topic>``: ``sk = HEAD`` (where the chain ends; on this row all who record for the
topic wait for each other).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from services.archive.model.audit import Head, Row, head_after
from services.shared.table import Item, Put, Table, Update

ENTRIES = "AUDIT#"
EVENTS = "AUDITED#"
HEADS = "AUDITHEAD#"
_HEAD = "HEAD"
_EVENT = "EVENT"
_INDEX = "audit"
_ALL = "ALL"
_KEYS = frozenset({"pk", "sk", "audit_pk", "audit_sk"})
ENTRIES_AT_ONCE = 49
"""Entries of one transaction: each has two rows, and the head is one more."""


@dataclass(frozen=True, kw_only=True)
class Chain:
    """A topic's chain: where it ends, and the agency of the topic once an event has told it."""

    topic_id: str
    head: Head = field(default_factory=Head)
    agency: str | None = None


class AuditStore:
    """Audit trails in DynamoDB.

    Parameters
    ----------
    table : Table
        The archive table.
    """

    def __init__(self, table: Table) -> None:
        self._table = table

    def chain(self, topic_id: str) -> Chain:
        """A topic's chain; without an entry it ends where every chain begins."""
        item = self._table.get(f"{HEADS}{topic_id}", _HEAD)
        if item is None:
            return Chain(topic_id=topic_id)
        head = Head(count=item["count"], hash=item["hash"])
        return Chain(topic_id=topic_id, head=head, agency=item.get("agency"))

    def is_recorded(self, source: str, event_id: str) -> bool:
        """Tell whether an event has its entry."""
        return self._table.get(_event(source, event_id), _EVENT) is not None

    def append(self, rows: Sequence[Row], *, to: Chain, agency: str | None) -> None:
        """Write the next entries (1 to `ENTRIES_AT_ONCE`) of a chain, and where it ends now.

        Raises
        ------
        ConditionFailed
            If the chain does not end there any more, or one of the events has its entry.
        """
        head = head_after(rows[-1])
        former = (
            {"count": to.head.count, "hash": to.head.hash} if to.head.count else {"count": None}
        )
        fields = {"count": head.count, "hash": head.hash} | ({"agency": agency} if agency else {})
        update = Update(pk=f"{HEADS}{to.topic_id}", sk=_HEAD, set=fields, when=former)
        puts = [Put(item=item) for row in rows for item in (_item(row), _mark(row))]
        self._table.transact(update, *puts)

    def entries(self, topic_id: str, *, count: int) -> Iterator[Row]:
        """The first entries of a topic, in order."""
        for item in self._table.items(f"{ENTRIES}{topic_id}"):
            if item["sequence"] > count:
                return
            yield _row(item)

    def page(
        self, topic_id: str | None, *, after: Item | None, limit: int
    ) -> tuple[list[Row], Item | None]:
        """Entries of a topic in the order of its chain, or of all topics, the newest first.

        Returns
        -------
        list of Row, dict or None
            At most `limit` entries, and the key to go on from.
        """
        if topic_id is None:
            page = self._table.query(
                _ALL, index=_INDEX, after=after, limit=limit + 1, newest_first=True
            )
        else:
            page = self._table.query(f"{ENTRIES}{topic_id}", after=after, limit=limit + 1)
        shown = page.items[:limit]
        more = len(page.items) > limit or page.last is not None
        names = _KEYS if topic_id is None else _KEYS & {"pk", "sk"}
        last = {name: shown[-1][name] for name in names} if more and shown else None
        return [_row(item) for item in shown], last


def _item(row: Row) -> Item:
    topic_id, sequence = row["topic_id"], f"{row['sequence']:010d}"
    return {
        "pk": f"{ENTRIES}{topic_id}",
        "sk": sequence,
        "audit_pk": _ALL,
        "audit_sk": f"{row['recorded_at']}#{topic_id}#{sequence}",
        **row,
    }


def _mark(row: Row) -> Item:
    mark = {name: row[name] for name in ("topic_id", "sequence")}
    return {"pk": _event(row["source"], row["event_id"]), "sk": _EVENT, **mark}


def _event(source: str, event_id: str) -> str:
    # Services name their audit items alike, so that they give different events the same id.
    return f"{EVENTS}{source}#{event_id}"


def _row(item: Mapping[str, Any]) -> Row:
    return {name: value for name, value in item.items() if name not in _KEYS}
