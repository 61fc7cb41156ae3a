"""The notices on a topic's page: the channel ``web``."""

from dataclasses import dataclass

from services.outreach.model.notice import Notice
from services.outreach.notice_store import NoticeStore
from services.outreach.use_cases.means import Ask
from services.outreach.use_cases.topics import public_topic

PAGE_SIZE = 100


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
