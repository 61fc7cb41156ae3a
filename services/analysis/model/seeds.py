"""What the next run takes from what officers corrected in this one: seeds, and what they teach."""

from collections.abc import Iterable
from typing import Any

from services.analysis.engine.language import guessed
from services.analysis.engine.plan import Placed, Seed
from services.analysis.model.corrected import Overlaid


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


def placed_of(overlaid: Overlaid) -> list[Placed]:
    """Comments that officers put into themes, by which the next run tells the others."""
    asked = {theme["theme_id"]: theme["question_id"] for theme in overlaid.themes}
    return [
        Placed(comment_id=comment_id, theme_id=theme_id, question_id=asked[theme_id])
        for comment_id, theme_id in overlaid.placed
    ]
