"""Screening labelled texts, and what came of it."""

import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Any

from services.moderation.evaluation.figures import Figures, Judged, figures
from services.moderation.evaluation.labelled import Labelled
from services.moderation.model.screening import abuse_score, screen

ABUSE_CODES = frozenset({"abusive", "obscene", "hate", "threat"})
_STEP = 2_000
_DIGITS = 4
_SHOWN = (
    "rows", "precision", "recall", "f1", "best_f1", "best_threshold", "auc", "held_clean",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Measured:
    """Texts with what the rules made of them; `seconds` of CPU, `judged` in the texts' order."""

    texts: Sequence[Labelled]
    judged: Sequence[Judged]
    seconds: Sequence[float]


def measure(texts: Sequence[Labelled], progress: Callable[[int], None]) -> Measured:
    """Screen every text as a comment would be; `progress` is told every 2,000 texts."""
    judged, seconds = [], []
    for place, one in enumerate(texts):
        started = time.process_time()
        screening = screen(one.text)
        seconds.append(time.process_time() - started)
        caught = any(reason.code in ABUSE_CODES for reason in screening.reasons)
        judged.append(Judged(one.abusive, caught, abuse_score(one.text)))
        if place % _STEP == _STEP - 1:
            progress(place + 1)
    return Measured(texts=texts, judged=judged, seconds=seconds)


def summary(found: Measured) -> dict[str, Any]:
    """Figures of all texts and, under ``by_language``, of each language with its intervals."""
    languages: defaultdict[str, list[int]] = defaultdict(list)
    for place, one in enumerate(found.texts):
        languages[one.language].append(place)
    return {
        **_figures(figures(found.judged)),
        "cpu_ms_mean": round(1000 * fmean(found.seconds), _DIGITS),
        "by_language": {
            language: _of_language(found, places) for language, places in sorted(languages.items())
        },
    }


def worst(found: Measured, most: int) -> tuple[list[Labelled], list[Labelled]]:
    """Abusive texts that were published, lowest score first; clean ones caught, highest first."""
    pairs = list(zip(found.texts, found.judged, strict=True))
    missed = [pair for pair in pairs if pair[1].abusive and not pair[1].caught]
    alarms = [pair for pair in pairs if pair[1].caught and not pair[1].abusive]
    missed.sort(key=lambda pair: pair[1].score)
    alarms.sort(key=lambda pair: -pair[1].score)
    return [one for one, _ in missed[:most]], [one for one, _ in alarms[:most]]


def _of_language(found: Measured, places: Sequence[int]) -> dict[str, Any]:
    of = figures([found.judged[place] for place in places])
    seconds = [found.seconds[place] for place in places]
    intervals = {
        name: [round(bound, _DIGITS) for bound in interval]
        for name in ("precision", "recall", "f1", "auc", "held_clean")
        if (interval := getattr(of, f"{name}_interval")) is not None
    }
    return {
        **_figures(of),
        "cpu_ms_mean": round(1000 * fmean(seconds), _DIGITS),
        "abusive": of.abusive,
        "clean": of.rows - of.abusive,
        "caught": of.caught,
        "intervals": intervals,
    }


def _figures(of: Figures) -> dict[str, Any]:
    values = {name: getattr(of, name) for name in _SHOWN}
    return {
        name: round(value, _DIGITS) if isinstance(value, float) else value
        for name, value in values.items()
    }
