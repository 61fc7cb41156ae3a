"""What the analysis service answers."""

from datetime import datetime
from typing import Any, Literal

from services.analysis.model.correction import Correction
from services.shared.contracts.operation import Id, RoundNumber, Shown
from services.shared.language import Language


class Cell(Shown):
    """How often an option was chosen; null where it, or another, would tell of 1 to 4 people."""

    option: str
    count: int | None
    percent: float | None


class QuestionTable(Shown):
    """Answers to a closed question; null is what is suppressed.

    Attributes
    ----------
    suppressed : int
        How many of the cells are suppressed.
    cells : tuple
        In the order of the options.
    mean : float or None
        Of a scale alone.
    """

    question_id: str
    kind: Literal["single", "multiple", "scale"]
    respondents: int | None
    suppressed: int
    cells: tuple[Cell, ...]
    mean: float | None = None


class Campaign(Shown):
    """Comments in the same words: the group, and at most 100 of its members.

    Attributes
    ----------
    representative : str or None
        The one that came first and is still public.
    """

    campaign_id: Id
    size: int
    representative: Id | None
    comment_ids: tuple[Id, ...]


class Term(Shown):
    """A word that comments have in common, with comments that show it."""

    term: str
    comments: int
    distinct: int
    citing: tuple[Id, ...]


class Method(Shown):
    """How it was counted."""

    minimum_cell: int
    suppression: str
    campaigns: str
    terms: str


class Results(Shown):
    """What the analysis of a round found."""

    format: Literal["tashawur-analysis/1"]
    run_id: Id
    topic_id: Id
    round: RoundNumber
    method: Method
    received: int
    published: int
    distinct: int
    by_status: dict[str, int]
    by_kind: dict[str, int]
    by_language: dict[str, int]
    by_channel: dict[str, int]
    questions: tuple[QuestionTable, ...]
    campaigns: tuple[Campaign, ...]
    terms: dict[Language, tuple[Term, ...]]
    themes: tuple[dict[str, Any], ...]
    analysed_at: datetime
    published_at: datetime | None


class NotApplied(Shown):
    """A correction that applies no more, and why."""

    version: int
    why: str


class StaffResults(Results):
    """The same for the staff: each corrected theme with the machine's version beside it.

    Attributes
    ----------
    version : int
        Version of the round, for ``If-Match``.
    """

    version: int
    corrections_not_applied: tuple[NotApplied, ...]


class Corrected(Shown):
    """Corrections that stand now, and the version of the round with them."""

    applied: int
    version: int


class Who(Shown):
    """Role and account of who acted."""

    role: str
    id: str


class RecordedCorrection(Shown):
    """A correction: who, when, what and why; ``not_applied`` says why it applies no more."""

    version: int
    at: datetime
    actor: Who
    correction: Correction
    not_applied: str | None


class CorrectionPage(Shown):
    """Corrections of a round, the newest first."""

    topic_id: Id
    round: RoundNumber
    version: int
    items: tuple[RecordedCorrection, ...]
    next_cursor: str | None


class Applied(Shown):
    """Dispositions that hold now, and comments that still have none."""

    applied: int
    outstanding: int


class CampaignOutstanding(Shown):
    """A group with comments that have no disposition."""

    campaign_id: Id
    outstanding: int


class ThemeOutstanding(Shown):
    """A theme with comments that have no disposition."""

    theme_id: Id
    outstanding: int


class OutstandingComment(Shown):
    """A comment without a disposition."""

    comment_id: Id
    kind: str | None
    status: str
    language: Language | None
    campaign_id: Id | None


class Outstanding(Shown):
    """Comments that still need an answer: at most 100 of them, and the largest groups."""

    topic_id: Id
    round: RoundNumber
    received: int
    outstanding: int
    by_campaign: tuple[CampaignOutstanding, ...]
    by_theme: tuple[ThemeOutstanding, ...]
    items: tuple[OutstandingComment, ...]
    next_cursor: str | None
