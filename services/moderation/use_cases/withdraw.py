"""A comment was withdrawn or erased: its case is closed, and its words go."""

from datetime import datetime

from services.moderation import steps
from services.moderation.model.case import case_id
from services.moderation.store import CaseStore, ChangedMeanwhile
from services.shared.errors import TransientError

_ATTEMPTS = 3


def withdraw(
    topic_id: str, round_: int, comment_id: str, *, at: datetime, store: CaseStore
) -> None:
    """Close the case of a comment that was withdrawn or erased; once more changes nothing.

    Without a case there will be none: the screening may still be on its way to open one.

    Parameters
    ----------
    at : datetime
        When the author took the comment back, or it was erased.

    Raises
    ------
    TransientError
        If the case was changed meanwhile, every time.
    """
    identifier = case_id(topic_id, round_, comment_id)
    for _ in range(_ATTEMPTS):
        case = store.get(identifier)
        try:
            if case is None:
                store.bar(identifier, at=at)
            elif case.withdrawn_at is None:
                gone = case.withdrawn(at)
                store.take(gone, *steps.withdrawn(gone))
        except ChangedMeanwhile:
            continue
        return
    raise TransientError("the case keeps changing")
