"""What the moderation service hands in for a round's record."""

from datetime import datetime
from typing import Literal

from services.moderation.contracts.answers import ModerationReport
from services.moderation.model.doubts import Origin
from services.moderation.model.reasons import ReasonCode
from services.moderation.model.ruling import Verb
from services.shared.contracts.operation import Id, Shown


class LogEntry(Shown):
    """What moderation did about a comment; no text, no note, no person.

    Attributes
    ----------
    case_id : str or None
        Null where the rules masked parts and nobody had to look.
    origin : {"rules", "flags"}
        Who doubted it first: the rules, or readers.
    reasons : tuple of str
        On what grounds the rules doubted it.
    repeat_of : str or None
        Case with the same text, for whose rejection this one was rejected.
    reason_code : str or None
        Ground of the first decision.
    final_decision, final_reason_code : str or None
        What somebody else decided of the author's appeal.
    """

    case_id: Id | None
    comment_id: Id
    origin: Origin
    reasons: tuple[ReasonCode, ...]
    flags: int
    opened_at: datetime
    repeat_of: Id | None
    decided_at: datetime | None
    decision: Verb | None
    reason_code: ReasonCode | None
    decided_by: Literal["rules", "moderator"] | None
    appealed_at: datetime | None
    settled_at: datetime | None
    final_decision: Verb | None
    final_reason_code: ReasonCode | None
    withdrawn_at: datetime | None


FILES = {"report.json": ModerationReport, "log.jsonl": LogEntry}
"""The document, or the row of a JSON Lines file, by the file's name."""
