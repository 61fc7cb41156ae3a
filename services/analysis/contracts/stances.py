"""Who is for and who against, and how texts sound, as the analysis service answers it."""

from typing import Literal

from services.shared.contracts.operation import Id, Shown


class Sure(Shown):
    """Part of the held-out texts that the machine was sure of, and accuracy among them."""

    share: float
    accuracy: float | None


class LabelScore(Shown):
    """How well one stance is told."""

    labelled: int
    precision: float
    recall: float


class LanguageScore(Shown):
    """How well stances are told in one language."""

    labelled: int
    accuracy: float


class Score(Shown):
    """Agreement with officers' labels that were held out.

    Attributes
    ----------
    interval : tuple of float
        95 % of the accuracy.
    agreement : float
        Beyond chance (Cohen's kappa).
    """

    accuracy: float
    interval: tuple[float, float]
    macro_f1: float
    agreement: float
    folds: int
    sure: Sure
    by_label: dict[str, LabelScore]
    by_language: dict[str, LanguageScore]


class StanceCount(Shown):
    """Comments, and distinct ones; null where a table's cells are suppressed or texts not told."""

    comments: int | None
    distinct: int | None


class ThemeStances(Shown):
    """Statements of a theme by stance."""

    theme_id: Id
    counts: dict[str, int]


class Stance(Shown):
    """Who is for and who against, of one question.

    Attributes
    ----------
    question_id : str or None
        None stands for comments' own texts.
    method : str
        ``answers``: sums of the question's table; ``learned``: by machine, from officers' labels.
    reason : str or None
        Why it was refused.
    options : dict or None
        Which options officers took for which stance.
    labelled, repeated, ignored : int
        Different texts learned from; labels of their copies; labels of comments that are not there.
    counts : dict or None
        By ``for``, ``against``, ``neutral`` and ``unsure``.
    citing : dict
        At most ten comments that show each; of ``unsure`` those that it helps most to label.
    """

    question_id: str | None
    method: Literal["answers", "learned", "refused"]
    reason: str | None
    options: dict[str, str] | None
    labelled: int
    labelled_by_stance: dict[str, int]
    repeated: int
    ignored: int
    score: Score | None
    counts: dict[str, StanceCount] | None
    by_theme: tuple[ThemeStances, ...]
    citing: dict[str, tuple[Id, ...]]


class Tones(Shown):
    """Statements by tone: ``neutral`` has as many words of either side, ``none`` has no word."""

    positive: int
    negative: int
    neutral: int
    none: int


class LearnedThemes(Shown):
    """What officers' corrections of a question's comments taught about the others.

    Attributes
    ----------
    reason : str or None
        Why nothing was learned.
    labelled : int
        Different texts that officers put into a theme.
    told : int
        Statements whose theme was told by what was learned.
    """

    question_id: str | None
    reason: str | None
    labelled: int
    labelled_by_theme: dict[str, int]
    repeated: int
    ignored: int
    score: Score | None
    told: int


class Sentiment(Shown):
    """How texts sound, by the words on a list: an indication, no finding."""

    indicative: Literal[True]
    by_language: dict[str, Tones]
    distinct_by_language: dict[str, Tones]
    by_theme: dict[str, Tones]
