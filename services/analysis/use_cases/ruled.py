"""Tell which dispositions hold, what they answer, and what they took the place of."""

from dataclasses import dataclass
from typing import Any

from services.analysis.model.clauses import lapsed_rules, lost_clauses, unknown_clauses
from services.analysis.model.ruling import Ruling, holding
from services.analysis.model.run import Run
from services.analysis.model.tally import by_rule, counted, shares
from services.analysis.store import AnalysisStore
from services.analysis.use_cases.clauses import Decision
from services.shared.pages import fitting

_MOST_CHARACTERS = 1_000_000
"""Of the reasons of a page."""


@dataclass(frozen=True, kw_only=True)
class Ruled:
    """Dispositions of a round.

    Attributes
    ----------
    counts : dict
        Comments by outcome, those that moderation answered, and those without an answer.
    unknown_clauses : list of dict
        Clauses that rules which hold cite, and the decision does not have; how many rules each.
    items : list of dict
        The newest first.
    """

    counts: dict[str, Any]
    unknown_clauses: list[dict[str, Any]]
    items: list[dict[str, Any]]
    has_more: bool


def ruled(
    run: Run,
    decision: Decision,
    *,
    history: bool,
    before: int | None,
    size: int,
    store: AnalysisStore,
) -> Ruled:
    """A page of the dispositions that hold, or of all that were recorded.

    Parameters
    ----------
    history : bool
        Whether also those that another one of the same target replaced.
    before : int or None
        Version before which the page begins; ``None`` for the first page.
    size : int
        Items of a page; fewer where their reasons are long.

    Raises
    ------
    TransientError
        If the topics service could not answer.
    """
    rules, rulings = store.rules(run), store.rulings(run)
    known = decision.known_to(rules)
    found = shares(store.assignments(run), rules)
    comments, hold = by_rule(found), holding(rulings)
    rest = [
        ruling
        for ruling in reversed(rulings)
        if (history or ruling.version in hold) and (before is None or ruling.version < before)
    ]
    page = fitting(rest, most=size, room=_MOST_CHARACTERS, size_of=_length)
    return Ruled(
        counts=counted(found, lapsed=lapsed_rules(rules, known)),
        unknown_clauses=unknown_clauses(rules, known),
        items=[
            _holding(each, known, comments[each.rule.target.key])
            if each.version in hold
            else _replaced(each)
            for each in page
        ],
        has_more=len(page) < len(rest),
    )


def _length(ruling: Ruling) -> int:
    return len(ruling.rule.reason.ar) + len(ruling.rule.reason.en)


def _holding(ruling: Ruling, known: frozenset[str], comments: int) -> dict[str, Any]:
    lost = lost_clauses(ruling.rule, known)
    return {**_shown(ruling), "holds": True, "comments": comments, "unknown_clauses": lost}


def _replaced(ruling: Ruling) -> dict[str, Any]:
    return {**_shown(ruling), "holds": False, "comments": 0, "unknown_clauses": []}


def _shown(ruling: Ruling) -> dict[str, Any]:
    return {
        "version": ruling.version,
        "at": ruling.at,
        "actor": {"role": ruling.role, "id": ruling.actor_id},
        **ruling.rule.shown(),
        "correction": ruling.correcting.model_dump() if ruling.correcting else None,
    }
