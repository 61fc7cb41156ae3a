"""Write the notices of a round into its record, as they were published."""

from collections.abc import Iterator
from typing import Any

from services.outreach.model.delivery import Channel
from services.outreach.model.notice import Notice
from services.outreach.notice_store import NoticeStore
from services.shared import exports
from services.shared.exports import ExportedFile

_SHOWN = {"entry_id", "notice", "title", "summary", "link", "at"}


def export_notices(topic_id: str, round_: int, *, bucket: str, store: NoticeStore) -> ExportedFile:
    """Write ``notices.jsonl``: what stands on the topic's page and in its feed, oldest first.

    What was sent by mail, text message or webhook had these words as well; of that the record keeps
    in ``deliveries.jsonl`` how many it reached.
    """
    key = exports.part_key(topic_id, round_, service="outreach", name="notices.jsonl")
    rows = sorted(_rows(store.posted(topic_id, round_)), key=lambda row: str(row["at"]))
    return exports.write_lines(bucket, key, rows)


def _rows(posted: Iterator[tuple[Channel, Notice]]) -> Iterator[dict[str, Any]]:
    for channel, notice in posted:
        shown = notice.model_dump(mode="json", include=_SHOWN)
        yield {"channel": channel, **shown}
