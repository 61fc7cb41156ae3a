"""What the topics service hands in for a round's record."""

from datetime import datetime
from typing import Literal

from services.shared.contracts.operation import Shown
from services.topics.contracts.answers import (
    PublishedTimetable,
    RecordedDeparture,
    TimelineEntry,
    Topic,
)
from services.topics.contracts.decision_answers import RecordedDecision
from services.topics.model.definition import Definition
from services.topics.model.plan import Plan


class PublicDefinition(Definition):
    """A definition, completed from its plan."""

    timetable: PublishedTimetable  # type: ignore[assignment]


class DefinitionVersion(Shown):
    """The definition as it was from an instant on.

    Attributes
    ----------
    version : int
        Version of the topic that the change made.
    at : datetime
        When it was defined so.
    event : str
        What changed it.
    """

    version: int
    at: datetime
    event: Literal[
        "TopicDefined",
        "TopicRevised",
        "FurtherRoundOpened",
        "PublicationBroughtForward",
        "CollectionExtended",
        "CollectionShortened",
    ]
    definition: PublicDefinition


class RoundsPlan(Shown):
    """The plan that a round followed.

    Attributes
    ----------
    template : mapping
        The plan as it is published.
    in_force : mapping
        The plan as it held for this round: the last departure of an aspect counts.
    departures : tuple
        What the round departs from, with the reasons.
    """

    plan: str
    plan_version: int
    template: Plan
    in_force: Plan
    departures: tuple[RecordedDeparture, ...]


class AnnouncedDecision(RecordedDecision):
    """A version of the decision that was announced.

    Attributes
    ----------
    announced_at : datetime
        When it was announced for the first time.
    """

    recorded_at: datetime
    announced_at: datetime


FILES = {
    "topic.json": Topic,
    "timeline.jsonl": TimelineEntry,
    "definitions.jsonl": DefinitionVersion,
    "plan.json": RoundsPlan,
    "decision.json": RecordedDecision,
    "decisions.jsonl": AnnouncedDecision,
}
"""The document, or the row of a JSON Lines file, by the file's name."""
