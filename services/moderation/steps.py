"""What each step of a case writes beside its row: log row, counters, audit item with its event.

All of it is one transaction with the row (`CaseStore.take`), so that nothing is counted or told of
that did not happen.
"""

from services.moderation.events import (
    CommentAppealed,
    CommentFlagged,
    ModerationDecided,
    ModerationUndone,
)
from services.moderation.model.case import Case
from services.moderation.model.counters import (
    counts_of_appeal,
    counts_of_flags,
    counts_of_ruling,
    counts_of_settlement,
    counts_of_undo,
    counts_of_withdrawal,
)
from services.moderation.model.due_process import Appeal, Undo
from services.moderation.model.ruling import Ruling
from services.moderation.rows import audited, counted, logged, verdict
from services.shared.events import SYSTEM, Actor
from services.shared.table import Put, Update

Writes = tuple[Put | Update, ...]
AUTHOR = Actor(role="participant", id="author")
"""The author in the audit trail: who it was is nobody's business there."""


def decided(case: Case) -> Writes:
    """A first decision."""
    ruling = case.ruling
    if ruling is None:
        return ()
    event = _decided(case, ruling, final=False)
    return (
        logged(case),
        counted(case, counts_of_ruling(case, ruling)),
        audited(case, event, by=ruling.by, at=ruling.at),
        *verdict(case),
    )


def settled(case: Case, final: Ruling) -> Writes:
    """The decision on an appeal."""
    event = _decided(case, final, final=True)
    return (
        logged(case),
        counted(case, counts_of_settlement(case, final)),
        audited(case, event, by=final.by, at=final.at),
        *verdict(case),
    )


def undone(before: Case, case: Case, undo: Undo) -> Writes:
    """A decision that is taken back."""
    event = ModerationUndone(
        case_id=case.case_id,
        comment_id=case.comment_id,
        edition=case.version,
        public=case.published,
    )
    return (
        logged(case),
        counted(case, counts_of_undo(before)),
        audited(case, event, by=undo.by, at=undo.at),
        *(verdict(case) if not before.repeat_of else ()),
    )


def contested(case: Case, appeal: Appeal) -> Writes:
    """An appeal."""
    event = CommentAppealed(case_id=case.case_id, comment_id=case.comment_id, edition=case.version)
    return (
        logged(case),
        counted(case, counts_of_appeal(case)),
        audited(case, event, by=AUTHOR, at=appeal.lodged_at),
    )


def flagged(case: Case) -> Writes:
    """A decided case that readers brought back."""
    return (logged(case), counted(case, counts_of_flags(case)), flags_told(case))


def flags_told(case: Case) -> Put:
    """Audit item of a case that readers brought to the queue."""
    event = CommentFlagged(case_id=case.case_id, comment_id=case.comment_id, flags=case.flags)
    return audited(case, event, by=SYSTEM, at=case.waiting_since)


def withdrawn(case: Case) -> Writes:
    """A withdrawal; comments has told of it already."""
    counts = counts_of_withdrawal(case)
    return (logged(case), counted(case, counts)) if counts else (logged(case),)


def _decided(case: Case, ruling: Ruling, *, final: bool) -> ModerationDecided:
    decision = ruling.decision
    return ModerationDecided(
        case_id=case.case_id,
        comment_id=case.comment_id,
        decision=decision.decision,
        reason_code=decision.reason_code,
        spans=decision.spans,
        edition=case.version,
        final=final,
    )
