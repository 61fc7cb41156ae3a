"""What is said in a theme more than elsewhere: its distinctive terms, and a label made of them."""

from collections import Counter
from collections.abc import Mapping, Sequence
from math import log, sqrt
from typing import Any

from services.analysis.engine.terms import Terms
from services.analysis.model.results import LABEL_JOINT

_SHOWN, _IN_LABEL = 10, 4
_LEAST = 1.96
"""z-score from which a term is distinctive (95 %)."""
_PRIOR = 500.0
"""Weight of what is said everywhere, in words."""


def distinctive(themes: Sequence[Terms]) -> list[list[dict[str, Any]]]:
    """Terms of each theme that occur in more of its distinct texts than the others' have them.

    Log-odds ratio with an informative Dirichlet prior, as a z-score (Monroe, Colaresi and Quinn,
    2008, "Fightin' Words", equations 16, 18, 22); the prior is the distribution over all themes.

    Returns
    -------
    list of list of dict
        For each theme at most ten rows ``term``, ``score`` (z), ``comments``, ``citing``.
    """
    everywhere: Counter[str] = Counter()
    for terms in themes:
        everywhere.update({form: term.distinct for form, term in terms.items()})
    return [_rows(terms, everywhere) for terms in themes]


def label(rows: Sequence[Mapping[str, Any]]) -> str:
    """Label of a theme: its most distinctive terms; empty if there are none."""
    return LABEL_JOINT.join(row["term"] for row in rows[:_IN_LABEL])


def _rows(terms: Terms, everywhere: Counter[str]) -> list[dict[str, Any]]:
    inside = sum(term.distinct for term in terms.values())
    total = everywhere.total()
    scored = []
    for form, term in terms.items():
        prior = _PRIOR * everywhere[form] / total if total else 0.0
        score = _score((term.distinct, inside), (everywhere[form], total), prior)
        scored.append((-score, form))
    best = [(-minus, terms[form]) for minus, form in sorted(scored)]
    kept = [pair for pair in best if pair[0] >= _LEAST] or best[:_IN_LABEL]
    return [
        {
            "term": term.shown,
            "score": score,
            "comments": term.comments,
            "citing": term.citing,
        }
        for score, term in kept[:_SHOWN]
    ]


def _score(inside: tuple[int, int], everywhere: tuple[int, int], prior: float) -> float:
    """z-score of a term's log-odds in a theme against all the rest, to three decimals."""
    (here, all_here), (anywhere, total) = inside, everywhere
    there, all_there = anywhere - here, total - all_here
    if not prior:
        return 0.0
    odds = log((here + prior) / (all_here + _PRIOR - here - prior or 1))
    others = log((there + prior) / (all_there + _PRIOR - there - prior or 1))
    return round((odds - others) / sqrt(1 / (here + prior) + 1 / (there + prior)), 3)
