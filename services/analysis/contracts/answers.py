"""What the analysis service answers."""

from datetime import date, datetime
from typing import Literal

from services.analysis.contracts.answered import Answers
from services.analysis.contracts.participation import Participation
from services.analysis.contracts.stances import LearnedThemes, Sentiment, Stance
from services.analysis.contracts.themes import NotApplied, StaffTheme, Theme
from services.shared.contracts.operation import Id, RoundNumber, Shown, words_of
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


class Day(Shown):
    """Comments of a day, all and distinct; days without any are left out."""

    day: date
    comments: int
    distinct: int


class Segment(Shown):
    """Part of a letter, word for word; of what varies up to three other wordings."""

    text: str
    varies: bool
    examples: tuple[str, ...]


class Campaign(Shown):
    """Near-identical comments: the group, and at most 100 of its members.

    Attributes
    ----------
    size, distinct : int
        Comments, and distinct texts.
    representative, text : str or None
        Of the wording with most copies the one that came first, if it is public still.
    variation : tuple
        What varies; empty for all but the hundred largest, and once a member is gone.
    """

    model_config = words_of("representative", "text")

    campaign_id: Id
    size: int
    distinct: int
    representative: Id | None
    comment_ids: tuple[Id, ...]
    text: str | None
    variation: tuple[Segment, ...]
    by_day: tuple[Day, ...]
    by_channel: dict[str, int]
    distinct_by_channel: dict[str, int]


class Term(Shown):
    """A word that comments have in common, with comments that show it."""

    term: str
    comments: int
    distinct: int
    citing: tuple[Id, ...]


class Group(Shown):
    """Statements on a question in one language, and how many of them no theme takes."""

    question_id: str | None
    language: str
    statements: int
    distinct: int
    themed: int
    unthemed: int
    coverage: float


class Method(Shown):
    """How it was counted."""

    minimum_cell: int
    suppression: str
    participation: str
    campaigns: str
    terms: str
    themes: str
    stances: str
    sentiment: str
    time_zone: str


class Results(Shown):
    """What the analysis of a round found, and what was answered.

    Attributes
    ----------
    answers : Answers or None
        As announced, counted when the gate closed, or as corrected since; ``None`` of a round
        whose gate closed before it was kept.
    """

    format: Literal["tashawur-analysis/2"]
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
    by_day: tuple[Day, ...]
    questions: tuple[QuestionTable, ...]
    participation: Participation | None
    campaigns: tuple[Campaign, ...]
    terms: dict[str, tuple[Term, ...]]
    groups: tuple[Group, ...]
    themes: tuple[Theme, ...]
    stances: tuple[Stance, ...]
    learned: tuple[LearnedThemes, ...]
    sentiment: Sentiment
    answers: Answers | None
    analysed_at: datetime
    published_at: datetime | None


class StaffResults(Results):
    """The same for the staff: each corrected theme with the machine's version beside it.

    Attributes
    ----------
    answers : Answers or None
        As recorded by now; ``None`` before the first disposition.
    version : int
        Version of the round, for ``If-Match``.
    """

    themes: tuple[StaffTheme, ...]
    version: int
    corrections_not_applied: tuple[NotApplied, ...]


class Applied(Shown):
    """Dispositions that hold now, and comments that still have none."""

    applied: int
    outstanding: int


class RowFault(Shown):
    """What is wrong with a row of a file.

    Attributes
    ----------
    line : int
        Line on which the row begins; the header is on line 1.
    column : str or None
        Name of the column; null where the row as a whole is meant.
    code : str
        What is wrong, for programs (docs/problems.md).
    message : str
        What is wrong, for people.
    """

    line: int
    column: str | None
    code: str
    message: str


class Imported(Shown):
    """What a file of dispositions has, and what came of it.

    Attributes
    ----------
    applied : int
        Dispositions of the file that hold now; in a dry run none.
    outstanding : int
        Comments without a disposition, once the good rows hold.
    faults : tuple
        The first hundred.
    """

    rows: int
    good: int
    bad: int
    applied: int
    outstanding: int
    faults: tuple[RowFault, ...]


class CampaignOutstanding(Shown):
    """A group with comments that have no disposition."""

    campaign_id: Id
    outstanding: int


class PartOutstanding(Shown):
    """How far a part of the comments is.

    Attributes
    ----------
    comments : int
        Those that need a disposition.
    done : float
        The share of them that has one.
    """

    outstanding: int
    comments: int
    done: float


class ThemeOutstanding(PartOutstanding):
    """A theme with comments that have no disposition, and how far it is."""

    theme_id: Id


class OutstandingComment(Shown):
    """A comment without a disposition."""

    comment_id: Id
    kind: str | None
    status: str
    language: Language | None
    campaign_id: Id | None


class Outstanding(Shown):
    """Comments that still need an answer: at most 100 of them, and the largest groups.

    Attributes
    ----------
    outstanding, by_campaign, by_theme
        Of the whole round, whatever is asked for.
    matching : int
        How many of the theme and the campaign that are asked for; `items` are these.
    unthemed : PartOutstanding
        Comments without a theme.
    """

    topic_id: Id
    round: RoundNumber
    received: int
    outstanding: int
    matching: int
    by_campaign: tuple[CampaignOutstanding, ...]
    by_theme: tuple[ThemeOutstanding, ...]
    unthemed: PartOutstanding
    items: tuple[OutstandingComment, ...]
    next_cursor: str | None
