"""Events: how a state change is recorded and what of it goes onto the bus.

A state change is one transaction: the changed row and an audit item that carries the event. The
table's stream brings the audit item to the relay, which alone publishes it. So there is no change
without its event and no event without its change.
"""

import hashlib
from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from services.shared import clock
from services.shared.table import Item, Put

VERSION: Literal["1"] = "1"


class Actor(BaseModel):
    """Who caused a change: the role acted in and the account's subject, never a name."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    role: str
    id: str


SYSTEM = Actor(role="system", id="workflow")


class EventData(BaseModel):
    """Base of the ``data`` of the events; the class's name is the event's ``detail-type``.

    Ids, counts, instants and codes only: no text and no address of a participant.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")


class Envelope(BaseModel):
    """The ``detail`` of an event on the bus, as consumers read it (unknown fields are let through).

    Attributes
    ----------
    version : str
        Version of the event's shape, ``"1"``; one of another version is not understood and ends in
        the dead letters, until there are consumers that know it.
    id : str
        The same however often the event is delivered; consumers are idempotent by it.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    version: Literal["1"]
    id: str
    occurred_at: str
    topic_id: str
    round: int
    actor: Actor
    data: dict[str, Any]


def audit(
    data: EventData,
    *,
    pk: str,
    version: int,
    topic_id: str,
    round_: int,
    actor: Actor,
    at: datetime,
) -> Put:
    """Audit item of a state change, to be written in the transaction that makes the change.

    Parameters
    ----------
    data : EventData
        What happened.
    pk : str
        Partition key of the changed row.
    version : int
        Version of the row after the change; with the round it makes the sort key.
    """
    event = {
        "type": type(data).__name__,
        "topic_id": topic_id,
        "round": round_,
        "occurred_at": clock.to_text(at),
        "actor": actor.model_dump(),
        "data": data.model_dump(mode="json"),
    }
    return Put(
        item={"pk": pk, "sk": audit_key(round_, version), "version": version, "event": event}
    )


def audit_key(round_: int, version: int) -> str:
    """Sort key of an audit item; sorts by round, then by version."""
    return f"A#{round_:03d}#{version:08d}"


def event_id(pk: str, sk: str, version: int) -> str:
    """SHA-256 (hex) of what identifies an audit item."""
    return hashlib.sha256(f"{pk}\x00{sk}\x00{version}".encode()).hexdigest()


def detail(item: Item) -> dict[str, Any]:
    """``detail`` of the event that an audit item carries."""
    event = item["event"]
    return {
        "version": VERSION,
        "id": event_id(item["pk"], item["sk"], item["version"]),
        **{key: event[key] for key in ("occurred_at", "topic_id", "round", "actor", "data")},
    }
