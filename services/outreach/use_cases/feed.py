"""The Atom feeds (RFC 4287): what was published, announced and withdrawn, newest first."""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from services.outreach.links import Links
from services.outreach.mails import bilingual
from services.outreach.model.notice import About, Bilingual, Notice, printable
from services.outreach.store import DeliveryStore
from services.outreach.use_cases.means import Ask
from services.outreach.use_cases.topics import public_topic
from services.shared.language import LANGUAGES, Language
from services.shared.lines import one_line

ENTRIES = 100
_NEVER = datetime(2026, 1, 1, tzinfo=UTC)
"""When a feed without entries was last changed: a fixed instant, so that its ETag is stable too."""


@dataclass(frozen=True, kw_only=True)
class Feed:
    """A feed document and its ETag."""

    text: str
    etag: str


def read_feed(
    language: Language, about: About, *, links: Links, store: DeliveryStore, ask: Ask
) -> Feed:
    """Feed of one topic, of one agency or of all, its entries in one language.

    Parameters
    ----------
    language : {"ar", "en"}
        Language of the entries; the feed's own title is in both.

    Raises
    ------
    NotFound
        If it is to be that of a topic that is not public.
    """
    title = _title(about, ask)
    notices = store.feed(about, limit=ENTRIES)
    text = _document(notices, language, about, title=title, links=links)
    digest = hashlib.sha256(text.encode()).hexdigest()
    return Feed(text=text, etag=f'"{digest[:32]}"')


def _title(about: About, ask: Ask) -> Bilingual:
    if about.topic_id is None:
        return bilingual("feed_title")
    topic = public_topic(about.topic_id, ask=ask)
    return bilingual("feed_topic_title", title=topic.title)


def _document(
    notices: list[Notice], language: Language, about: About, *, title: Bilingual, links: Links
) -> str:
    from feedgen.feed import FeedGenerator

    feed = FeedGenerator()
    subtitle = bilingual("feed_subtitle")
    feed.id(links.tag(_name(about)))
    feed.title(" | ".join(one_line(printable(title.of(each))) for each in LANGUAGES))
    feed.subtitle(" | ".join(subtitle.of(each) for each in LANGUAGES))
    feed.language(language)
    feed.author(name=bilingual("feed_title").of(language))
    feed.generator("Tashawur")
    feed.link(href=links.feed(language, about), rel="self", type="application/atom+xml")
    feed.updated(max((notice.at for notice in notices), default=_NEVER))
    for notice in notices:
        _add_entry(feed, notice, language)
    return bytes(feed.atom_str(pretty=True)).decode()


def _name(about: About) -> str:
    if about.topic_id:
        return f"topics/{about.topic_id}/feed"
    return f"feed/{about.agency}" if about.agency else "feed"


def _add_entry(feed: Any, notice: Notice, language: Language) -> None:
    entry = feed.add_entry(order="append")
    entry.id(notice.entry_id)
    entry.title(one_line(printable(notice.title.of(language))))
    entry.summary(printable(notice.summary.of(language)), type="text")
    entry.link(href=notice.link, rel="alternate", hreflang=language)
    entry.category(term=notice.notice)
    entry.category(term=notice.agency)
    entry.published(notice.at)
    entry.updated(notice.at)
