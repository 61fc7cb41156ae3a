"""What may follow a decision: it is taken back, or the author of the comment contests it.

An appeal is decided by somebody else than the moderator before, and that decision is final.
"""

from datetime import datetime, timedelta

from pydantic import BaseModel, ConfigDict

from services.moderation.model.ruling import Decision, Instant, Ruling
from services.shared.errors import Fault
from services.shared.events import Actor
from services.shared.texts import Statement

APPEAL_PERIOD = timedelta(days=14)
"""After a decision, within which its author may contest it."""
APPEAL_TIME = timedelta(days=3)
"""Within which an appeal should be settled."""


class UndoOrder(BaseModel):
    """What a moderator sends to take a decision back.

    Attributes
    ----------
    reason : str
        For colleagues and auditors; in no event and no export.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    reason: Statement


class Undo(BaseModel):
    """A decision that was taken back: why, by whom, when."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    reason: str
    by: Actor
    at: Instant


class Appeal(BaseModel):
    """What an author says against a decision, and what came of it.

    Attributes
    ----------
    statement : str
        The author's own words; shown to moderators alone, gone when the comment is.
    ruling : Ruling or None
        The final decision, once there is one.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    statement: str
    lodged_at: Instant
    ruling: Ruling | None = None

    @property
    def due_at(self) -> datetime:
        """When it should be settled."""
        return self.lodged_at + APPEAL_TIME


def appealable_until(ruling: Ruling | None) -> datetime | None:
    """Until when a decision may be contested; ``None`` for one that grants all there was."""
    if ruling is None or ruling.decision.decision == "publish":
        return None
    return ruling.at + APPEAL_PERIOD


def unreasoned(decision: Decision) -> list[Fault]:
    """What an appeal's decision lacks: it is final, and says why."""
    return [] if decision.note else [Fault(field="/note", code="note_required")]
