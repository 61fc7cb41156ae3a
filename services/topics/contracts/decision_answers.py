"""What the topics service answers about decisions and when they are due."""

from datetime import date, datetime

from pydantic import ConfigDict

from services.shared.contracts.operation import Both, Shown
from services.topics.model.decision import Clause, Decision


class ExplainedDelay(Shown):
    """Why the decision comes late, as explained last.

    Attributes
    ----------
    expected_on : date or None
        Day on which it is now expected, in the topic's time zone.
    version : int
        Counts the explanations of the round; all are in the timeline.
    """

    reason: Both
    expected_on: date | None
    version: int
    recorded_at: datetime


class DecisionDeadline(Shown):
    """Until when the decision is or was due by the plan; days are the topic's time zone's.

    Attributes
    ----------
    due_at : datetime
        First instant at which it is late.
    asked_at : datetime or None
        When the first announcement was asked for; null before, and where the gate held it because
        comments had no answer. By this instant it is told whether the decision is late.
    announced_at : datetime or None
        When a decision of the round was announced for the first time.
    is_late : bool
        Whether it is overdue, or its announcement was asked for late.
    days_left : int or None
        Days until the last one in time, 0 on that day; null once it is late or asked for.
    days_overdue : int or None
        Days since that last one; 0: later on the same day. Null where nothing is or was late.
    explanation : mapping or None
        Why; without it nothing that is late is announced.
    """

    due_at: datetime
    asked_at: datetime | None
    announced_at: datetime | None
    is_late: bool
    days_left: int | None
    days_overdue: int | None
    explanation: ExplainedDelay | None


class PublishedException(Shown):
    """Why the decision may be announced though comments have no answer.

    Attributes
    ----------
    outstanding : int
        How many had none when it was given; no more than these are left without one.
    """

    reason: Both
    outstanding: int
    recorded_at: datetime


class RecordedDecision(Decision):
    """A decision as recorded.

    Attributes
    ----------
    version : int
        Counts the recordings; the ETag.
    exception : mapping or None
        Why it was announced, or may be, though comments have no answer.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    clauses: tuple[Clause, ...]
    version: int
    exception: PublishedException | None


class DecisionVersion(Shown):
    """A version of a round's decision.

    Attributes
    ----------
    announced_at : datetime or None
        When it was announced for the first time; null: only staff know of it.
    """

    version: int
    recorded_at: datetime
    announced_at: datetime | None


class DecisionVersions(Shown):
    """The versions that the caller may read, oldest first."""

    items: tuple[DecisionVersion, ...]
