"""Seeds of the next run out of what officers corrected in this one."""

from collections.abc import Iterable
from typing import Any

from services.analysis.engine.language import guessed
from services.analysis.engine.plan import Seed


def seeds_of(themes: Iterable[dict[str, Any]]) -> list[Seed]:
    """Seeds of the corrected themes that officers gave terms, for the next run."""
    return [
        Seed(
            theme=theme["title"]["en"],
            ar=tuple(term for term in theme["seed_terms"] if guessed(term) == "ar"),
            en=tuple(term for term in theme["seed_terms"] if guessed(term) != "ar"),
            theme_id=theme["theme_id"],
            question_id=theme["question_id"],
        )
        for theme in themes
        if theme.get("seed_terms")
    ]
