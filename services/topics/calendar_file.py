"""Topics as an iCalendar file (RFC 5545, names and refreshing as RFC 7986 has them).

Instants are written in UTC: they are exact, no client has to trust or refresh a VTIMEZONE, and each
shows them in its owner's zone. The description tells the topic's own time beside it.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from services.shared.language import LANGUAGES, Language, message
from services.shared.lines import one_line
from services.topics.model.agencies import agencies
from services.topics.model.calendar import Occasion, occasions
from services.topics.model.topic import Topic
from services.topics.store import StoredTopic

_PRODUCT = "-//Tashawur//Forward calendar//AR"
_REFRESHED = timedelta(hours=1)
_EXCERPT = 400


@dataclass(frozen=True, kw_only=True)
class CalendarFile:
    """A calendar's text and its ETag."""

    text: str
    etag: str


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where a calendar is read, and in which language.

    Attributes
    ----------
    base_url : str
        Where the public reaches the API.
    path : str
        Address of the calendar there, with its query.
    language : {"ar", "en"}
        Language of the titles, and the first one of the descriptions.
    """

    base_url: str
    path: str
    language: Language

    def uid(self, name: str) -> str:
        """Identifier of a thing, for ever the same."""
        return f"{name}@{urlsplit(self.base_url).hostname}"


def calendar_file(
    topics: Sequence[StoredTopic], place: Place, *, agency_ids: Sequence[str] = ()
) -> CalendarFile:
    """Calendar of topics; the same topics give the same text.

    Parameters
    ----------
    topics : sequence of StoredTopic
        Public topics.
    place : Place
        Where it is read.
    agency_ids : sequence of str
        Agencies that it is narrowed down to, for its name.
    """
    from icalendar import Calendar

    calendar = Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", _PRODUCT)
    calendar.add("calscale", "GREGORIAN")
    for name in ("name", "x-wr-calname"):
        calendar.add(name, _name(agency_ids, place.language))
    calendar.add("source", place.base_url + place.path, parameters={"value": "URI"})
    calendar.add("refresh-interval", _REFRESHED, parameters={"value": "DURATION"})
    for stored in topics:
        for occasion in occasions(stored.topic):
            calendar.add_component(_event(stored, occasion, place))
    if not topics:
        calendar.add_component(_utc())
    text = bytes(calendar.to_ical(sorted=False)).decode()
    digest = hashlib.sha256(text.encode()).hexdigest()
    return CalendarFile(text=text, etag=f'"{digest[:32]}"')


def _event(stored: StoredTopic, occasion: Occasion, place: Place) -> Any:
    from icalendar import Event

    topic, language = stored.topic, place.language
    event = Event()
    event.add("uid", place.uid(f"{topic.topic_id}-r{topic.round}-{occasion.kind}"))
    event.add("sequence", topic.version)
    # Without METHOD the stamp is when the calendar's owner last changed the event (§3.8.7.2).
    event.add("dtstamp", _seconds(stored.changed_at))
    event.add("last-modified", _seconds(stored.changed_at))
    event.add("dtstart", _seconds(occasion.starts_at))
    if occasion.ends_at:
        event.add("dtend", _seconds(occasion.ends_at))
    event.add("summary", _headline(topic, occasion, language), parameters={"language": language})
    event.add("description", _description(topic, occasion, place))
    event.add("url", f"{place.base_url}/v1/topics/{topic.topic_id}")
    event.add("categories", [topic.definition.agency, occasion.kind])
    event.add("status", "CANCELLED" if occasion.is_cancelled else "CONFIRMED")
    event.add("transp", "TRANSPARENT")
    return event


def _utc() -> Any:
    """Time zone that nothing refers to: a calendar may not be without any component (§3.6)."""
    from icalendar import Timezone, TimezoneStandard

    zone, standard = Timezone(), TimezoneStandard()
    zone.add("tzid", "Etc/UTC")
    standard.add("dtstart", datetime(1970, 1, 1))  # noqa: DTZ001 - local time, as §3.6.5 has it
    standard.add("tzoffsetfrom", timedelta())
    standard.add("tzoffsetto", timedelta())
    zone.add_component(standard)
    return zone


def _name(agency_ids: Sequence[str], language: Language) -> str:
    name = message("topics", "calendar_name", language=language, values={})
    titles = [each["title"][language] for each in agencies() if each["id"] in agency_ids]
    return " – ".join([name, *titles])


def _headline(topic: Topic, occasion: Occasion, language: Language) -> str:
    title = getattr(topic.definition.title, language)
    code = f"calendar_{occasion.wording}"
    text = message("topics", code, language=language, values={"title": one_line(title)})
    if occasion.is_cancelled:
        text = message("topics", "calendar_withdrawn", language=language, values={"text": text})
    return text


def _description(topic: Topic, occasion: Occasion, place: Place) -> str:
    """What happens, when in the topic's own time, and what it is about; both languages."""
    parts = []
    for language in sorted(LANGUAGES, key=lambda each: each != place.language):
        about = one_line(getattr(topic.definition.summary, language))
        excerpt = about if len(about) <= _EXCERPT else f"{one_line(about[:_EXCERPT])} …"
        when = _when(occasion, ZoneInfo(topic.definition.time_zone), language)
        parts.append("\n".join([_headline(topic, occasion, language), when, excerpt]))
    return "\n\n".join([*parts, f"{place.base_url}/v1/topics/{topic.topic_id}"])


def _when(occasion: Occasion, zone: ZoneInfo, language: Language) -> str:
    frame = "deadline" if occasion.is_deadline else "span" if occasion.ends_at else "instant"
    values = {
        "start": f"{occasion.starts_at.astimezone(zone):%Y-%m-%d %H:%M}",
        "end": _end(occasion.over_at.astimezone(zone)),
        "zone": zone.key,
    }
    return message("topics", f"calendar_{frame}", language=language, values=values)


def _end(local: datetime) -> str:
    """Local time of an end; midnight is the end of the day before it (ISO 8601's 24:00)."""
    if (local.hour, local.minute) == (0, 0):
        return f"{local - timedelta(days=1):%Y-%m-%d} 24:00"
    return f"{local:%Y-%m-%d %H:%M}"


def _seconds(instant: datetime) -> datetime:
    """Instant in UTC to the second, which is all that iCalendar knows."""
    return instant.astimezone(UTC).replace(microsecond=0)
