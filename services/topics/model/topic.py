"""A topic: its definition, where it stands, and what that means for those who read it."""

from datetime import datetime, timedelta
from typing import Any, Self

from pydantic import BaseModel, ConfigDict

from services.shared import clock
from services.topics.model.definition import Definition, Instant
from services.topics.model.plan import Plan, plans
from services.topics.model.stages import STEP_OF, Action, Stage, allowed

SHORTEST_NOTICE = timedelta(seconds=60)
"""A shortened window ends this long after it is written; intake's copy is at most 30 s old."""


class Topic(BaseModel):
    """One row of the topics table; all instants in UTC.

    Attributes
    ----------
    version : int
        Counts the row's changes; the ETag of the topic.
    execution : int
        How many executions of the state machine were asked for in this round; 0 before submission.
    public_since : datetime or None
        When the topic entered the forward calendar.
    published_at : datetime or None
        When the round was published and collection could begin.
    planned_closing : datetime
        Closing instant of the definition, from which extensions are counted.
    notified : bool
        Whether every channel has its outcome for what became public last: the topic, or the
        decision.
    reviewing_since, announced_at : datetime or None
        When collection ended, and when the decision was announced.
    handed_over : int or None
        Comments that moderators had not decided when the analysis began.
    decision_version : int
        Version of the recorded decision; 0 before there is one.
    decision_ready : bool
        Whether the officer has submitted the decision.
    decision_approved : bool
        Whether an approver has agreed to the decision as submitted.
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
    attention_needed: bool = False
    created_at: Instant
    created_by: str
    submitted_by: str | None = None
    public_since: Instant | None = None
    published_at: Instant | None = None
    planned_closing: Instant
    notified: bool = False
    reviewing_since: Instant | None = None
    handed_over: int | None = None
    decision_version: int = 0
    decision_ready: bool = False
    decision_submitted_by: str | None = None
    decision_approved: bool = False
    announced_at: Instant | None = None
    withdrawn_at: Instant | None = None
    record_root: str | None = None

    @property
    def plan(self) -> Plan:
        """The plan that the topic follows."""
        return plans()[self.definition.plan]

    @property
    def allowed(self) -> list[Action]:
        """Acts that the stage and the plan allow, in the order of the procedure."""
        awaits_agreement = self.plan.decision_approval and self.decision_ready
        if self.stage != "deciding" or awaits_agreement:
            return allowed(self.stage)
        return [action for action in allowed(self.stage) if action not in {"approve", "return"}]

    @property
    def decision_is_public(self) -> bool:
        """Whether everybody may read the decision."""
        return self.announced_at is not None

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

    def retimed(self, **instants: datetime) -> dict[str, Definition]:
        """Change of the definition by which its timetable has other instants."""
        timetable = self.definition.timetable.model_copy(update=instants)
        return {"definition": self.definition.model_copy(update={"timetable": timetable})}


def view(topic: Topic) -> dict[str, Any]:
    """The topic as the API shows it."""
    return {
        **topic.definition.model_dump(mode="json", exclude_none=True),
        "topic_id": topic.topic_id,
        "version": topic.version,
        "round": topic.round,
        "step": STEP_OF[topic.stage],
        "stage": topic.stage,
        "attention_needed": topic.attention_needed,
        "created_at": topic.model_dump(mode="json")["created_at"],
        "allowed_transitions": topic.allowed,
        "handed_over": topic.handed_over,
        "record_root": topic.record_root,
    }


def window(topic: Topic) -> dict[str, Any]:
    """What the comments service must know to take comments; no text of the definition."""
    definition = topic.definition.model_dump(mode="json")
    return {
        "version": topic.version,
        "agency": definition["agency"],
        "opens_at": clock.to_text(topic.definition.timetable.opens_at),
        "closes_at": clock.to_text(topic.collects_until),
        "participation": definition["participation"],
        "publication_mode": definition["publication_mode"],
        "expected_participants": definition["expected_participants"],
        "questions": [
            {
                "id": question["id"],
                "kind": question["kind"],
                "required": question["required"],
                "option_ids": [option["id"] for option in question["options"]],
                "scale": question["scale"],
            }
            for question in definition["questions"]
        ],
    }
