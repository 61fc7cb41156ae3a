"""How far themes hold: the same fit over statements drawn again, and what stays of each theme."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from services.analysis.engine.themes import Places, Themes, fit

ROUNDS = 20
_DRAWN = 1_500
"""Statements of a draw, at most."""
_INTERVAL = (2.5, 97.5)


class Hold(NamedTuple):
    """How far one theme holds.

    Attributes
    ----------
    stability : float
        Mean Jaccard similarity with the theme that is most like it, 0 to 1.
    interval : tuple of float
        95 % of its shares of the statements (bootstrap percentiles, Efron and Tibshirani, 1993).
    """

    stability: float
    interval: tuple[float, float]


def holds(texts: Sequence[Sequence[str]], themes: Themes, *, seed: int = 0) -> list[Hold]:
    """Stability of each theme; of statements given as their stems, in a fixed order."""
    count = len(themes.centres)
    if not count:
        return []
    random = np.random.default_rng(seed)
    sample = [texts[place] for place in sorted(random.permutation(len(texts))[:_DRAWN])]
    stands = themes.of(sample).first
    likeness, shares = np.zeros((ROUNDS, count)), np.zeros((ROUNDS, count))
    for number in range(ROUNDS):
        drawn = np.sort(random.integers(len(sample), size=len(sample)))
        again = fit(
            [sample[place] for place in drawn],
            count=count - len(themes.seeds),
            seeds=themes.seeds,
            seed=seed,
        )
        likeness[number] = _likeness(stands, again.of(sample).first, count)
        shares[number] = np.bincount(stands[drawn] + 1, minlength=count + 1)[1:] / len(drawn)
    low, high = np.percentile(shares, _INTERVAL, axis=0)
    return [
        Hold(round(float(mean), 3), (round(float(least), 4), round(float(most), 4)))
        for mean, least, most in zip(likeness.mean(axis=0), low, high, strict=True)
    ]


def _likeness(
    one: Places, other: Places, count: int
) -> "np.ndarray[tuple[int], np.dtype[np.float64]]":
    """Jaccard similarity of each theme with its partner, partners chosen for the greatest sum."""
    from scipy.optimize import linear_sum_assignment

    size = max(count, int(other.max(initial=0)) + 1)
    shared = np.zeros((size + 1, size + 1))
    np.add.at(shared, (one, other), 1)
    shared = shared[:size, :size]
    sizes = [np.bincount(each[each >= 0], minlength=size) for each in (one, other)]
    either = sizes[0][:, None] + sizes[1][None] - shared
    alike = shared / np.where(either, either, 1)
    rows, columns = linear_sum_assignment(-alike)
    found = np.zeros(size)
    found[rows] = alike[rows, columns]
    return found[:count]
