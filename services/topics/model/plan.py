"""Plans: versioned data files that say how a kind of consultation runs [S0]."""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from functools import cache
from importlib import resources
from typing import Annotated, Any, Literal, Self, get_args

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    StringConstraints,
    TypeAdapter,
    ValidationError,
    ValidationInfo,
)

from services.shared import clock
from services.shared.parsing import fault
from services.shared.texts import Storable, Text, Title

Channel = Literal["web", "atom", "email", "sms", "webhook"]
Participation = Literal["open", "registered"]
CHANNELS: tuple[Channel, ...] = get_args(Channel)
PARTICIPATIONS: tuple[Participation, ...] = get_args(Participation)
PublicationMode = Literal["pre", "post"]
PUBLICATION_MODES: tuple[PublicationMode, ...] = get_args(PublicationMode)
AuthorNames = Literal["optional", "required", "none"]
Days = Annotated[timedelta, PlainSerializer(clock.length_to_text, when_used="json")]
"""A length of time that is told in days, as the procedure counts."""
_Length = Annotated[Days, Field(gt=timedelta())]


def _longest_first(lengths: tuple[timedelta, ...]) -> tuple[timedelta, ...]:
    return tuple(sorted(set(lengths), reverse=True))


Reminders = Annotated[tuple[_Length, ...], Field(max_length=5), AfterValidator(_longest_first)]
"""How long before closing people are reminded of it, each length once."""

Aspect = Literal[
    "minimum_collection",
    "inquiry_period",
    "extension",
    "review_bound",
    "report_due",
    "close_after",
    "publication_mode",
    "participation",
    "author_names",
    "reminders",
]
"""What of a plan a topic may depart from, as far as the plan's limits go."""
_MODES = (*PUBLICATION_MODES, *PARTICIPATIONS, *get_args(AuthorNames))
_LENGTH = TypeAdapter[timedelta](_Length)
_REMINDERS = TypeAdapter[tuple[timedelta, ...]](Reminders)
Reason = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000), Storable
]


def _as_the_aspect_has_it(value: Any, info: ValidationInfo) -> Any:
    """A list of lengths for reminders, for any other aspect a length or a mode."""
    try:
        if info.data.get("field") == "reminders":
            return _REMINDERS.validate_python(value)
        return value if value in _MODES else _LENGTH.validate_python(value)
    except ValidationError as error:
        raise fault("bad_format") from error


class Departure(BaseModel):
    """A departure from the plan's template, and why.

    Attributes
    ----------
    value : timedelta, tuple of timedelta or str
        What holds instead: a length of time, for reminders a list of them, or one of the values
        that the limits name.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    field: Aspect
    value: Annotated[Days | tuple[Days, ...] | str, BeforeValidator(_as_the_aspect_has_it)]
    reason: Reason


class Limits(BaseModel):
    """How far a topic may depart from a plan: the legal minimum, a maximum, or other values.

    Of a list of lengths each one is held to the least and the most.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    least: Days | None = None
    most: Days | None = None
    one_of: tuple[str, ...] = ()

    def broken_by(self, value: timedelta | tuple[timedelta, ...] | str) -> str | None:
        """Code of the fault that a value is, or ``None``."""
        if isinstance(value, tuple):
            return next(filter(None, map(self.broken_by, value)), None)
        if isinstance(value, str) or self.one_of:
            return None if value in self.one_of else "not_in_plan"
        if self.least is not None and value < self.least:
            return "below_legal_minimum"
        return "above_maximum" if self.most is not None and value > self.most else None


class Plan(BaseModel):
    """How a consultation runs; one file of ``services/topics/plans``.

    Attributes
    ----------
    approval : bool
        Whether an approver must agree to the definition.
    submission_reason : bool
        Whether submitting needs a reason, as where no approval stands before publication.
    decision_approval : bool
        Whether an approver must agree to the decision, too.
    minimum_collection, default_collection : timedelta
        Shortest and proposed time for comments.
    inquiry_period : timedelta
        Time before closing in which an unanswered inquiry calls for an extension.
    extension : timedelta
        Most by which the collection may be extended in all.
    review_bound : timedelta
        Longest time after closing that the analysis waits for the moderators.
    report_due : timedelta
        Time after closing within which the decision is due.
    close_after : timedelta
        Time after the announcement at which the round closes by itself.
    personal_data_kept : timedelta
        How long personal data is kept after closing.
    moderation_hours : int
        Within which a person decides about a comment that waits.
    author_names : {"optional", "required", "none"}
        Whether a name stands beside what somebody writes: as they like, always, or never.
    reminders : tuple of timedelta
        How long before closing people are reminded of it.
    departures : mapping
        What a topic may depart from, and how far; nothing else.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    version: int
    title: Title
    description: Text
    approval: bool
    submission_reason: bool
    decision_approval: bool
    minimum_collection: Days
    default_collection: Days
    inquiry_period: Days
    extension: Days
    publication_mode: PublicationMode
    participation: tuple[Participation, ...]
    channels: tuple[Channel, ...]
    review_bound: Days
    report_due: Days
    close_after: Days
    personal_data_kept: Days
    author_names: AuthorNames = "optional"  # the first versions do not tell
    moderation_hours: Annotated[int, Field(ge=1, le=720)] = 24  # nor do they tell this
    reminders: Reminders = (timedelta(days=3),)  # the third ones do not tell this, either
    departures: Mapping[Aspect, Limits]

    def departed(self, departures: Iterable[Departure]) -> Self:
        """The plan as it holds for a topic with these departures; the last of an aspect counts."""
        values: dict[str, Any] = {entry.field: entry.value for entry in departures}
        if "participation" in values:
            values["participation"] = (values["participation"],)
        return self.model_copy(update=values)


@cache
def plans() -> Mapping[str, Plan]:
    """The newest version of each plan, by id: what a new round follows."""
    return {plan_id: plan for (plan_id, _version), plan in sorted(_versions().items())}


def plan_of(plan_id: str, version: int) -> Plan:
    """A version of a plan: a round keeps the one under which it was defined.

    Raises
    ------
    KeyError
        If there is none; a version that was ever in use stays in its file.
    """
    return _versions()[plan_id, version]


@cache
def _versions() -> Mapping[tuple[str, int], Plan]:
    folder = resources.files("services.topics").joinpath("plans")
    texts = [entry.read_text("utf-8") for entry in folder.iterdir() if entry.name.endswith(".json")]
    found = [Plan.model_validate_json(text) for text in texts]
    return {(plan.id, plan.version): plan for plan in found}
