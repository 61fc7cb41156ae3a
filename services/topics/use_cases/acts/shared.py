"""What the acts of officers and approvers have in common."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from services.shared.errors import Conflict, Forbidden
from services.shared.events import Actor, EventData
from services.shared.identity import Caller
from services.topics.model.definition import Instant
from services.topics.model.plan import Reason
from services.topics.model.stages import Action, Transition
from services.topics.model.topic import Topic

Outcome = tuple[Topic, EventData]


class TransitionRequest(BaseModel):
    """Body of a transition.

    Attributes
    ----------
    closes_at : datetime or None
        New closing instant of ``extend``.
    decision_version : int or None
        Version of the decision that the approver has read, of ``approve`` and ``return``.
    timetable, questions, demographics
        Of the further round; the definition's rules look at them.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    action: Action
    reason: Reason | None = None
    closes_at: Instant | None = None
    decision_version: Annotated[int, Field(ge=1, strict=True)] | None = None
    timetable: dict[str, Any] | None = None
    questions: list[Any] | None = None
    demographics: dict[str, Any] | None = None


@dataclass(frozen=True, kw_only=True)
class Counts:
    """What a transition needs to know of other services, asked for only when needed.

    Attributes
    ----------
    pending : callable
        Number of the topic's comments that moderators have not decided.
    outstanding : callable
        The disposition gate's answer: ``outstanding``, ``excepted``, ``misled``, ``received``,
        ``by_theme`` and ``unknown_clauses``.
    """

    pending: Callable[[Topic], int]
    outstanding: Callable[[Topic], dict[str, object]]


@dataclass(frozen=True, kw_only=True)
class Scene:
    """Who acts, by which transition, when, and whom to ask."""

    caller: Caller
    act: Transition
    counts: Counts
    at: datetime

    @property
    def actor(self) -> Actor:
        """The caller in the role that the transition asks for."""
        return self.caller.acting_as(self.act.role)


def conflict(code: str, topic: Topic, **extensions: object) -> Conflict:
    """A refusal that says where the topic stands and what it allows."""
    present = {"stage": topic.stage, "allowed": topic.allowed, **extensions}
    return Conflict(code, extensions=present, stage=topic.stage)


def expect_another(submitter: str | None, scene: Scene) -> None:
    """Refuse that somebody approves or returns what they submitted themselves."""
    if submitter == scene.actor.id:
        raise Forbidden("own_topic")
