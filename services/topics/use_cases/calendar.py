"""Read the forward calendar: what is to come, for one topic or for the programme."""

from datetime import datetime
from itertools import islice

from services.shared.errors import NotFound
from services.shared.identity import ANONYMOUS
from services.shared.table import Item
from services.topics.calendar_file import CalendarFile, Place, calendar_file
from services.topics.model.calendar import SHOWN, is_shown, occasions
from services.topics.model.narrowing import Narrowing
from services.topics.store import StoredTopic, TopicStore
from services.topics.use_cases.read import is_readable

MOST_TOPICS = 200
"""About 8 KB each: the file stays below 2 MB, a third of what a function may answer."""
_READ_AT_ONCE = 200
_MOST_READS = 20


def topic_calendar(topic_id: str, place: Place, *, store: TopicStore) -> CalendarFile:
    """Calendar of one public topic, whatever its stage; of the last round that is public.

    Raises
    ------
    NotFound
        If there is none, or it is not public.
    """
    stored = store.stored(topic_id)
    if stored and stored.topic.earlier and not is_readable(stored.topic, ANONYMOUS):
        stored = store.stored(topic_id, round_=stored.topic.earlier[-1].round)
    if stored is None or not is_readable(stored.topic, ANONYMOUS):
        raise NotFound
    return calendar_file([stored], place)


def programme_calendar(
    agency_ids: tuple[str, ...], place: Place, *, at: datetime, store: TopicStore
) -> CalendarFile:
    """Calendar of the public topics that are to come or under way, of some agencies or of all.

    At most 200 topics, out of the newest 4,000 (or 20 MB of them); of more, those that go on
    longest.
    """
    shown = [each for each in _newest(agency_ids, store) if is_shown(each.topic, at=at)]
    last_first = sorted(shown, key=_over_at, reverse=True)
    return calendar_file(list(islice(last_first, MOST_TOPICS)), place, agency_ids=agency_ids)


def _newest(agency_ids: tuple[str, ...], store: TopicStore) -> list[StoredTopic]:
    narrowing = Narrowing(stages=SHOWN, agencies=agency_ids)
    found: list[StoredTopic] = []
    after: Item | None = None
    for _ in range(_MOST_READS):
        page, after = store.page(narrowing, after=after, limit=_READ_AT_ONCE)
        found += page
        if after is None:
            break
    return found


def _over_at(stored: StoredTopic) -> datetime:
    return max(occasion.over_at for occasion in occasions(stored.topic))
