"""What is left to answer: of a round, of one theme or campaign, and how far each theme is."""

from dataclasses import dataclass
from typing import Any

from services.analysis.model.assignment import Assignment
from services.analysis.model.run import Run
from services.analysis.store import AnalysisStore
from services.analysis.use_cases.clauses import Decision
from services.analysis.use_cases.dispose import count_by_theme, ranked, unanswered


@dataclass(frozen=True, kw_only=True)
class Backlog:
    """Comments of a round without an answer.

    Attributes
    ----------
    found : list of Assignment
        All of them, in the order of their ids.
    matching : list of Assignment
        Those of the theme and the campaign that were asked for.
    by_theme : list of dict
        Themes with some, the most first: how many, of how many that need an answer, and the share
        that is done.
    unthemed : dict
        The same of comments without a theme.
    """

    found: list[Assignment]
    matching: list[Assignment]
    by_theme: list[dict[str, Any]]
    unthemed: dict[str, Any]


def backlog(
    run: Run,
    decision: Decision,
    *,
    theme_id: str | None,
    campaign_id: str | None,
    store: AnalysisStore,
) -> Backlog:
    """Look what is left to answer.

    Parameters
    ----------
    theme_id, campaign_id : str or None
        Of which theme and campaign `matching` is; an unknown one has no comments.

    Raises
    ------
    TransientError
        If the topics service could not answer.
    """
    assignments = store.assignments(run)
    found = list(unanswered(assignments, store.rules(run), decision))
    left = count_by_theme(found)
    needed = count_by_theme(each for each in assignments if each.needs_disposition)
    return Backlog(
        found=found,
        matching=[
            each
            for each in found
            if (theme_id is None or theme_id in each.theme_ids)
            and (campaign_id is None or campaign_id == each.campaign_id)
        ],
        by_theme=[{"theme_id": name, **_row(left[name], needed[name])} for name in ranked(left)],
        unthemed=_row(left[None], needed[None]),
    )


def _row(left: int, needed: int) -> dict[str, Any]:
    done = round(1 - left / needed, 4) if needed else 1.0
    return {"outstanding": left, "comments": needed, "done": done}
