"""Queues as operators see them, and what failed sent to its consumer once more."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services.shared import clock
from services.shared.errors import NotFound
from services.shared.events import Actor
from services.topics import events, queues
from services.topics.logbook import Logbook
from services.topics.queues import ASIDE, Message

MOST_MOVED = 1_000
"""Messages that one request moves at most: it is answered within seconds, and asked again."""
MOST_NAMED = 100
"""Message ids in an answer."""


@dataclass(frozen=True, kw_only=True)
class Queue:
    """One queue of the programme.

    Attributes
    ----------
    name : str
        As operators call it, e.g. ``"comments-consume"``.
    physical_name : str
        As SQS and the function that takes from it are named.
    """

    name: str
    physical_name: str


def known(names: Sequence[str], *, stage: str) -> list[Queue]:
    """Queues of physical names, in their order."""
    prefix = f"tashawur-{stage}-"
    return [Queue(name=name.removeprefix(prefix), physical_name=name) for name in names]


def overview(known_queues: Sequence[Queue], *, at: datetime) -> list[dict[str, Any]]:
    """Every queue with what waits in it and beside it, and who takes from it."""
    names = [queue.physical_name + part for queue in known_queues for part in ("", *ASIDE)]
    ages = queues.ages(names, at=at) if names else {}
    return [
        {
            "queue": queue.name,
            "consumer": queue.physical_name,
            **_standing(queue.physical_name, ages),
            "dead_letters": _standing(queue.physical_name + "-dead-letters", ages),
            "undelivered": _standing(queue.physical_name + "-undelivered", ages),
        }
        for queue in known_queues
    ]


def queue_of(name: str, known_queues: Sequence[Queue]) -> Queue:
    """Queue that operators call by a name.

    Raises
    ------
    NotFound
        If there is none.
    """
    found = next((queue for queue in known_queues if queue.name == name), None)
    if found is None:
        raise NotFound
    return found


def look(queue: Queue) -> dict[str, Any]:
    """What a redrive of a queue would move; everything stays where it is.

    The messages that are looked at are hidden for the moment that this takes, so that a redrive at
    the very same time may leave them for the next one.
    """
    seen: list[Message] = []
    for part in ASIDE:
        source = queue.physical_name + part
        batches = list(queues.take(source, most=MOST_NAMED - len(seen)))
        for batch in batches:
            queues.put_back(source, batch)
            seen += batch
    waiting = max(_waiting(queue), len(seen))
    return _told(queue, seen, dry_run=True, moved=0, remaining=waiting)


def redrive(queue: Queue, *, actor: Actor, at: datetime, logbook: Logbook) -> dict[str, Any]:
    """Send what failed to its consumer once more; nothing waiting is success, with 0 moved.

    The logbook has the intention before anything moves, and what came of it after.
    """
    subject = f"queue/{queue.name}"
    intention = events.QueueRedriveRequested(queue=queue.name, waiting=_waiting(queue))
    logbook.note(intention, subject=subject, actor=actor, at=at)
    moved: list[Message] = []
    for part in ASIDE:
        source = queue.physical_name + part
        for batch in queues.take(source, most=MOST_MOVED - len(moved)):
            moved += queues.move(batch, source=source, target=queue.physical_name)
    outcome = events.QueueRedriven(queue=queue.name, moved=len(moved))
    logbook.note(outcome, subject=subject, actor=actor, at=at)
    return _told(queue, moved, dry_run=False, moved=len(moved), remaining=_waiting(queue))


def _standing(name: str, ages: dict[str, int]) -> dict[str, Any]:
    found = queues.depth(name)
    return {
        "waiting": found.waiting,
        "in_flight": found.in_flight,
        "oldest_seconds": ages.get(name),
    }


def _waiting(queue: Queue) -> int:
    return sum(queues.depth(queue.physical_name + part).waiting for part in ASIDE)


def _told(
    queue: Queue, messages: Sequence[Message], *, dry_run: bool, moved: int, remaining: int
) -> dict[str, Any]:
    oldest = min((message.sent_at for message in messages), default=None)
    return {
        "queue": queue.name,
        "dry_run": dry_run,
        "moved": moved,
        "remaining": remaining,
        "message_ids": [message.id for message in messages[:MOST_NAMED]],
        "oldest_sent_at": clock.to_text(oldest) if oldest else None,
    }
