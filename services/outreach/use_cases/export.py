"""Write the deliveries of a round into its record."""

from collections.abc import Iterator
from typing import Any

from services.outreach.model.delivery import UNAVAILABLE, Delivery, Outcome
from services.outreach.part_store import PartStore
from services.outreach.plan_store import PlanStore
from services.outreach.store import DeliveryStore
from services.outreach.use_cases.report import subjects, told
from services.shared import exports
from services.shared.exports import ExportedFile


def export_deliveries(
    topic_id: str,
    round_: int,
    *,
    bucket: str,
    store: DeliveryStore,
    parts: PartStore,
    plans: PlanStore,
) -> ExportedFile:
    """Write ``deliveries.jsonl``: each outcome of the delivery report, oldest first.

    Of two outcomes of the same notice and channel the later one holds. A delivery in parts that has
    none yet has a row of what its ledger says.
    """
    key = exports.part_key(topic_id, round_, service="outreach", name="deliveries.jsonl")
    rows: list[dict[str, Any]] = []
    for subject in subjects(topic_id, round_, plans=plans):
        for found in told(subject, store=store):
            rows += found.rows()
            if found.delivery and not found.versions:
                rows += _so_far(found.delivery, store=store, parts=parts)
    return exports.write_lines(bucket, key, sorted(rows, key=lambda row: str(row["at"])))


def _so_far(
    delivery: Delivery, *, store: DeliveryStore, parts: PartStore
) -> Iterator[dict[str, Any]]:
    """Row of a delivery that was split and whose parts have not all ended."""
    if (begun := parts.begun(delivery)) is None:
        return
    outcome = Outcome.of_ledger(store.entries(delivery), stopped=UNAVAILABLE)
    at = max((entry.at for entry in store.entries(delivery)), default=begun)
    yield {
        "notice": delivery.notice,
        "occasion": delivery.occasion,
        "channel": delivery.channel,
        **outcome.model_dump(exclude={"complete"}),
        "at": at,
    }
