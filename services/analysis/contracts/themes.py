"""What the analysis service answers of themes, and of what officers corrected about them."""

from datetime import datetime

from services.analysis.model.correction import Correction, Mark
from services.shared.contracts.operation import Both, Id, RoundNumber, Shown, words_of


class DistinctiveTerm(Shown):
    """A word that a theme has more of than the others; `score` is the z-score of its log-odds."""

    term: str
    score: float
    comments: int
    citing: tuple[Id, ...]


class Hold(Shown):
    """How far a theme holds in one language: bootstrap stability, and interval of its share."""

    language: str
    stability: float
    interval: tuple[float, float]


class Overlap(Shown):
    """Comments that are nearly as near to another theme."""

    theme_id: Id
    comments: int


class Quote(Shown):
    """A comment that stands for its theme, word for word."""

    model_config = words_of("comment_id", "text")

    comment_id: Id
    language: str
    text: str


class Theme(Shown):
    """What statements on a question have in common.

    Attributes
    ----------
    question_id : str or None
        The open question; none of comments' own texts.
    seed : str or None
        Name of the officers' terms that it was made of.
    size, distinct : int
        Statements of it, and distinct ones.
    share : float or None
        Part of the statements on the question in the theme's languages; of a theme that officers
        added to a question without any, ``None``.
    title : Both or None
        What officers call it; `label` is the machine's.
    learned : int
        Comments that are in it by what corrections of others taught.
    corrected : bool
        Whether officers changed anything about it. Of several that they made one, `overlap`, tones
        and stances are the sum; where they, or what they taught, put comments into it or took some
        out, these and how far it `holds` are not told, but in the machine's version.
    """

    theme_id: Id
    question_id: str | None
    languages: tuple[str, ...]
    seed: str | None
    title: Both | None = None
    corrected: bool = False
    learned: int = 0
    label: str
    size: int
    distinct: int
    share: float | None
    holds: tuple[Hold, ...]
    overlap: tuple[Overlap, ...]
    terms: tuple[DistinctiveTerm, ...]
    quotes: tuple[Quote, ...]


class NotApplied(Shown):
    """A correction that applies no more, and why."""

    version: int
    why: str


class Entry(Shown):
    """A correction in a theme's history: what was done, in which role, when and why."""

    op: str
    by: str
    at: datetime
    reason: str


class Marked(Shown):
    """How officers marked a theme for those who decide."""

    mark: Mark
    note: str | None


class StaffTheme(Theme):
    """The same for the staff.

    Attributes
    ----------
    machine : Theme or None
        The machine's version of a corrected theme; of one that officers added, ``None``.
    merged : tuple of Theme
        The machine's versions of those that went into it.
    seed_terms : tuple of str
        What officers gave it, by which the next analysis finds more of it.
    """

    machine: Theme | None = None
    merged: tuple[Theme, ...] = ()
    history: tuple[Entry, ...] = ()
    mark: Marked | None = None
    seed_terms: tuple[str, ...] = ()


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
