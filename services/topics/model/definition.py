"""The definition of a topic [S1]: what an officer writes down before anybody is consulted."""

from datetime import UTC, datetime
from typing import Annotated, Any, Literal, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    WithJsonSchema,
    model_validator,
)

from services.shared.parsing import fault
from services.shared.texts import Email, Storable, Text, Title
from services.topics.model.days import DEFAULT_TIME_ZONE, with_instants
from services.topics.model.plan import Channel, Departure, Participation, PublicationMode

_FIRST_YEAR, _LAST_YEAR = 2000, 2200
_MOST_QUESTIONS = 30
_MOST_OPTIONS = 20

TopicType = Literal["service", "policy", "programme", "legislation", "project"]
Importance = Literal["routine", "significant", "major"]
Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]{0,31}$")]
ValueId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_+-]{0,31}$")]
"""As ``25-34``, ``65+``, or a part of the country by ISO 3166-2, ``BH-13``."""
HttpsUrl = Annotated[
    str, StringConstraints(pattern=r"^https://[^\s<>\"]+$", max_length=2000), Storable
]
Term = Annotated[str, StringConstraints(min_length=1, max_length=100), Storable]


def _known_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise fault("unknown_time_zone") from error
    return name


def _text_only(value: Any) -> Any:
    if isinstance(value, str | datetime):
        return value
    raise fault("bad_instant")


def _in_utc(instant: datetime) -> datetime:
    try:
        utc = instant.astimezone(UTC)
    except OverflowError as error:
        raise fault("bad_instant") from error
    if not _FIRST_YEAR <= utc.year <= _LAST_YEAR:
        raise fault("bad_instant")
    return utc


def _some(values: tuple[Any, ...]) -> tuple[Any, ...]:
    if not values:
        raise fault("too_short", limit=1)
    return values


_AT_LEAST_ONE = AfterValidator(_some)
"""In place of ``min_length``, which also finds a list too short whose entries are all at fault."""
_TOLD_AS = {"minItems": 1}
TimeZone = Annotated[str, AfterValidator(_known_zone)]
Instant = Annotated[AwareDatetime, BeforeValidator(_text_only), AfterValidator(_in_utc)]
_INSTANT_OR_DAY = {"type": "string", "anyOf": [{"format": "date-time"}, {"format": "date"}]}
Moment = Annotated[Instant, WithJsonSchema(_INSTANT_OR_DAY)]
"""An instant of a timetable; `with_instants` has made one of a bare date."""
Share = Annotated[float, Field(ge=0, le=1, strict=True), AfterValidator(lambda v: round(v, 6))]


class Part(BaseModel):
    """Base of the parts of a definition: frozen, unknown fields refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


_ValueIds = Annotated[
    tuple[ValueId, ...], Field(max_length=20, json_schema_extra=_TOLD_AS), _AT_LEAST_ONE
]


class GroupValues(Part):
    """What people of a target group tell of themselves: some values of one of the lists."""

    age_band: _ValueIds | None = None
    gender: _ValueIds | None = None
    area: _ValueIds | None = None
    disability: _ValueIds | None = None

    @model_validator(mode="after")
    def _of_one_list(self) -> Self:
        # Who is in values of two lists at once would have to be counted apart, and kept back apart.
        if len(self.model_dump(exclude_none=True)) != 1:
            raise fault("one_list_needed")
        return self


class TargetGroup(Part):
    """A group that the consultation means to reach [W6], with its share of the population.

    Attributes
    ----------
    demographic : GroupValues or None
        By what participants tell of themselves it is measured who took part; without, by the
        offered value whose id is the group's, if there is one.
    """

    id: Slug
    label: Title
    population_share: Share | None = None
    demographic: GroupValues | None = None


class Timetable(Part):
    """The four instants of a consultation, UTC; opening defaults to publication.

    Whether they are in order is looked at in `rules`, with the other faults.
    """

    model_config = ConfigDict(json_schema_extra={"required": ["publish_at", "closes_at"]})

    publish_at: Moment
    opens_at: Moment
    closes_at: Moment
    decision_due_at: Moment | None = None

    @model_validator(mode="before")
    @classmethod
    def _open_on_publication(cls, document: Any) -> Any:
        if isinstance(document, dict) and document.get("opens_at") is None:
            return {**document, "opens_at": document.get("publish_at")}
        return document


class Option(Part):
    """One answer that a choice question offers."""

    id: Slug
    text: Title


class Scale(Part):
    """Ends of a scale question."""

    min: Annotated[int, Field(ge=0, le=100, strict=True)]
    max: Annotated[int, Field(ge=1, le=100, strict=True)]

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.max <= self.min:
            raise fault("scale_out_of_order", at="max")
        return self


class Question(Part):
    """A question to the participants."""

    id: Slug
    kind: Literal["open", "single", "multiple", "scale"]
    text: Text
    required: Annotated[bool, Field(strict=True)] = False
    options: Annotated[tuple[Option, ...], Field(max_length=_MOST_OPTIONS)] = ()
    scale: Scale | None = None

    @model_validator(mode="after")
    def _fits_its_kind(self) -> Self:
        choice = self.kind in {"single", "multiple"}
        if choice and len(self.options) < 2:
            raise fault("options_needed", at="options")
        if not choice and self.options:
            raise fault("options_not_expected", at="options")
        if (self.kind == "scale") != (self.scale is not None):
            raise fault(
                "scale_needed" if self.kind == "scale" else "scale_not_expected", at="scale"
            )
        return self


class OfferedValue(Part):
    """One value that participants may give of themselves."""

    id: ValueId
    label: Title


_Values = Annotated[tuple[OfferedValue, ...], Field(json_schema_extra=_TOLD_AS)]


class OfferedDemographics(Part):
    """What participants may tell of themselves, if they like: one of a list's values for each.

    Notes
    -----
    For what has no list any short word is taken [W6].
    """

    age_band: Annotated[_Values, Field(max_length=20), _AT_LEAST_ONE] | None = None
    gender: Annotated[_Values, Field(max_length=10), _AT_LEAST_ONE] | None = None
    area: Annotated[_Values, Field(max_length=100), _AT_LEAST_ONE] | None = None
    disability: Annotated[_Values, Field(max_length=20), _AT_LEAST_ONE] | None = None


class Document(Part):
    """A background document."""

    title: Title
    url: HttpsUrl


class Contact(Part):
    """Whom to ask about the consultation."""

    name: Title
    email: Email


class SeedTerms(Part):
    """Terms of both languages that belong to one theme."""

    theme: Slug
    ar: tuple[Term, ...] = ()
    en: tuple[Term, ...] = ()


_Channels = Annotated[tuple[Channel, ...], _AT_LEAST_ONE, Field(json_schema_extra=_TOLD_AS)]


class Definition(Part):
    """A topic as its officer defined it; the fields are those of the public contract."""

    title: Title
    summary: Text
    objective: Text
    effects: Text
    background: Text | None = None
    agency: Slug
    topic_type: TopicType
    importance: Importance
    plan: str
    plan_departures: Annotated[tuple[Departure, ...], Field(max_length=20)] = ()
    target_groups: Annotated[tuple[TargetGroup, ...], Field(max_length=30)] = ()
    expected_participants: Annotated[int, Field(ge=1, le=50_000_000, strict=True)] = 1000
    time_zone: TimeZone = DEFAULT_TIME_ZONE
    timetable: Timetable
    questions: Annotated[tuple[Question, ...], Field(max_length=_MOST_QUESTIONS)] = ()
    demographics: OfferedDemographics = OfferedDemographics()
    documents: Annotated[tuple[Document, ...], Field(max_length=50)] = ()
    contact: Contact
    channels: _Channels | None = None
    participation: Participation | None = None
    publication_mode: PublicationMode | None = None
    seed_terms: Annotated[tuple[SeedTerms, ...], Field(max_length=100)] = ()

    @model_validator(mode="before")
    @classmethod
    def _read_dates(cls, document: Any) -> Any:
        return with_instants(document)
