"""Make good what got lost on the way from a table to the bus.

The table is the truth: each audit item can be published again under the very id that it had, and
what a stream's reader gave up lies parked on S3 and can be handed to it once more. Consumers know
by the id what they have seen, so that everything here may be repeated. Each call does a bounded
piece of work and says where the next one begins.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from services.shared import aws, clock, events
from services.shared.errors import TransientError
from services.shared.invoke import InvocationFailed, invoke
from services.shared.relay import Outgoing, publish
from services.shared.table import Item, Page, Put, Table, from_item, to_item

ITEMS_AT_ONCE = 500
_PAGES = 4
BATCHES_AT_ONCE = 5
_MARKS = "PARKED"


class Order(BaseModel):
    """What is to be reconciled (payload of ``<service>-reconcile``).

    Attributes
    ----------
    action : {"reemit", "replay", "recount"}
        Publish audit items again; hand parked batches to their readers again; count again
        (comments alone).
    topic_id, since : str or None
        Which events to publish again: a topic's, those since an instant (RFC 3339), or both.
    round : int or None
        Which round to count again.
    dry_run : bool
        Only tell what would be done.
    cursor : dict or None
        ``cursor`` of the answer before.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    action: Literal["reemit", "replay", "recount"]
    topic_id: str | None = None
    round: int | None = None
    since: datetime | None = None
    dry_run: bool = False
    cursor: dict[str, Any] | None = None


Told = Callable[[Sequence[Item]], list[Outgoing]]


def audited(items: Sequence[Item]) -> list[Outgoing]:
    """Events of the audit items among some items."""
    return [
        Outgoing(type=item["event"]["type"], detail=events.detail(item), sequence="")
        for item in items
        if "event" in item
    ]


@dataclass(frozen=True, kw_only=True)
class Means:
    """What a service gives its reconciliation.

    Attributes
    ----------
    table : str
        Name of its table.
    bus, source : str
        Where its events go and what they name as their source.
    parked_bucket : str
        Where its streams' readers park what they give up.
    readers : mapping
        Functions that read its stream, by the id of the event source mapping.
    partition : callable or None
        Gives the partition that has all of a topic's audit items, where one does; else the table
        is scanned.
    told : callable
        Gives the events that items stand for.
    """

    table: str
    bus: str
    source: str
    parked_bucket: str
    readers: Mapping[str, str]
    partition: Callable[[str], str] | None = None
    told: Told = audited


def reconcile(order: Order, means: Means, *, at: datetime) -> dict[str, Any]:
    """Do a piece of work; see `reemit` and `replay` for the answers.

    Raises
    ------
    ValueError
        If the action is none that every service knows.
    """
    if order.action == "reemit":
        return reemit(order, means)
    if order.action == "replay":
        return replay(order, means, at=at)
    raise ValueError(f"no reconciliation by {order.action}")


def reemit(order: Order, means: Means) -> dict[str, Any]:
    """Publish a topic's events again, or all since an instant.

    Returns
    -------
    dict
        ``looked_at`` items, ``done`` events, the ``cursor`` to go on from (``None`` at the end).

    Raises
    ------
    TransientError
        If the bus refused some; the same order may be given again.
    """
    looked_at = done = 0
    after = order.cursor
    for _ in range(_PAGES):
        page = _page(order, means, after)
        wanted = [message for message in means.told(page.items) if _is_wanted(message, order)]
        if not order.dry_run and publish(wanted, bus=means.bus, source=means.source) != _ALL_WELL:
            raise TransientError("the bus refused events")
        looked_at, done, after = looked_at + len(page.items), done + len(wanted), page.last
        if after is None:
            break
    return {"action": "reemit", "looked_at": looked_at, "done": done, "cursor": after}


def replay(order: Order, means: Means, *, at: datetime) -> dict[str, Any]:
    """Hand parked batches to the functions that gave them up, each once.

    Returns
    -------
    dict
        ``looked_at`` batches, ``done`` ones, the keys of those that ``failed`` again, and the
        ``cursor`` to go on from (``None`` at the end).
    """
    looked_at = done = 0
    failed: list[str] = []
    last: dict[str, str] | None = None
    for mapping, key in _parked(means, order.cursor):
        if looked_at == BATCHES_AT_ONCE:
            return {**_replayed(looked_at, done, failed), "cursor": last}
        looked_at, last = looked_at + 1, {"mapping": mapping, "key": key}
        if Table(means.table).get(_MARKS, key) is not None:
            continue
        if order.dry_run or _taken(means, mapping, key):
            done += 1
        else:
            failed.append(key)
            continue
        if not order.dry_run:
            mark = {"pk": _MARKS, "sk": key, "at": clock.to_text(at)}
            Table(means.table).write(Put(item=mark, replace=True))
    return {**_replayed(looked_at, done, failed), "cursor": None}


_ALL_WELL: dict[str, list[dict[str, str]]] = {"batchItemFailures": []}


def _page(order: Order, means: Means, after: Item | None) -> Page:
    if order.topic_id is not None and means.partition is not None:
        pk = means.partition(order.topic_id)
        return Table(means.table).query(pk, prefix="A#", after=after, limit=ITEMS_AT_ONCE)
    request: dict[str, Any] = {"TableName": means.table, "Limit": ITEMS_AT_ONCE}
    if after is not None:
        request["ExclusiveStartKey"] = to_item(after)
    reply = aws.client("dynamodb").scan(**request, ConsistentRead=True)
    last = from_item(reply["LastEvaluatedKey"]) if "LastEvaluatedKey" in reply else None
    items = [from_item(item) for item in reply["Items"]]
    return Page(items=items, last=last, examined=reply["ScannedCount"])


def _is_wanted(message: Outgoing, order: Order) -> bool:
    of_topic = order.topic_id in {None, message.detail["topic_id"]}
    since = clock.to_text(order.since) if order.since else ""
    return of_topic and message.detail["occurred_at"] >= since


def _parked(means: Means, cursor: Mapping[str, str] | None) -> Iterator[tuple[str, str]]:
    """Keys of parked batches with their mapping, in a fixed order, after the cursor's."""
    begin = cursor or {"mapping": "", "key": ""}
    for mapping in sorted(means.readers):
        if mapping < begin["mapping"]:
            continue
        after = begin["key"] if mapping == begin["mapping"] else ""
        while True:
            reply = aws.client("s3").list_objects_v2(
                Bucket=means.parked_bucket,
                Prefix=f"aws/lambda/{mapping}/",
                StartAfter=after,
                MaxKeys=BATCHES_AT_ONCE + 1,
            )
            keys = [str(found["Key"]) for found in reply.get("Contents", [])]
            yield from ((mapping, key) for key in keys)
            if not reply["IsTruncated"]:
                break
            after = keys[-1]


def _taken(means: Means, mapping: str, key: str) -> bool:
    """Tell whether the reader took a batch this time."""
    reply = aws.client("s3").get_object(Bucket=means.parked_bucket, Key=key)
    payload = json.loads(reply["Body"].read())["payload"]
    batch = json.loads(payload) if isinstance(payload, str) else payload
    try:
        answer = invoke(means.readers[mapping], batch)
    except (InvocationFailed, TransientError):
        return False
    return not (answer or {}).get("batchItemFailures")


def _replayed(looked_at: int, done: int, failed: list[str]) -> dict[str, Any]:
    return {"action": "replay", "looked_at": looked_at, "done": done, "failed": failed}
