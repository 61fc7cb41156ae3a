"""Marks of a text by which a machine learns to tell texts apart.

Stems, function words among them ("not", "لا": they are half of what tells for from against), pairs
of them, and runs of letters, which forms of a word that no stemmer brings together still share.
"""

from itertools import pairwise

from services.analysis.engine.stems import forms
from services.analysis.model.text import normalised

_RUNS = (3, 4, 5)
"""Letters of a run; a word's beginning and end count as one each."""


def marks(text: str, language: str) -> list[str]:
    """Marks of a text, each as often as it has it."""
    stems = forms(text, language)
    pairs = [f"{one} {other}" for one, other in pairwise(stems)]
    return [*stems, *pairs, *_runs(text)]


def _runs(text: str) -> list[str]:
    edged = [f"_{word}_" for word in normalised(text).split()]
    return [
        f"#{word[start : start + length]}"
        for word in edged
        for length in _RUNS
        for start in range(max(1, len(word) - length + 1))
    ]
