"""What the analysis service hands in for a round's record."""

from datetime import datetime
from typing import Any, Literal

from pydantic import create_model

from services.analysis.contracts.answered import LateCorrection
from services.analysis.contracts.answers import Results
from services.analysis.model.disposition import Outcome, Target
from services.shared.contracts.operation import Both, Id, Shown


class AnnouncedAnswer(Shown):
    """What was announced before it was corrected."""

    outcome: Outcome
    reason: Both
    clause_ids: tuple[str, ...]


class CorrectedAnswer(Shown):
    """When and why an answer was corrected.

    Attributes
    ----------
    version : int
        Of the correction, as in `corrections.jsonl`.
    before : AnnouncedAnswer or None
        Null where the comment had none.
    """

    version: int
    at: datetime
    explanation: Both
    before: AnnouncedAnswer | None


class ResolvedDisposition(Shown):
    """What a comment was answered.

    Attributes
    ----------
    target : Target
        What the answer was given for: this comment, its group, its theme, or others beside it.
    reason : mapping or None
        In which words; null where moderation rejected it, or an exception left it without.
    reason_code : str or None
        Why moderation rejected it.
    clause_ids : tuple of str
        Clauses of the decision that the answer cites.
    corrected : CorrectedAnswer or None
        What the answer corrected since the announcement.
    via : {"rule", "moderation", "exception", "restored"}
        Whether officers answered it, its rejection is its answer, an approver excepted it, or it
        was restored after the announcement and has no answer.
    """

    comment_id: Id
    target: Target
    outcome: Outcome | Literal["rejected", "excepted", "unanswered"]
    reason: Both | None
    reason_code: str | None
    clause_ids: tuple[str, ...]
    corrected: CorrectedAnswer | None
    via: Literal["rule", "moderation", "exception", "restored"]


_OF_THE_API = {"analysed_at", "published_at"}
"""Members of the answer that are no part of what was found."""
_FOUND: dict[str, Any] = {
    name: (field.annotation, field)
    for name, field in Results.model_fields.items()
    if name not in _OF_THE_API
}
SealedResults = create_model(
    "SealedResults",
    __base__=Shown,
    __doc__="What the analysis of a round found, and what was answered, as announced.",
    **_FOUND,
)

FILES = {
    "results.json": SealedResults,
    "dispositions.jsonl": ResolvedDisposition,
    "corrections.jsonl": LateCorrection,
}
"""The document, or the row of a JSON Lines file, by the file's name."""
