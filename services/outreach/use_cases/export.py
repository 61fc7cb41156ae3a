"""Write the deliveries of a round into its record."""

from collections.abc import Iterable, Iterator
from typing import Any

from services.outreach.model.delivery import CHANNELS, NOTICES
from services.outreach.plan_store import Planned, PlanStore
from services.outreach.store import DeliveryStore
from services.shared import exports
from services.shared.exports import ExportedFile


def export_deliveries(
    topic_id: str, round_: int, *, bucket: str, store: DeliveryStore, plans: PlanStore
) -> ExportedFile:
    """Write ``deliveries.jsonl``: each outcome that was recorded, oldest first.

    Of two outcomes of the same notice and channel the later one holds. Nobody who was told can be
    found in it: there are counts only.
    """
    key = exports.part_key(topic_id, round_, service="outreach", name="deliveries.jsonl")
    notices = dict.fromkeys(
        [
            *(Planned(topic_id=topic_id, round=round_, notice=notice) for notice in NOTICES),
            *plans.planned(topic_id, round_),
        ]
    )
    rows = sorted(_rows(notices, store), key=lambda row: str(row["at"]))
    return exports.write_lines(bucket, key, rows)


def _rows(notices: Iterable[Planned], store: DeliveryStore) -> Iterator[dict[str, Any]]:
    for notice in notices:
        for channel in CHANNELS:
            for at, outcome in store.history(notice.over(channel)):
                yield {**outcome, "at": at}
