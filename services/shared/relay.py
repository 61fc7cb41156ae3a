"""The relay: audit items on a table's stream become events on the bus, in order, at least once."""

import json
from dataclasses import dataclass
from typing import Any

from services.shared import aws, events, stream

_ENTRIES_PER_CALL = 10


@dataclass(frozen=True, kw_only=True)
class Outgoing:
    """One event on its way to the bus, and the stream record that it came from."""

    type: str
    detail: dict[str, Any]
    sequence: str


def outgoing(stream_event: dict[str, Any]) -> list[Outgoing]:
    """Events that the audit items of a stream batch carry."""
    return [
        Outgoing(type=item["event"]["type"], detail=events.detail(item), sequence=change.sequence)
        for change in stream.changes(stream_event)
        if change.kind == "INSERT" and "event" in (item := change.new)
    ]


def publish(messages: list[Outgoing], *, bus: str, source: str) -> dict[str, list[dict[str, str]]]:
    """Publish events on the bus.

    Returns
    -------
    dict
        ``batchItemFailures`` with the first record that failed: the stream repeats from there on,
        and consumers ignore what they have seen.
    """
    for start in range(0, len(messages), _ENTRIES_PER_CALL):
        chunk = messages[start : start + _ENTRIES_PER_CALL]
        entries = [
            {
                "EventBusName": bus,
                "Source": source,
                "DetailType": message.type,
                "Detail": json.dumps(message.detail, ensure_ascii=False),
            }
            for message in chunk
        ]
        reply = aws.client("events").put_events(Entries=entries)
        for message, result in zip(chunk, reply["Entries"], strict=True):
            if "ErrorCode" in result:
                return stream.repeat_from(message.sequence)
    return {"batchItemFailures": []}


def relay(stream_event: dict[str, Any], *, bus: str, source: str) -> dict[str, Any]:
    """Publish the events of a stream batch; see `publish` for what is returned."""
    return publish(outgoing(stream_event), bus=bus, source=source)
