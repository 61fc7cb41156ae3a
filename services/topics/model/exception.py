"""Why a decision may be announced though comments have no answer, told by an approver."""

from services.shared.texts import Words
from services.topics.model.definition import Instant, Part


class RequestedException(Part):
    """An exception from the rule that every comment is answered before the announcement."""

    reason: Words


class RecordedException(RequestedException):
    """An exception as recorded.

    Attributes
    ----------
    outstanding : int
        How many comments had no answer then; no more than these are left without one.
    """

    outstanding: int
    recorded_at: Instant
