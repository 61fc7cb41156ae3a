"""When something happens in a consultation: what the forward calendar shows of a topic."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from services.topics.model.stages import STEP_OF, Stage
from services.topics.model.topic import Topic

Wording = Literal["publication", "collection", "closing", "due", "announced"]

_OUTSIDE: frozenset[Stage] = frozenset({"draft", "submitted", "archived"})
SHOWN: tuple[Stage, ...] = tuple(sorted(set(STEP_OF) - _OUTSIDE))
"""Stages whose public topics the programme's calendar has: what is to come and what is under way.

An archived topic has its own calendar and its record.
"""
CANCELLED_FOR = timedelta(days=90)
"""A withdrawn topic is shown this long as cancelled, so that every subscriber's copy learns it."""
_LAST_HOUR = timedelta(hours=1)
"""A deadline is shown as the hour before it: the end of a day is the next day's midnight, and as an
instant it would be seen on the wrong day."""


@dataclass(frozen=True, kw_only=True)
class Occasion:
    """One event of a topic's calendar; instants in UTC.

    Attributes
    ----------
    wording : Wording
        How it is put.
    starts_at : datetime
        When it begins.
    ends_at : datetime or None
        When it is over; ``None``: it is an instant.
    is_deadline : bool
        Whether the end alone matters.
    is_cancelled : bool
        Whether the topic was withdrawn before it was over.
    """

    wording: Wording
    starts_at: datetime
    ends_at: datetime | None = None
    is_deadline: bool = False
    is_cancelled: bool = False

    @property
    def kind(self) -> str:
        """What it stays known by when its time or wording changes."""
        return "decision" if self.wording in {"due", "announced"} else self.wording

    @property
    def over_at(self) -> datetime:
        """Last instant of it."""
        return self.ends_at or self.starts_at


def occasions(topic: Topic) -> tuple[Occasion, ...]:
    """Publication, collection, its closing and the decision of a topic's round."""
    return tuple(_occasions(topic))


def is_shown(topic: Topic, *, at: datetime) -> bool:
    """Tell whether the programme's calendar has a topic at an instant."""
    if topic.public_since is None or topic.stage not in SHOWN:
        return False
    return topic.withdrawn_at is None or at < topic.withdrawn_at + CANCELLED_FOR


def _occasions(topic: Topic) -> Iterator[Occasion]:
    timetable = topic.definition.timetable
    publication = topic.published_at or timetable.publish_at
    yield _occasion(topic, "publication", publication)
    yield _occasion(topic, "collection", timetable.opens_at, timetable.closes_at)
    yield _deadline(topic, "closing", timetable.closes_at, not_before=timetable.opens_at)
    if topic.announced_at:
        yield _occasion(topic, "announced", topic.announced_at)
    elif timetable.decision_due_at:
        yield _deadline(topic, "due", timetable.decision_due_at, not_before=timetable.closes_at)


def _deadline(topic: Topic, wording: Wording, at: datetime, *, not_before: datetime) -> Occasion:
    return _occasion(topic, wording, max(not_before, at - _LAST_HOUR), at, is_deadline=True)


def _occasion(
    topic: Topic,
    wording: Wording,
    starts_at: datetime,
    ends_at: datetime | None = None,
    *,
    is_deadline: bool = False,
) -> Occasion:
    withdrawn_at = topic.withdrawn_at
    return Occasion(
        wording=wording,
        starts_at=starts_at,
        ends_at=ends_at,
        is_deadline=is_deadline,
        is_cancelled=withdrawn_at is not None and withdrawn_at < (ends_at or starts_at),
    )
