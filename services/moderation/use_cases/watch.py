"""Watch the ages of what waits for a person, so that somebody hears before it is late."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from services.moderation.model.case import Case, Status
from services.moderation.store import CaseStore

_SOON = 0.25
"""Of the time for a decision: with less than this left a case is due soon."""
_WAITING: tuple[Status, ...] = ("open", "claimed", "appealed")
_LOOKED_AT = 500
"""Of each state, the oldest: where more are late, the alarm rings all the same."""


@dataclass(frozen=True, kw_only=True)
class Ages:
    """How many cases are late, and how many will be before long."""

    late: int
    soon: int


def ages(*, at: datetime, store: CaseStore) -> Ages:
    """Count the late cases, and those that are due soon."""
    counts: Counter[str] = Counter()
    for status in _WAITING:
        cases, _more = store.queued(status, after=None, limit=_LOOKED_AT)
        counts.update(_age(case, at=at) for case in cases)
    return Ages(late=counts["late"], soon=counts["soon"])


def _age(case: Case, *, at: datetime) -> str:
    left = (case.due_at - at) / (case.due_at - case.waiting_since)
    return "late" if left < 0 else "soon" if left <= _SOON else "young"
