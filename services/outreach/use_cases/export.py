"""Write the deliveries of a round into its record."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import Any

from services.outreach.model.delivery import (
    CHANNELS,
    NOTICES,
    UNAVAILABLE,
    Delivery,
    LedgerEntry,
    Outcome,
)
from services.outreach.model.feedback import CAME_BACK
from services.outreach.model.slices import Slice
from services.outreach.plan_store import Planned, PlanStore
from services.outreach.store import DeliveryStore
from services.outreach.use_cases.askers import OF_ONE
from services.shared import exports
from services.shared.exports import ExportedFile

# Recorded for all together: what came of one would tell whether its author left an address.


def export_deliveries(
    topic_id: str, round_: int, *, bucket: str, store: DeliveryStore, plans: PlanStore
) -> ExportedFile:
    """Write ``deliveries.jsonl``: each outcome that was recorded, oldest first.

    Of two outcomes of the same notice and channel the later one holds; the last one counts what
    bounced since, or was complained of, which is no event of its own. Nobody who was told can be
    found in it: there are counts only, and of what went to authors one for all of them.
    """
    key = exports.part_key(topic_id, round_, service="outreach", name="deliveries.jsonl")
    planned = list(plans.planned(topic_id, round_))
    notices = dict.fromkeys(
        [
            *(Planned(topic_id=topic_id, round=round_, notice=notice) for notice in NOTICES),
            *(each for each in planned if each.notice not in (*OF_ONE, "outcome")),
        ]
    )
    told = [*_rows(notices, store)]
    for notice in OF_ONE:
        told += _to_authors([Planned(topic_id=topic_id, round=round_, notice=notice)], store)
    for parts in _by_announcement(planned).values():
        told += _to_authors(parts, store)
    rows = sorted(told, key=lambda row: str(row["at"]))
    return exports.write_lines(bucket, key, rows)


def _by_announcement(planned: Iterable[Planned]) -> dict[str, list[Planned]]:
    """The parts in which authors were told what became of their comments."""
    found: dict[str, list[Planned]] = {}
    for each in planned:
        if each.notice == "outcome":
            found.setdefault(Slice.of(each.occasion).announcement, []).append(each)
    return found


def _to_authors(parts: Sequence[Planned], store: DeliveryStore) -> Iterator[dict[str, Any]]:
    """How many authors were told what concerns them alone, by channel; all parts together."""
    for channel in CHANNELS:
        ledgers = [store.ledger(each.over(channel)).values() for each in parts]
        entries = list(chain.from_iterable(ledgers))
        if entries:
            waits = any(entry.is_open for entry in entries)
            outcome = Outcome.of_ledger(entries, stopped=UNAVAILABLE if waits else None)
            at = max(entry.at for entry in entries)
            yield _row(parts[0].over(channel), outcome, at=at)


def _row(delivery: Delivery, outcome: Outcome, *, at: str) -> dict[str, Any]:
    of = delivery.model_dump(include={"notice", "occasion", "channel"})
    return of | outcome.model_dump(exclude={"complete"}) | {"at": at}


def _rows(notices: Iterable[Planned], store: DeliveryStore) -> Iterator[dict[str, Any]]:
    for delivery in (notice.over(channel) for notice in notices for channel in CHANNELS):
        recorded = [{**outcome, "at": at} for at, outcome in store.history(delivery)]
        yield from recorded
        if recorded and delivery.channel == "email":
            whole = store.standing(delivery).is_complete
            stopped = None if whole else recorded[-1]["reason"]
            yield from _since(recorded[-1], store.entries(delivery), stopped=stopped)


def _since(
    last: dict[str, Any], entries: Iterator[LedgerEntry], *, stopped: str | None
) -> Iterator[dict[str, Any]]:
    """Outcome by what came back since the last one was recorded, if anything did."""
    told: list[str] = []

    def noted() -> Iterator[LedgerEntry]:
        for entry in entries:
            if entry.reason in CAME_BACK:
                told.append(entry.at)
            yield entry

    now = Outcome.of_ledger(noted(), stopped=stopped).model_dump(exclude={"complete"})
    if told and max(told) > last["at"]:
        yield last | now | {"at": max(told)}
