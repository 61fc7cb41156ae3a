"""What a list of judged texts comes to: precision, recall, F1, AUC, each with its interval."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

Interval = tuple[float, float]
_Z = 1.959964  # 95 % of a normal distribution lie within so many deviations


@dataclass(frozen=True, slots=True)
class Judged:
    """A text that people labelled and the rules screened.

    Attributes
    ----------
    abusive : bool
        What people said.
    caught : bool
        Whether the rules did anything but publish it, for a reason of abuse.
    score : float
        The rules' score in 0…1.
    """

    abusive: bool
    caught: bool
    score: float


@dataclass(frozen=True, slots=True)
class Figures:
    """Figures of one group of texts; ``None`` where there is nothing to divide by.

    Attributes
    ----------
    precision, recall, f1, held_clean : float or None
        At the one shipped threshold; `held_clean` is the share of the clean texts that was caught.
    best_f1, best_threshold : float or None
        The best that any threshold over the score would reach, and that threshold.
    auc : float or None
        Chance that an abusive text scores higher than a clean one.
    precision_interval, recall_interval, f1_interval, held_clean_interval, auc_interval
        95 % intervals: Wilson's for shares, Hanley and McNeil's for AUC; F1's from the Wilson
        interval of F1 / (2 - F1), which is a share.
    """

    rows: int
    abusive: int
    caught: int
    precision: float | None
    recall: float | None
    f1: float | None
    best_f1: float | None
    best_threshold: float | None
    auc: float | None
    held_clean: float | None
    precision_interval: Interval | None
    recall_interval: Interval | None
    f1_interval: Interval | None
    held_clean_interval: Interval | None
    auc_interval: Interval | None


def figures(judged: Sequence[Judged]) -> Figures:
    """Figures of these texts, in whatever order."""
    abusive = sum(one.abusive for one in judged)
    clean = len(judged) - abusive
    caught = sum(one.caught for one in judged)
    right = sum(one.caught and one.abusive for one in judged)
    either = abusive + caught - right  # F1 is 2j / (1 + j) of the share j = right / either
    best = _best([(one.score, one.abusive) for one in judged], abusive)
    area = auc(judged)
    return Figures(
        rows=len(judged),
        abusive=abusive,
        caught=caught,
        precision=_share(right, caught),
        recall=_share(right, abusive),
        f1=_share(2 * right, abusive + caught) if abusive else None,
        best_f1=best[0] if best else None,
        best_threshold=best[1] if best else None,
        auc=area,
        held_clean=_share(caught - right, clean),
        precision_interval=wilson(right, caught),
        recall_interval=wilson(right, abusive),
        f1_interval=_f1_interval(right, either) if abusive else None,
        held_clean_interval=wilson(caught - right, clean),
        auc_interval=None if area is None else _around(area, abusive, clean),
    )


def auc(judged: Sequence[Judged]) -> float | None:
    """Area under the curve by ranks (Mann and Whitney), ties counted half."""
    abusive = sum(one.abusive for one in judged)
    clean = len(judged) - abusive
    if not abusive or not clean:
        return None
    ordered = sorted(judged, key=lambda one: one.score)
    total, start = 0.0, 0
    while start < len(ordered):
        end = start
        while end < len(ordered) and ordered[end].score == ordered[start].score:
            end += 1
        total += (start + 1 + end) / 2 * sum(one.abusive for one in ordered[start:end])
        start = end
    return (total - abusive * (abusive + 1) / 2) / (abusive * clean)


def wilson(count: int, of: int) -> Interval | None:
    """Interval of a share that holds it in 95 of 100 samples (Wilson 1927)."""
    if not of:
        return None
    share, z2 = count / of, _Z * _Z
    middle = (share + z2 / (2 * of)) / (1 + z2 / of)
    half = _Z * sqrt(share * (1 - share) / of + z2 / (4 * of * of)) / (1 + z2 / of)
    return max(0.0, middle - half), min(1.0, middle + half)


def _share(count: int, of: int) -> float | None:
    return count / of if of else None


def _f1_interval(right: int, either: int) -> Interval | None:
    found = wilson(right, either)
    return None if found is None else (2 * found[0] / (1 + found[0]), 2 * found[1] / (1 + found[1]))


def _around(area: float, abusive: int, clean: int) -> Interval:
    """Interval of an area (Hanley and McNeil 1982)."""
    both, twice = area / (2 - area), 2 * area * area / (1 + area)
    spread = area * (1 - area) + (abusive - 1) * (both - area**2) + (clean - 1) * (twice - area**2)
    half = _Z * sqrt(spread / (abusive * clean))
    return max(0.0, area - half), min(1.0, area + half)


def _best(scored: list[tuple[float, bool]], abusive: int) -> tuple[float, float] | None:
    """Best F1 over all thresholds, and the highest threshold that reaches it."""
    if not abusive:
        return None
    scored.sort(key=lambda one: -one[0])
    best, right = (0.0, 1.0), 0
    for place, (score, bad) in enumerate(scored):
        right += bad
        if place + 1 < len(scored) and scored[place + 1][0] == score:
            continue
        f1 = 2 * right / (abusive + place + 1)
        if f1 > best[0]:
            best = (f1, score)
    return best
