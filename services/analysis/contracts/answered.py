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
        Those that have no answer yet; once announced, those that moderation has restored since.
    excepted : int
        Those that the announcement left without an answer, by exception; missing where it left
        none. They are not outstanding any more.
    """

    by_outcome: dict[Outcome, int]
    by_moderation: int
    outstanding: int
    excepted: int = 0


class UnknownClause(Shown):
    """A clause that dispositions cite and the decision does not have; how many of them do."""

    clause_id: str
    rules: int


class Correcting(Shown):
    """What a disposition has that corrects what was announced.

    Attributes
    ----------
    explanation : Both
        Why, as everybody reads it.
    changed : int
        How many comments it changed when it was recorded.
    """

    explanation: Both
    changed: int


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
    correction : Correcting or None
        Of what corrects an announcement.
    """

    version: int
    at: datetime
    actor: Who
    target: Target
    outcome: Outcome
    reason: Both
    clause_ids: tuple[str, ...]
    correction: Correcting | None
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


class Reason(Shown):
    """How dispositions with one outcome, reason and clauses answer comments.

    Attributes
    ----------
    comments : int
        How many.
    citing : tuple
        Up to three of them that are public.
    """

    outcome: Outcome
    reason: Both
    clause_ids: tuple[str, ...]
    comments: int
    citing: tuple[Id, ...]


class PublishedException(Shown):
    """Why the decision was announced though comments had no answer.

    Attributes
    ----------
    outstanding : int
        How many had none when the approver gave the exception; `excepted` are no more than these.
    """

    reason: Both
    outstanding: int
    recorded_at: datetime


class AnsweredPart(Counts):
    """What was answered to a part of the comments.

    Attributes
    ----------
    clause_ids : tuple of str
        Clauses that were cited, those for most comments first.
    reasons : tuple
        The reasons that answer most of them, at most three.
    """

    clause_ids: tuple[str, ...]
    reasons: tuple[Reason, ...]


class AnsweredTheme(AnsweredPart):
    """What was answered to the comments of a theme: `title` by officers, or the machine's `label`.

    Attributes
    ----------
    size : int
        Statements of the theme at the analysis; its comments are counted as they stand.
    """

    theme_id: Id
    title: Both | None
    label: str
    size: int


class LateCorrection(Correcting):
    """What was corrected after the announcement, when and why.

    Attributes
    ----------
    target : Target or None
        ``None`` of a comment that is not public any more.
    """

    version: int
    at: datetime
    target: Target | None
    outcome: Outcome
    reason: Both
    clause_ids: tuple[str, ...]


class Answers(Counts):
    """What was answered: each comment once in all, and in each of its themes.

    Attributes
    ----------
    exception : mapping or None
        The exception; missing where there was none.
    themes : tuple
        Those of the results, in their order.
    unthemed : AnsweredPart
        Comments that are in none.
    announced : Counts or None
        The same comments as they were answered at the announcement; ``None`` where nothing was
        corrected since.
    corrections : tuple
        The newest first, at most a hundred.
    """

    exception: PublishedException | None = None
    themes: tuple[AnsweredTheme, ...]
    unthemed: AnsweredPart
    announced: Counts | None
    corrections: tuple[LateCorrection, ...]


class Amended(Shown):
    """Corrections that stand now, and how many comments they changed when they were recorded."""

    applied: int
    changed: int
