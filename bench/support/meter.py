"""A meter on the way to the emulator: AWS calls, DynamoDB units and events, by who wants them."""

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from bench.support.capacity import (
    STORED_OVERHEAD_BYTES,
    TRANSACTION_FACTOR,
    Index,
    Item,
    index_units,
    item_bytes,
    read_units,
    write_units,
)

_EVENT_CHUNK_BYTES = 64 * 1024
_WRITES = ("Put", "Update", "Delete", "ConditionCheck")


@dataclass
class Used:
    """What was used.

    Attributes
    ----------
    calls : Counter
        AWS calls by operation.
    writes : Counter
        DynamoDB's write units by partition key, indexes' apart.
    index_writes : Counter
        Those of indexes, by index partition key.
    reads : float
        DynamoDB's read units.
    events : int
        Events put on the bus, each begun 64 KB counting as one, as they are billed.
    event_bytes : int
        Their size, which the archive of events keeps.
    """

    calls: Counter[str] = field(default_factory=Counter)
    writes: Counter[str] = field(default_factory=Counter)
    index_writes: Counter[str] = field(default_factory=Counter)
    reads: float = 0.0
    events: int = 0
    event_bytes: int = 0

    @property
    def write_units(self) -> int:
        """Write units of tables and indexes."""
        return self.writes.total() + self.index_writes.total()


class Meter:
    """Adds up, as a watch of `bench.support.emulated.watched`, what each part uses.

    Attributes
    ----------
    used : dict
        By the part that was at work (see `part`).
    events : list of dict
        The entries that were put on the bus.
    """

    def __init__(self) -> None:
        self.used: dict[str, Used] = {}
        self.events: list[dict[str, Any]] = []
        self._part = "setting up"
        self._known_indexes = cache(_indexes)

    @contextmanager
    def part(self, name: str) -> Iterator[Used]:
        """Count to a part while this lasts; parts may lie in each other."""
        before, self._part = self._part, name
        try:
            yield self.now
        finally:
            self._part = before

    @property
    def now(self) -> Used:
        """What the part at work has used so far."""
        return self.used.setdefault(self._part, Used())

    def __call__(self, request: Any) -> Callable[[Any], None]:
        """See a request, and then its reply.

        Raises
        ------
        ValueError
            If it is an operation of DynamoDB's of which the meter does not know the units.
        """
        target = request.headers.get("X-Amz-Target", b"")
        name = target.decode() if isinstance(target, bytes) else target
        service, _, operation = name.partition(".")
        if not service:
            self.now.calls[_rest_call(request)] += 1
            return lambda _reply: None
        self.now.calls[operation] += 1
        body = json.loads(request.body)
        if service == "DynamoDB_20120810":
            return self._table_call(operation, body)
        if operation == "PutEvents":
            self._put_events(body["Entries"])
        return lambda _reply: None

    def _put_events(self, entries: list[dict[str, Any]]) -> None:
        self.events += entries
        for entry in entries:
            size = sum(
                len(str(entry[name]).encode()) for name in ("Source", "DetailType", "Detail")
            )
            self.now.events += -(-size // _EVENT_CHUNK_BYTES)
            self.now.event_bytes += size

    def _table_call(self, operation: str, body: dict[str, Any]) -> Callable[[Any], None]:
        match operation:
            case "GetItem":
                return lambda reply: self._read(body, [_answer(reply).get("Item")])
            case "BatchGetItem":
                return lambda reply: self._read_each(body["RequestItems"], _answer(reply))
            case "Query" if "FilterExpression" not in body:
                return lambda reply: self._read(body, _answer(reply)["Items"])
            case "PutItem" | "UpdateItem" | "DeleteItem":
                return self._change(body, factor=1)
            case "TransactWriteItems":
                changes = [
                    self._change(action[kind], factor=TRANSACTION_FACTOR)
                    for action in body["TransactItems"]
                    for kind in _WRITES
                    if kind in action
                ]
                return lambda reply: [change(reply) for change in changes] and None
            case _:
                raise ValueError(f"no units known for {operation}")

    def _read(self, body: dict[str, Any], items: list[Item | None]) -> None:
        consistent = body.get("ConsistentRead", False)
        self.now.reads += read_units([item for item in items if item], consistent=consistent)

    def _read_each(self, asked: dict[str, dict[str, Any]], answer: dict[str, Any]) -> None:
        """Units of a batch: each item is rounded by itself, and one that is not there is read."""
        for table, request in asked.items():
            found = answer["Responses"].get(table, [])
            missing = [None] * (len(request["Keys"]) - len(found))
            for item in [*found, *missing]:
                self._read(request, [item])

    def _change(self, body: dict[str, Any], *, factor: int) -> Callable[[Any], None]:
        """Units of a write, whether its condition holds or not."""
        table = body["TableName"]
        key = {name: body.get("Key", body.get("Item"))[name] for name in ("pk", "sk")}
        before = _item(table, key)

        def count(_reply: Any) -> None:
            after = _item(table, key)
            partition = f"{table} {key['pk']['S']}"
            self.now.writes[partition] += factor * write_units(before, after or body.get("Item"))
            for index in self._known_indexes(table):
                units = index_units(index, before, after)
                if units:
                    entry = index.entry(after) or index.entry(before) or {}
                    place = entry[index.partition_key]["S"]
                    self.now.index_writes[f"{table} {place}"] += units

        return count


def stored_bytes(table: str) -> int:
    """Bytes of a table and its indexes as storage is billed, overheads included."""
    total = 0
    for item in _items(table):
        entries = [index.entry(item) for index in _indexes(table)]
        copies = 1 + sum(entry is not None for entry in entries)
        total += copies * (item_bytes(item) + STORED_OVERHEAD_BYTES)
    return total


def mean_item_bytes(table: str, prefix: str) -> float:
    """Mean size of a table's items whose partition key begins so."""
    found = [item for item in _items(table) if item["pk"]["S"].startswith(prefix)]
    return sum(map(item_bytes, found)) / len(found)


def _items(table: str) -> list[dict[str, Any]]:
    return [item.to_json()["Attributes"] for item in _backend().get_table(table).all_items()]


def _indexes(table: str) -> list[Index]:
    """Indexes of a table.

    Raises
    ------
    ValueError
        If one does not project whole items: its entries would be smaller than they are counted.
    """
    described = _backend().describe_table(table)["Table"].get("GlobalSecondaryIndexes") or []
    if any(each["Projection"]["ProjectionType"] != "ALL" for each in described):
        raise ValueError("an index that does not project whole items")
    return [Index(*(key["AttributeName"] for key in each["KeySchema"])) for each in described]


def _rest_call(request: Any) -> str:
    """An operation of S3 by its method, e.g. ``"PutObject"``; of others the service alone."""
    name, _, rest = str(request.url).partition("://")[2].partition(".")
    return f"{request.method.title()}Object" if rest.startswith("s3.") else name


def _answer(reply: Any) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(reply.content)
    return found


def _item(table: str, key: Mapping[str, Any]) -> Item | None:
    item = _backend().get_item(table, key)
    return None if item is None else dict(item.to_json()["Attributes"])


def _backend() -> Any:
    from moto.dynamodb.models import dynamodb_backends

    from local.emulator import ACCOUNT, REGION

    return dynamodb_backends[ACCOUNT][REGION]
