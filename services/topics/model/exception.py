"""Why a decision may be announced though comments have no answer, told by an approver."""

from typing import Annotated

from pydantic import Field

from services.shared.texts import Words
from services.topics.model.definition import Instant, Part


class RequestedException(Part):
    """An exception from the rule that every comment is answered before the announcement.

    Attributes
    ----------
    decision_version : int
        Version of the decision that the approver has read.
    outstanding : int
        The most comments that may stay without an answer, as the approver agrees to it.
    """

    reason: Words
    decision_version: Annotated[int, Field(ge=1, strict=True)]
    outstanding: Annotated[int, Field(ge=1, strict=True)]


class RecordedException(Part):
    """An exception as recorded.

    Attributes
    ----------
    outstanding : int
        How many comments had no answer then; no more than these are left without one.
    """

    reason: Words
    outstanding: int
    recorded_at: Instant
