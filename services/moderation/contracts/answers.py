"""What the moderation service answers."""

from datetime import datetime
from typing import Literal

from services.moderation.model.case import Status
from services.moderation.model.doubts import Origin, Severity
from services.moderation.model.reasons import Reason, ReasonCode
from services.moderation.model.ruling import Decision, Verb
from services.moderation.model.screening import Verdict, Versions
from services.moderation.model.topic_terms import TopicTerms
from services.shared.contracts.operation import Both, Id, RoundNumber, Shown
from services.shared.language import Language


class DecidedCase(Decision):
    """A decision that stands, and whose it is: an account's subject, or ``rules``."""

    decided_by: str
    decided_at: datetime


class UndoneDecision(Shown):
    """Why a decision was taken back last, by whom, and when."""

    reason: str
    by: str
    at: datetime


class LodgedAppeal(Shown):
    """What the author says, and the final decision once there is one."""

    statement: str
    lodged_at: datetime
    decision: DecidedCase | None


class Case(Shown):
    """A doubted comment, with all that a moderator's screen needs.

    Attributes
    ----------
    appealable_until : datetime or None
        Until when the author may contest the decision.
    withdrawn_at : datetime or None
        When the author took the comment back; from then on its words are gone.
    text : str
        As sent; spans count its code points.
    text_key : str
        The same for the very same text: such cases can be decided together.
    origin : {"rules", "flags"}
        Who doubted the comment first; `flags` tells how many readers did when it last came here.
    repeat_of : str or None
        Case with the same text that a person rejected, for which the rules rejected this one.
    earlier : DecidedCase or None
        What a part of it is masked for, where readers brought it back: to publish it is to leave
        that as it is.
    undone : UndoneDecision or None
        Why there is no decision any more.
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
    appealable_until: datetime | None
    withdrawn_at: datetime | None
    text: str
    author_name: str | None
    answer_texts: tuple[str, ...]
    text_key: str
    kind: Literal["comment", "reply", "inquiry"]
    language: Language
    reasons: tuple[Reason, ...]
    versions: Versions
    origin: Origin
    severity: Severity
    flags: int
    repeat_of: Id | None
    earlier: DecidedCase | None
    undone: UndoneDecision | None
    appeal: LodgedAppeal | None
    published: bool
    opened_at: datetime
    waiting_since: datetime
    due_at: datetime
    late: bool


class JustDecided(Case):
    """A decided case, and the ids of those that were decided alike for their text is the same."""

    identical: tuple[Id, ...]


class CasePage(Shown):
    """At most 25 cases, oldest first; a page may be short and still have a next one."""

    items: tuple[Case, ...]
    next_cursor: str | None


class MadeTerms(TopicTerms):
    """Words of a topic's own, and how often they were changed."""

    version: int


class AppealFigures(Shown):
    """Appeals, and what came of them."""

    lodged: int
    upheld: int
    overturned: int
    waiting: int


class ModerationFigures(Shown):
    """What rules and people did.

    Attributes
    ----------
    outcomes : mapping
        What the rules held, had reviewed after publication, or masked.
    repeats : int
        What they rejected since a person had rejected the very same text.
    flagged : int
        What readers brought before a moderator.
    decisions : mapping
        What people decided first.
    withdrawn : int
        Comments that their authors took back before a decision.
    """

    outcomes: dict[Verdict, int]
    repeats: int
    flagged: int
    decisions: dict[Verb, int]
    withdrawn: int
    undecided: int
    appeals: AppealFigures


class Disagreement(Shown):
    """What people published of what the rules held, and rejected or masked of what they let by."""

    false_alarms: int
    missed: int


class ModerationReport(ModerationFigures):
    """What is public about the moderation of a round: counts, never words.

    Attributes
    ----------
    comments : mapping
        The round's comments by status, those in screening left out.
    reasons : mapping
        Why the rules held, masked or had reviewed; a comment may have several.
    grounds : mapping
        Why comments were rejected or masked by a decision.
    undone : int
        Decisions that were taken back.
    """

    topic_id: Id
    round: RoundNumber
    comments: dict[str, int]
    reasons: dict[ReasonCode, int]
    grounds: dict[ReasonCode, int]
    undone: int
    disagreement: Disagreement
    languages: dict[Language, ModerationFigures]
    median_hours_to_decision: int | None
    p95_hours_to_decision: int | None
    versions: Versions | None
    method: Both
