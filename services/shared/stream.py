"""A table's stream: what was inserted, changed or removed, in plain values."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from services.shared.table import Item, from_item


@dataclass(frozen=True, kw_only=True)
class Change:
    """One change of an item.

    Attributes
    ----------
    sequence : str
        Sequence number; what ``batchItemFailures`` names.
    kind : {"INSERT", "MODIFY", "REMOVE"}
        What happened.
    old, new : dict
        The item before and after; empty where there was or is none.
    """

    sequence: str
    kind: Literal["INSERT", "MODIFY", "REMOVE"]
    old: Item
    new: Item


def changes(stream_event: Mapping[str, Any]) -> Iterator[Change]:
    """Changes of a stream batch, in order."""
    for record in stream_event["Records"]:
        change = record["dynamodb"]
        yield Change(
            sequence=change["SequenceNumber"],
            kind=record["eventName"],
            old=from_item(change.get("OldImage", {})),
            new=from_item(change.get("NewImage", {})),
        )


def repeat_from(sequence: str) -> dict[str, Any]:
    """Answer that makes the stream deliver again from a record on."""
    return {"batchItemFailures": [{"itemIdentifier": sequence}]}
