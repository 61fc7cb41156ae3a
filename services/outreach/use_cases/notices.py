"""The notices that stand where people come to see them: on a topic's page, and in its record."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from services.outreach.model.delivery import Channel
from services.outreach.model.notice import Notice
from services.outreach.notice_store import NoticeStore
from services.outreach.use_cases.means import Ask
from services.outreach.use_cases.topics import public_topic
from services.shared import exports
from services.shared.exports import ExportedFile

PAGE_SIZE = 100
_SHOWN = {"entry_id", "notice", "title", "summary", "link", "at"}


@dataclass(frozen=True, kw_only=True)
class NoticePage:
    """Some notices, newest first, and the place after which there are more, if there are."""

    items: list[Notice]
    last: str | None


def list_notices(topic_id: str, *, after: str | None, store: NoticeStore, ask: Ask) -> NoticePage:
    """A page of a topic's notices, of all its rounds.

    Raises
    ------
    NotFound
        If the topic is not public.
    """
    public_topic(topic_id, ask=ask)
    found = store.page(topic_id, after=after, limit=PAGE_SIZE + 1)
    shown = found[:PAGE_SIZE]
    return NoticePage(
        items=[notice for _place, notice in shown],
        last=shown[-1][0] if len(found) > PAGE_SIZE else None,
    )


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
