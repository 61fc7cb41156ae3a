"""The Atom feed (RFC 4287): what was published, announced and withdrawn, newest first."""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from services.outreach.links import Links
from services.outreach.mails import bilingual
from services.outreach.model.notice import Notice, printable
from services.outreach.store import DeliveryStore
from services.shared.language import LANGUAGES, Language

ENTRIES = 100
_NEVER = datetime(2026, 1, 1, tzinfo=UTC)
"""When a feed without entries was last changed: a fixed instant, so that its ETag is stable too."""


@dataclass(frozen=True, kw_only=True)
class Feed:
    """A feed document and its ETag."""

    text: str
    etag: str


def read_feed(
    language: Language, *, agency: str | None, links: Links, store: DeliveryStore
) -> Feed:
    """Feed of one agency or of all, its entries in one language.

    Parameters
    ----------
    language : {"ar", "en"}
        Language of the entries; the feed's own title is in both.
    agency : str, optional
        Only the entries of this agency.
    """
    notices = store.feed(agency, limit=ENTRIES)
    text = _document(notices, language, agency=agency, links=links)
    digest = hashlib.sha256(text.encode()).hexdigest()
    return Feed(text=text, etag=f'"{digest[:32]}"')


def _document(
    notices: list[Notice], language: Language, *, agency: str | None, links: Links
) -> str:
    from feedgen.feed import FeedGenerator

    feed = FeedGenerator()
    title, subtitle = bilingual("feed_title"), bilingual("feed_subtitle")
    feed.id(links.tag(f"feed/{agency}" if agency else "feed"))
    feed.title(" | ".join(title.of(each) for each in LANGUAGES))
    feed.subtitle(" | ".join(subtitle.of(each) for each in LANGUAGES))
    feed.language(language)
    feed.author(name=title.of(language))
    feed.generator("Tashawur")
    feed.link(href=links.feed(language, agency=agency), rel="self", type="application/atom+xml")
    feed.updated(max((notice.at for notice in notices), default=_NEVER))
    for notice in notices:
        _add_entry(feed, notice, language)
    return bytes(feed.atom_str(pretty=True)).decode()


def _add_entry(feed: Any, notice: Notice, language: Language) -> None:
    entry = feed.add_entry(order="append")
    entry.id(notice.entry_id)
    entry.title(printable(notice.title.of(language)))
    entry.summary(printable(notice.summary.of(language)), type="text")
    entry.link(href=notice.link, rel="alternate", hreflang=language)
    entry.category(term=notice.notice)
    entry.category(term=notice.agency)
    entry.published(notice.at)
    entry.updated(notice.at)
