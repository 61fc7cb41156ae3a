"""Arabic first, English beside it: which one a caller wants, and the messages in it."""

import json
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any, Literal

Language = Literal["ar", "en"]
LANGUAGES: tuple[Language, ...] = ("ar", "en")


def preferred(accept_language: str | None) -> Language:
    """Language of an ``Accept-Language`` header (RFC 9110 §12.5.4), by default Arabic.

    Regional forms count as their language (``ar-BH``), ``*`` as whichever is not named; of two
    that are wanted alike the one named first is taken. What cannot be read is passed over.
    """
    weights = _weights(accept_language or "")
    named: list[Language] = [each for name in weights for each in LANGUAGES if each == name]

    def quality(language: Language) -> float:
        return weights.get(language, weights.get("*", 0))

    best = max((*named, *LANGUAGES), key=quality)
    return best if quality(best) > 0 else "ar"


def _weights(header: str) -> dict[str, float]:
    """Weight of each language that is named, the greatest of its regional forms."""
    weights: dict[str, float] = {}
    for part in header.lower().split(","):
        tag, _, weight = "".join(part.split()).partition(";q=")
        try:
            quality = float(weight or 1)
        except ValueError:
            continue
        if 0 <= quality <= 1:
            primary = tag.partition("-")[0]
            weights[primary] = max(quality, weights.get(primary, 0))
    return weights


@cache
def catalogue(service: str) -> Mapping[str, Mapping[Language, str]]:
    """Messages of a service over those that all share, read from their files once."""
    entries: dict[str, Mapping[Language, str]] = {}
    for package in ("services.shared", f"services.{service}"):
        text = resources.files(package).joinpath("messages.json").read_text(encoding="utf-8")
        entries.update(json.loads(text))
    return entries


def message(service: str, code: str, *, language: Language, values: Mapping[str, Any]) -> str:
    """Text of a code in the caller's language, placeholders filled in.

    Raises
    ------
    KeyError
        If the catalogue lacks the code; a test looks every used code up.
    """
    return catalogue(service)[code][language].format_map(dict(values))
