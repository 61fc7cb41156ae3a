"""A topic: its definition, where it stands, and what that means for those who read it."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, Self

from pydantic import BaseModel, ConfigDict

from services.shared import clock
from services.topics.model.definition import Definition, Instant, TargetGroup
from services.topics.model.delay import RecordedDelay
from services.topics.model.exception import RecordedException
from services.topics.model.plan import Departure, Plan, plan_of, plans
from services.topics.model.stages import Action, Stage, allowed

SHORTEST_NOTICE = timedelta(seconds=60)
"""A shortened window ends this long after it is written; intake's copy is at most 30 s old."""


class RecordedDeparture(Departure):
    """A departure from the plan [S0], with who departed from it and when."""

    by: str
    at: Instant


class EarlierRound(BaseModel):
    """A round that is over: since when it was public, and the root of its record, hex."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    round: int
    public_since: Instant | None
    record_root: str | None


class Topic(BaseModel):
    """One row of the topics table; all instants in UTC.

    Attributes
    ----------
    version : int
        Counts the row's changes; the ETag of the topic.
    plan_version : int
        Version of the plan under which the round was defined; it keeps it.
    departures : tuple of RecordedDeparture
        Departures from the plan, in the definition and later in the course.
    execution : int
        How many executions of the state machine were asked for in this round; 0 before submission.
    public_since : datetime or None
        When the topic entered the forward calendar.
    published_at : datetime or None
        When the round was published and collection could begin.
    planned_closing : datetime
        Closing instant of the definition, from which extensions are counted.
    extended_by_rule : bool
        Whether unanswered inquiries have extended the collection; they do so once.
    inquiries_settled_for : datetime or None
        Closing instant for which was decided whether inquiries extend the collection.
    inquiries_looked_at : datetime or None
        When inquiries without an answer were last looked for and there were none.
    notified : bool
        Whether every channel has its outcome for what became public last: the topic, or the
        decision.
    reviewing_since, announced_at : datetime or None
        When collection ended, and when the decision was announced last.
    first_announced_at : datetime or None
        When a decision of the round was announced for the first time.
    announcement_asked_at : datetime or None
        When the first announcement was asked for that was carried out or is about to be; what the
        gate held was not.
    delay : RecordedDelay or None
        Why the decision comes late, as explained last.
    handed_over : int or None
        Comments that moderators had not decided when the analysis began.
    decision_version : int
        Version of the recorded decision; 0 before there is one.
    decision_ready : bool
        Whether the officer has submitted the decision.
    decision_recorded_by : str or None
        Who recorded that version.
    decision_approved : bool
        Whether an approver has agreed to the decision as submitted.
    exception : RecordedException or None
        Why the decision as recorded may be announced though comments have no answer.
    announced_version : int
        Version of the decision that everybody may read; 0 before the announcement.
    reopened : int
        How often the round was taken up again after its record was sealed.
    earlier : tuple of EarlierRound
        The rounds before this one, oldest first.
    next_round : int or None
        The round that followed, in the row of an earlier one.
    withdrawn_at : datetime or None
        When the topic was withdrawn; what was open then closes at the shortest notice.
    record_root : str or None
        Root of the sealed record, hex.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    topic_id: str
    version: int
    round: int
    stage: Stage
    execution: int
    definition: Definition
    plan_version: int
    departures: tuple[RecordedDeparture, ...] = ()
    attention_needed: bool = False
    created_at: Instant
    created_by: str
    submitted_by: str | None = None
    public_since: Instant | None = None
    published_at: Instant | None = None
    planned_closing: Instant
    extended_by_rule: bool = False
    inquiries_settled_for: Instant | None = None
    inquiries_looked_at: Instant | None = None
    notified: bool = False
    reviewing_since: Instant | None = None
    handed_over: int | None = None
    decision_version: int = 0
    decision_recorded_by: str | None = None
    decision_ready: bool = False
    decision_submitted_by: str | None = None
    decision_approved: bool = False
    announced_at: Instant | None = None
    first_announced_at: Instant | None = None
    announcement_asked_at: Instant | None = None
    delay: RecordedDelay | None = None
    exception: RecordedException | None = None
    announced_version: int = 0
    reopened: int = 0
    earlier: tuple[EarlierRound, ...] = ()
    next_round: int | None = None
    withdrawn_at: Instant | None = None
    record_root: str | None = None

    def personal_data_until(self, closed_at: datetime) -> str:
        """Until when personal data is kept if the round is over at an instant."""
        return clock.to_text(closed_at + self.plan.personal_data_kept)

    @property
    def plan(self) -> Plan:
        """The plan that the topic follows, with what it departs from."""
        return plan_of(self.definition.plan, self.plan_version).departed(self.departures)

    @property
    def allowed(self) -> list[Action]:
        """Acts that the stage and the plan allow, in the order of the procedure.

        None where a further round followed: acts are of the present round. What was announced
        stands by its analysis: a reopened round is decided, but not analysed anew.
        """
        if self.next_round is not None:
            return []
        withheld: set[Action] = set()
        if self.stage == "deciding":
            awaits_agreement = self.plan.decision_approval and self.decision_ready
            withheld |= set() if awaits_agreement else {"approve", "return"}
            withheld |= {"start-analysis"} if self.announced_version else set()
        return [action for action in allowed(self.stage) if action not in withheld]

    @property
    def decision_is_public(self) -> bool:
        """Whether everybody may read a decision."""
        return self.announced_version > 0

    @property
    def decided_at(self) -> datetime | None:
        """When everybody could read a decision for the first time, or ``None``."""
        # A row that an earlier release wrote last knows the last announcement alone.
        return self.first_announced_at or self.announced_at

    @property
    def collects_until(self) -> datetime:
        """First instant at which a comment is late."""
        closes_at = self.definition.timetable.closes_at
        return (
            min(closes_at, self.withdrawn_at + SHORTEST_NOTICE) if self.withdrawn_at else closes_at
        )

    @property
    def latest_closing(self) -> datetime:
        """Latest instant to which the plan lets the collection be extended."""
        return self.planned_closing + self.plan.extension

    def changed(self, **fields: Any) -> Self:
        """The topic after a change: some fields anew, the version one up."""
        return self.model_copy(update={**fields, "version": self.version + 1})

    def closing_at(self, closes_at: datetime) -> dict[str, Definition]:
        """Change of the definition by which it closes at another instant; the report moves too."""
        timetable = self.definition.timetable
        due = (timetable.decision_due_at or timetable.closes_at) + (closes_at - timetable.closes_at)
        return self.retimed(closes_at=closes_at, decision_due_at=due)

    def retimed(self, **instants: datetime) -> dict[str, Definition]:
        """Change of the definition by which its timetable has other instants."""
        timetable = self.definition.timetable.model_copy(update=instants)
        return {"definition": self.definition.model_copy(update={"timetable": timetable})}


def as_defined(
    definition: Definition,
    *,
    former: Iterable[RecordedDeparture] = (),
    by: str,
    at: datetime,
) -> dict[str, Any]:
    """Fields of a topic that follow from its definition.

    Parameters
    ----------
    former : iterable of RecordedDeparture
        Departures of the definition that this one replaces: what it keeps of them stays as
        recorded.
    by : str
        Whose definition it is.
    at : datetime
        Present instant, UTC.
    """
    known = {(entry.field, entry.value, entry.reason): entry for entry in former}
    departures = (
        known.get((entry.field, entry.value, entry.reason))
        or RecordedDeparture(**entry.model_dump(), by=by, at=at)
        for entry in definition.plan_departures
    )
    return {
        "definition": definition,
        "plan_version": plans()[definition.plan].version,
        "departures": tuple(departures),
        "planned_closing": definition.timetable.closes_at,
    }


def window(topic: Topic) -> dict[str, Any]:
    """What the comments service must know to take comments; no text of the definition."""
    definition = topic.definition.model_dump(mode="json")
    return {
        "topic_id": topic.topic_id,
        "round": topic.round,
        "version": topic.version,
        "agency": definition["agency"],
        "opens_at": clock.to_text(topic.definition.timetable.opens_at),
        "closes_at": clock.to_text(topic.collects_until),
        "participation": definition["participation"],
        "publication_mode": definition["publication_mode"],
        "expected_participants": definition["expected_participants"],
        "questions": [_asked(question) for question in definition["questions"]],
        "demographics": {
            name: [value["id"] for value in values]
            for name, values in definition["demographics"].items()
            if values is not None
        },
        "target_groups": [
            {"id": group.id, "population_share": group.population_share, **_asked_as(group, topic)}
            for group in topic.definition.target_groups
        ],
        "author_names": topic.plan.author_names,
        "moderation_hours": topic.plan.moderation_hours,
    }


def _asked(question: dict[str, Any]) -> dict[str, Any]:
    """A question without its words."""
    return {
        **{name: question[name] for name in ("id", "kind", "required", "scale")},
        "option_ids": [option["id"] for option in question["options"]],
    }


def _asked_as(group: TargetGroup, topic: Topic) -> dict[str, Any]:
    """By which list, and which values of it, participants tell that they are of a group."""
    offered = topic.definition.demographics
    for name in type(offered).model_fields:
        known = {value.id for value in getattr(offered, name) or ()}
        wanted = getattr(group.demographic, name) if group.demographic else (group.id,)
        if wanted and known.issuperset(wanted):
            return {"asked_as": name, "values": list(wanted)}
    return {"asked_as": None, "values": []}
