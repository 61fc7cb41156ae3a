"""What the analysis service answers of dispositions, and of what they answer."""

from datetime import datetime

from services.analysis.contracts.themes import Who
from services.analysis.model.disposition import Outcome, Target
from services.shared.contracts.operation import Both, Id, RoundNumber, Shown


class Counts(Shown):
    """Comments by their answer; withdrawn and erased ones need none and are not counted.

    Attributes
    ----------
    by_outcome : dict
        Those that a disposition answers; every outcome is named.
    by_moderation : int
        Those that moderation rejected, which is their answer.
    outstanding : int
        Those that have no answer yet.
    """

    by_outcome: dict[Outcome, int]
    by_moderation: int
    outstanding: int


class UnknownClause(Shown):
    """A clause that dispositions cite and the decision does not have; how many of them do."""

    clause_id: str
    rules: int


class RecordedDisposition(Shown):
    """A disposition: who recorded it, when, for what, and why.

    Attributes
    ----------
    holds : bool
        Whether it is the newest of its target.
    comments : int
        How many comments it is the nearest disposition of.
    unknown_clauses : tuple of str
        Clauses that it cites and the decision does not have; then it answers none of them.
    """

    version: int
    at: datetime
    actor: Who
    target: Target
    outcome: Outcome
    reason: Both
    clause_ids: tuple[str, ...]
    holds: bool
    comments: int
    unknown_clauses: tuple[str, ...]


class DispositionPage(Counts):
    """Dispositions of a round, the newest first, and how its comments are answered."""

    topic_id: Id
    round: RoundNumber
    version: int
    received: int
    unknown_clauses: tuple[UnknownClause, ...]
    items: tuple[RecordedDisposition, ...]
    next_cursor: str | None
