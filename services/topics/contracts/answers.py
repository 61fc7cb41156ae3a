"""What the topics service takes and answers."""

from datetime import datetime
from typing import Any, Literal

from pydantic import ConfigDict

from services.shared.contracts.operation import Both, Id, RoundNumber, Sha256, Shown
from services.shared.permissions import Role
from services.topics.contracts.decision_answers import DecisionDeadline
from services.topics.model.definition import (
    Definition,
    Document,
    OfferedDemographics,
    Question,
    SeedTerms,
    TargetGroup,
    Timetable,
)
from services.topics.model.plan import (
    AuthorNames,
    Channel,
    Days,
    Departure,
    Participation,
    Plan,
    PublicationMode,
)
from services.topics.model.stages import Action, Stage, Step
from services.topics.use_cases.acts.shared import TransitionRequest

_OPEN = ConfigDict(frozen=True, extra="ignore")


class PublishedTimetable(Shown):
    """The four instants of a consultation, UTC."""

    publish_at: datetime
    opens_at: datetime
    closes_at: datetime
    decision_due_at: datetime


class RecordedDeparture(Departure):
    """A departure from the plan, and when somebody departed from it."""

    model_config = _OPEN

    at: datetime


class PreviousRound(Shown):
    """The round before.

    Attributes
    ----------
    record_root : str or None
        Root of its sealed record.
    """

    round: RoundNumber
    record_root: Sha256 | None


class Topic(Definition):
    """A topic: its definition, completed from its plan, and where it stands.

    Attributes
    ----------
    version : int
        Counts the changes; the ETag.
    plan_version : int
        Version of the plan under which the round was defined.
    author_names : {"optional", "required", "none"}
        Whether a comment may, must or cannot carry its author's name.
    reminders : tuple of timedelta
        How long before closing subscribers are reminded of it, the longest first.
    departures : tuple
        Departures from the plan, in the definition and later in the course.
    previous_round : mapping or None
        The round before this one.
    next_round : int or None
        The round that followed, in an earlier one.
    attention_needed : bool
        Whether the workflow needs an operator.
    allowed_transitions : tuple of str
        Acts that the stage allows, whoever may do them.
    handed_over : int or None
        Comments that moderators had not decided when the analysis began.
    record_root : str or None
        Root of the sealed record.
    decision_deadline : mapping or None
        How the round stands to its deadline; null until the collection has ended.
    """

    model_config = _OPEN

    plan_departures: tuple[Departure, ...]
    target_groups: tuple[TargetGroup, ...]
    expected_participants: int
    time_zone: str
    timetable: PublishedTimetable  # type: ignore[assignment]
    questions: tuple[Question, ...]
    demographics: OfferedDemographics
    documents: tuple[Document, ...]
    channels: tuple[Channel, ...]
    participation: Participation
    publication_mode: PublicationMode
    seed_terms: tuple[SeedTerms, ...]
    topic_id: Id
    version: int
    round: RoundNumber
    step: Step
    stage: Stage
    plan_version: int
    author_names: AuthorNames
    reminders: tuple[Days, ...]
    departures: tuple[RecordedDeparture, ...]
    previous_round: PreviousRound | None
    next_round: RoundNumber | None
    attention_needed: bool
    created_at: datetime
    allowed_transitions: tuple[Action, ...]
    handed_over: int | None
    record_root: Sha256 | None
    decision_deadline: DecisionDeadline | None


class TransitionBody(TransitionRequest):
    """What moves a topic on; the rules look at the parts of the further round.

    Attributes
    ----------
    reason : str or None
        Why; on record for good.
    closes_at : datetime or None
        New closing instant of ``extend``.
    decision_version : int or None
        Version of the decision that the approver has read; ``approve`` of a decision needs it.
    timetable, questions, demographics : mapping, tuple and mapping, or None
        Of the further round; without questions or demographics it has those of the last one.
    """

    timetable: Timetable | None = None  # type: ignore[assignment]
    questions: tuple[Question, ...] | None = None  # type: ignore[assignment]
    demographics: OfferedDemographics | None = None  # type: ignore[assignment]


class TopicPage(Shown):
    """At most 100 topics, the newest first; a page may be short or empty and have a next one."""

    items: tuple[Topic, ...]
    next_cursor: str | None


class TimelineActor(Shown):
    """Who did it: everybody learns the role, staff the account too."""

    role: Role | Literal["system"]
    id: str | None = None


class TimelineEntry(Shown):
    """Something that happened to a topic.

    Attributes
    ----------
    event : str
        Name of the event, e.g. ``TopicPublished``.
    title : mapping
        What happened, in a sentence.
    data : mapping
        What the event's schema says; empty for what the public may not see.
    """

    event: str
    title: Both
    occurred_at: datetime
    round: RoundNumber
    actor: TimelineActor
    data: dict[str, Any]


class Timeline(Shown):
    """What happened to a topic, oldest first."""

    items: tuple[TimelineEntry, ...]


class ProposedPlan(Shown):
    """The plan that fits, and why."""

    plan: str
    why: Both


class Plans(Shown):
    """The plans, and the one that fits if type, importance or need was told."""

    items: tuple[Plan, ...]
    proposed: ProposedPlan | None = None


class Agency(Shown):
    """An agency that takes part."""

    id: str
    title: Both


class Agencies(Shown):
    """The agencies that take part."""

    items: tuple[Agency, ...]


class Health(Shown):
    """The service and its table answer."""

    status: Literal["ok"]
    stage: str
    time: datetime


class Contract(Shown):
    """An OpenAPI document."""

    model_config = ConfigDict(extra="allow")

    openapi: Literal["3.1.0"]
    info: dict[str, Any]
    paths: dict[str, Any]


class ProblemType(Shown):
    """What a problem's ``type`` means.

    Attributes
    ----------
    advice : mapping
        What to do about it.
    """

    type: str
    title: Both
    status: int
    meaning: Both
    advice: Both
