"""Audit trails, sound until a test breaks them."""

import hashlib
from typing import Any

from services.archive.model.audit import Head, Row, Told, entry, head_after

TOPIC_ID = "t" * 26


def told(number: int, **changes: Any) -> Told:
    """What the event of a number told."""
    fields: dict[str, Any] = {
        "source": "tashawur.topics",
        "event_id": f"{number:064x}",
        "topic_id": TOPIC_ID,
        "round": 1,
        "occurred_at": f"2026-12-01T09:{number % 60:02d}:00.000Z",
        "type": "TopicRevised",
        "role": "officer",
        "actor_id": f"officer-{number}",
        "data": {"number": number, "reason": "سبب", "none": None, "ids": ["a", "b"]},
    }
    return Told(**fields | changes)


def trail(*happenings: Told) -> list[Row]:
    """The chain in which the archive recorded the events."""
    rows: list[Row] = []
    head = Head()
    for number, happening in enumerate(happenings):
        salt = hashlib.sha256(str(number).encode()).digest()
        instant = f"2026-12-01T10:{number % 60:02d}:00.000Z"
        rows.append(entry(happening, after=head, recorded_at=instant, salt=salt))
        head = head_after(rows[-1])
    return rows


def of_length(count: int) -> list[Row]:
    return trail(*map(told, range(count)))
