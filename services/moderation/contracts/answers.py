"""What the moderation service answers."""

from datetime import datetime
from typing import Literal

from services.moderation.model.case import Status
from services.moderation.model.reasons import Reason, ReasonCode
from services.moderation.model.ruling import Decision, Verb
from services.moderation.model.screening import Verdict, Versions
from services.shared.contracts.operation import Both, Id, RoundNumber, Shown
from services.shared.language import Language


class DecidedCase(Decision):
    """The decision that stands."""

    decided_at: datetime


class Case(Shown):
    """A doubted comment, with all that a moderator's screen needs.

    Attributes
    ----------
    withdrawn_at : datetime or None
        When the author took the comment back; from then on its words are gone.
    text : str
        As sent; spans count its code points.
    published : bool
        Whether the comment is public while it waits: reviewed afterwards, not held.
    late : bool
        Whether the time to decide has passed.
    """

    case_id: Id
    topic_id: Id
    round: RoundNumber
    comment_id: Id
    status: Status
    claimed_by: str | None
    claimed_until: datetime | None
    decision: DecidedCase | None
    withdrawn_at: datetime | None
    text: str
    author_name: str | None
    answer_texts: tuple[str, ...]
    kind: Literal["comment", "reply", "inquiry"]
    language: Language
    reasons: tuple[Reason, ...]
    versions: Versions
    published: bool
    opened_at: datetime
    due_at: datetime
    late: bool


class CasePage(Shown):
    """At most 25 cases, oldest first; a page may be short and still have a next one."""

    items: tuple[Case, ...]
    next_cursor: str | None


class ModerationReport(Shown):
    """What is public about the moderation of a round: counts, never words.

    Attributes
    ----------
    outcomes : mapping
        What the rules held, had reviewed after publication, or masked.
    reasons : mapping
        Grounds of that; a comment may have several.
    decisions, grounds : mapping
        What people decided, and why.
    withdrawn : int
        Comments that their authors took back before a decision.
    """

    topic_id: Id
    round: RoundNumber
    outcomes: dict[Verdict, int]
    reasons: dict[ReasonCode, int]
    decisions: dict[Verb, int]
    grounds: dict[ReasonCode, int]
    withdrawn: int
    undecided: int
    median_hours_to_decision: int | None
    versions: Versions | None
    method: Both
