"""Readers doubt what is public: enough of them bring it before a moderator, none takes it away."""

from datetime import datetime

from services.moderation import steps
from services.moderation.model.case import Case, case_id
from services.moderation.model.doubts import (
    Flag,
    flagged_reasons,
    flags_needed,
)
from services.moderation.store import CaseStore, ChangedMeanwhile
from services.moderation.use_cases.screen import Origin, Submitted
from services.shared.errors import TransientError

_ATTEMPTS = 3


def flag(comment: Submitted, doubt: Flag, *, of: Origin, at: datetime, store: CaseStore) -> None:
    """Keep a reader's flag of a published comment, each reader's once.

    What waits for a moderator already waits on; what an appeal has settled stays settled, and what
    was rejected a moment ago, while it still was to be seen, stays rejected.

    Raises
    ------
    TransientError
        If the case was changed meanwhile, every time.
    """
    identifier = case_id(of.topic_id, of.round, comment.comment_id)
    store.add_flag(identifier, doubt, at=at)
    for _ in range(_ATTEMPTS):
        case = store.get(identifier)
        flags = store.flags_of(identifier)
        codes = [code for code, _ in flags]
        if len(codes) < _needed(case, [flagged_at for _, flagged_at in flags]):
            return
        try:
            if case is None:
                doubts = {"origin": "flags", "flags": len(codes), "published": True}
                store.open_cases([of.case(comment, flagged_reasons(codes), at=at, **doubts)])
            elif case.status == "decided" and not _is_refused(case):
                said, due_at = flagged_reasons(codes), at + of.time_to_decide
                again = case.flagged(said, flags=len(codes), due_at=due_at, at=at)
                store.take(again, *steps.flagged(again))
        except ChangedMeanwhile:
            continue
        return
    raise TransientError("the case keeps changing")


def _needed(case: Case | None, instants: list[datetime]) -> int:
    if case is None:
        return flags_needed(0)
    decided_at = case.ruling.at if case.ruling else None
    known = sum(decided_at is not None and at < decided_at for at in instants)
    return flags_needed(case.let_stand, known=known)


def _is_refused(case: Case) -> bool:
    return case.ruling is not None and case.ruling.decision.decision == "reject"
