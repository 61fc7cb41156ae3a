"""What is told about a topic, in both languages, out of what everybody may read of it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Self
from zoneinfo import ZoneInfo

from pydantic import AwareDatetime, BaseModel, ConfigDict

from services.outreach.model.delivery import Channel, NoticeKind
from services.shared import clock
from services.shared.language import Language
from services.shared.lines import cut
from services.shared.texts import Text, Title

_SUMMARY_LENGTH = 1000
_NOT_IN_XML = re.compile(r"[^\t\n\r\x20-\uD7FF\uE000-\uFFFD\U00010000-\U0010FFFF]")
_MONTHS: dict[Language, tuple[str, ...]] = {
    "ar": (
        "يناير",
        "فبراير",
        "مارس",
        "أبريل",
        "مايو",
        "يونيو",
        "يوليو",
        "أغسطس",
        "سبتمبر",
        "أكتوبر",
        "نوفمبر",
        "ديسمبر",
    ),
    "en": (
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ),
}


class Seen(BaseModel):
    """Base of what is read of another service's answer; further fields are let through."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class Contact(Seen):
    """Whom to ask about the consultation."""

    name: Title
    email: str


class Timetable(Seen):
    """When the collection opens and closes."""

    opens_at: AwareDatetime | None = None
    closes_at: AwareDatetime


class PublicTopic(Seen):
    """What outreach reads of a topic's public view.

    Attributes
    ----------
    clauses : mapping
        Texts of the announced decision's clauses by their ids, where a notice tells the decision.
    """

    topic_id: str
    round: int
    stage: str
    agency: str
    title: Title
    summary: Text
    time_zone: str = "Asia/Bahrain"
    channels: tuple[Channel, ...] = ()
    timetable: Timetable
    reminders: tuple[timedelta, ...] = ()
    contact: Contact
    clauses: Mapping[str, Text] = {}

    @property
    def is_over(self) -> bool:
        """Whether nothing more will be told about it."""
        return self.stage in {"withdrawn", "archived"}

    def is_collecting(self, at: datetime) -> bool:
        """Whether comments are taken, or will be soon."""
        return self.stage in {"scheduled", "collecting"} and at < self.timetable.closes_at


@dataclass(frozen=True, kw_only=True)
class About:
    """What a feed tells of: a topic, an agency's consultations, or everything."""

    agency: str | None = None
    topic_id: str | None = None


class Bilingual(BaseModel):
    """A text in both languages, however long."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    ar: str
    en: str

    def of(self, language: Language) -> str:
        """The text in one language."""
        return self.ar if language == "ar" else self.en

    @classmethod
    def both(cls, text: str) -> Self:
        """A text that is told in both as it stands: people write a reason in one language."""
        return cls(ar=text, en=text)

    @classmethod
    def shortened(cls, text: Text) -> Self:
        """At most a thousand characters of a text, cut between words."""
        return cls(ar=cut(text.ar, _SUMMARY_LENGTH), en=cut(text.en, _SUMMARY_LENGTH))


class Notice(BaseModel):
    """A notice as the feed and the topic's page show it."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    entry_id: str
    topic_id: str
    round: int
    notice: NoticeKind
    agency: str
    title: Bilingual
    summary: Bilingual
    link: str
    at: AwareDatetime

    def view(self) -> dict[str, Any]:
        """The notice as the topic's page shows it."""
        shown = self.model_dump(exclude={"topic_id", "agency", "at"})
        return shown | {"at": clock.to_text(self.at)}


def withdrawal_reason(timeline: list[dict[str, Any]], *, round_: int) -> str | None:
    """Reason that the timeline gives for a round's withdrawal, as the officer wrote it."""
    for entry in reversed(timeline):
        if entry["event"] == "TopicWithdrawn" and entry["round"] == round_:
            return entry["data"].get("reason") or None
    return None


def extension(timeline: list[dict[str, Any]], *, round_: int, closes_at: str) -> dict[str, Any]:
    """What the timeline says of the extension to an instant; empty if it says nothing."""
    told = (
        dict(entry["data"])
        for entry in reversed(timeline)
        if entry["event"] == "CollectionExtended" and entry["round"] == round_
    )
    return next((data for data in told if data.get("closes_at") == closes_at), {})


def closing_text(topic: PublicTopic, language: Language) -> str:
    """Closing instant in the topic's time zone, e.g. ``28 December 2026, 23:59``.

    A collection that closes at midnight is said to last until 23:59 of the day that people would
    name as the last.
    """
    local = topic.timetable.closes_at.astimezone(ZoneInfo(topic.time_zone))
    if (local.hour, local.minute) == (0, 0):
        local -= timedelta(minutes=1)
    return _date_text(local, language)


def printable(text: str) -> str:
    """Text without the characters that XML 1.0 (§2.2) forbids."""
    return _NOT_IN_XML.sub("", text)


def _date_text(local: datetime, language: Language) -> str:
    comma = "،" if language == "ar" else ","
    month = _MONTHS[language][local.month - 1]
    return f"{local.day} {month} {local.year}{comma} {local:%H:%M}"
