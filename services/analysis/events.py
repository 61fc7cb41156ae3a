"""Events that the analysis service emits."""

from typing import Literal

from services.analysis.model.disposition import Outcome
from services.shared.events import EventData


class ResponsesAnalysed(EventData):
    """A round's comments were counted and grouped.

    Attributes
    ----------
    run_id : str
        The same for the same export of the same round.
    received, published : int
        Comments in the export, and those of them that are public.
    distinct : int
        Public comments when those with the same text count once.
    campaigns : int
        Groups of public comments with the same text.
    """

    run_id: str
    received: int
    published: int
    distinct: int
    campaigns: int


class DispositionRecorded(EventData):
    """An officer recorded how a comment, some comments or all that remain are answered.

    Attributes
    ----------
    target_kind : str
        What the answer is for.
    target_id : str or None
        Which one; of a filter its conditions, ``None`` for all that remain.
    outcome : str
        What becomes of what was said.
    clause_ids : tuple of str
        Clauses of the decision that the answer refers to.
    """

    target_kind: Literal["comment", "campaign", "theme", "filter", "all_remaining"]
    target_id: str | None
    outcome: Outcome
    clause_ids: tuple[str, ...]


class DispositionCorrected(DispositionRecorded):
    """An officer corrected, after the announcement, how comments are answered.

    Attributes
    ----------
    correction_version : int
        Which correction; versions grow with each of a round.
    changed : int
        Comments whose answer it changed.
    """

    correction_version: int
    changed: int


class ThemesCorrected(EventData):
    """An officer corrected the themes that the machine found.

    Attributes
    ----------
    op : str
        What was done.
    theme_ids : tuple of str
        Themes that the correction names; none of one that adds a theme.
    comments : int
        Number of comments that it names.
    """

    op: Literal["rename", "merge", "split", "move", "add", "mark"]
    theme_ids: tuple[str, ...]
    comments: int
