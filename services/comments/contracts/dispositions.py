"""Dispositions as the comments service shows them beside comments."""

from datetime import datetime
from typing import Literal

from services.comments.model.submission import Kind
from services.shared.contracts.operation import Both, Id, Shown
from services.shared.language import Language


class AnsweredFilter(Shown):
    """Comments for which all of this holds."""

    kind: Kind | None = None
    language: Language | None = None
    has_campaign: bool | None = None
    has_theme: bool | None = None


class AnsweredTarget(Shown):
    """What a disposition was given for; it has one of the members."""

    comment_id: Id | None = None
    campaign_id: Id | None = None
    theme_id: str | None = None
    filter: AnsweredFilter | None = None
    all_remaining: Literal[True] | None = None


class AnnouncedAnswer(Shown):
    """What becomes of what a comment says, and why."""

    outcome: Literal[
        "accepted", "partly_accepted", "not_accepted", "out_of_scope", "already_covered", "noted"
    ]
    reason: Both
    clause_ids: tuple[str, ...]


class Corrected(Shown):
    """That what was announced was corrected.

    Attributes
    ----------
    version : int
        Which correction of the round.
    before : AnnouncedAnswer or None
        What was announced; ``None`` of a comment that was rejected then.
    """

    version: int
    at: datetime
    explanation: Both
    before: AnnouncedAnswer | None


class CommentDisposition(AnnouncedAnswer):
    """How a comment is answered, once the decision is announced."""

    target: AnsweredTarget
    corrected: Corrected | None
