"""How well labels that a machine tells agree with those that people gave."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from services.shared.participation import interval_of_share

_DIGITS = 3


@dataclass(frozen=True, kw_only=True)
class Score:
    """Agreement on labels that were held out.

    Attributes
    ----------
    accuracy : float
        Part of the labels that were told right, 0 to 1, every text told.
    interval : tuple of float
        95 % of it (Wilson, 1927).
    macro_f1 : float
        Mean over the labels of F1.
    agreement : float
        Beyond chance: kappa (Cohen, 1960), 1 at most, 0 as by chance.
    sure : dict
        ``share`` of the texts that it was sure of, ``accuracy`` among them (None if there is none).
    by_label, by_language : dict
        ``labelled``, ``precision``, ``recall``; ``labelled``, ``accuracy``.
    """

    accuracy: float
    interval: tuple[float, float]
    macro_f1: float
    agreement: float
    folds: int
    sure: dict[str, float | None]
    by_label: dict[str, dict[str, float]]
    by_language: dict[str, dict[str, float]]

    @property
    def shown(self) -> dict[str, Any]:
        """As results have it."""
        return {**vars(self), "interval": list(self.interval)}


def scored(
    labels: Sequence[str],
    guessed: Sequence[str],
    *,
    languages: Sequence[str],
    sure: Sequence[bool],
    folds: int,
) -> Score:
    """Compare; all sequences have a place for each text, and there is one text at least."""
    pairs = list(zip(labels, guessed, strict=True))
    right = [label == guess for label, guess in pairs]
    of_sure = [hit for hit, is_sure in zip(right, sure, strict=True) if is_sure]
    f1, by_label = {}, {}
    given, told, hits = Counter(labels), Counter(guessed), Counter(a for a, b in pairs if a == b)
    for label in sorted(given):
        by_label[label] = {
            "labelled": given[label],
            "precision": _part(hits[label], told[label]),
            "recall": _part(hits[label], given[label]),
        }
        f1[label] = 2 * hits[label] / (given[label] + told[label])
    low, high = interval_of_share(sum(right), len(right))
    return Score(
        accuracy=_part(sum(right), len(right)),
        interval=(round(low, _DIGITS), round(high, _DIGITS)),
        macro_f1=round(sum(f1.values()) / len(f1), _DIGITS),
        agreement=_kappa(given, told, hits),
        folds=folds,
        sure={
            "share": _part(len(of_sure), len(right)),
            "accuracy": _part(sum(of_sure), len(of_sure)) if of_sure else None,
        },
        by_label=by_label,
        by_language=_by_language(languages, right),
    )


def _by_language(languages: Sequence[str], right: Sequence[bool]) -> dict[str, dict[str, float]]:
    spoken = Counter(languages)
    hits = Counter(language for language, hit in zip(languages, right, strict=True) if hit)
    return {
        language: {"labelled": count, "accuracy": _part(hits[language], count)}
        for language, count in sorted(spoken.items())
    }


def _kappa(given: Counter[str], told: Counter[str], hits: Counter[str]) -> float:
    total = given.total()
    by_chance = sum(given[label] * told[label] for label in given) / total**2
    return round((hits.total() / total - by_chance) / (1 - by_chance), _DIGITS)


def _part(some: int, of: int) -> float:
    return round(some / of, _DIGITS) if of else 0.0
