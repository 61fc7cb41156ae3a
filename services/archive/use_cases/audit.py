"""Record what the bus tells, once each, in the chain of its topic; and read it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services.archive.audit_store import ENTRIES_AT_ONCE, AuditStore, Chain
from services.archive.model.audit import Row, Told, entry, head_after, head_document
from services.shared import clock
from services.shared.errors import Forbidden, NotFound, TransientError
from services.shared.identity import Caller
from services.shared.table import ConditionFailed, Item
from services.shared.transient import transient_errors

ATTEMPTS = 8
"""How often the end of a chain is looked for while others append to it."""
_AGENCY = "agency"


@dataclass(frozen=True, kw_only=True)
class Page:
    """Entries, the key to go on from, and, of one topic, where its chain ends."""

    items: list[Row]
    last: Item | None
    head: dict[str, Any] | None


def record(
    events: Sequence[Told], *, at: datetime, salt: Callable[[], bytes], store: AuditStore
) -> None:
    """Record events of one topic; one that is recorded already, or comes twice, adds nothing.

    Parameters
    ----------
    events : sequence of Told
        What the bus told, in any order.
    at : datetime
        Instant of recording.
    salt : callable
        Draws the random bytes of an entry (see `entry`).

    Raises
    ------
    TransientError
        If others appended all the time; the events come again.
    """
    waiting = list({(event.source, event.event_id): event for event in events}.values())
    for start in range(0, len(waiting), ENTRIES_AT_ONCE):
        _append(waiting[start : start + ENTRIES_AT_ONCE], at=at, salt=salt, store=store)


def trail(
    topic_id: str | None, *, caller: Caller, after: Item | None, limit: int, store: AuditStore
) -> Page:
    """One page of a topic's trail, in the order of its chain, or of all, the newest first.

    Raises
    ------
    NotFound
        If there is nothing of the topic, or it is another agency's than the caller's.
    Forbidden
        If a caller who is limited to an agency asks for all topics.
    """
    if topic_id is None:
        if caller.agency is not None:
            raise Forbidden("topic_needed")
        items, last = store.page(None, after=after, limit=limit)
        return Page(items=items, last=last, head=None)
    items, last = store.page(topic_id, after=after, limit=limit)
    # Read after the entries, so that the head covers every one of them.
    chain = store.chain(topic_id)
    if not chain.head.count or not caller.covers(chain.agency or ""):
        raise NotFound
    return Page(items=items, last=last, head=head_document(topic_id, chain.head))


def _append(
    events: Sequence[Told], *, at: datetime, salt: Callable[[], bytes], store: AuditStore
) -> None:
    waiting = list(events)
    for _ in range(ATTEMPTS):
        chain = store.chain(waiting[0].topic_id)
        rows = _rows(waiting, chain, at=at, salt=salt)
        agency = next(filter(None, map(_agency, waiting)), chain.agency)
        try:
            with transient_errors():
                store.append(rows, to=chain, agency=agency)
        except (ConditionFailed, TransientError):
            # Somebody else appended, or one of these is recorded, maybe by ourselves: a reply was
            # lost. Which of the two it was, only the table knows.
            waiting = [e for e in waiting if not store.is_recorded(e.source, e.event_id)]
            if not waiting:
                return
        else:
            return
    raise TransientError("others appended to the chain all the time")


def _rows(
    events: Sequence[Told], chain: Chain, *, at: datetime, salt: Callable[[], bytes]
) -> list[Row]:
    rows: list[Row] = []
    head = chain.head
    for event in events:
        rows.append(entry(event, after=head, recorded_at=clock.to_text(at), salt=salt()))
        head = head_after(rows[-1])
    return rows


def _agency(event: Told) -> Any:
    """Agency of the topic, which its definition and its publication tell."""
    return event.data.get(_AGENCY) if event.type in {"TopicDefined", "TopicPublished"} else None
