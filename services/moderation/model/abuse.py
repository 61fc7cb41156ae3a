"""Abuse: which of the lexicon's hits are abuse, given how they stand together."""

from collections.abc import Iterable

from services.moderation.model.scan import Hit

_SCORES = {"hard": 0.95, "soft": 0.75, "mild": 0.6}


def abuse(hits: Iterable[Hit]) -> list[tuple[Hit, float]]:
    """Hits that are abuse, each with its score in 0…1; empty if the text is clean.

    A hard and a soft term always are; a mild one is when it is aimed at somebody or stands in one
    text with something that is.
    """
    found = [hit for hit in hits if hit.term.tier in _SCORES]
    if not any(hit.aimed or hit.term.tier != "mild" for hit in found):
        return []
    return [(hit, _SCORES[hit.term.tier]) for hit in found]
