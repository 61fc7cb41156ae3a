"""Write the deliveries of a round into its record."""

from collections.abc import Iterator
from typing import Any

from services.outreach.model.delivery import CHANNELS, NOTICES, Delivery
from services.outreach.store import DeliveryStore
from services.shared import exports
from services.shared.exports import ExportedFile


def export_deliveries(
    topic_id: str, round_: int, *, bucket: str, store: DeliveryStore
) -> ExportedFile:
    """Write ``deliveries.jsonl``: each outcome that was recorded, oldest first.

    Of two outcomes of the same notice and channel the later one holds. Nobody who was told can be
    found in it: there are counts only.
    """
    key = exports.part_key(topic_id, round_, service="outreach", name="deliveries.jsonl")
    rows = sorted(_rows(topic_id, round_, store), key=lambda row: str(row["at"]))
    return exports.write_lines(bucket, key, rows)


def _rows(topic_id: str, round_: int, store: DeliveryStore) -> Iterator[dict[str, Any]]:
    for notice in NOTICES:
        for channel in CHANNELS:
            delivery = Delivery(topic_id=topic_id, round=round_, notice=notice, channel=channel)
            for at, outcome in store.history(delivery):
                yield {**outcome, "at": at}
