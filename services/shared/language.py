"""Arabic first, English beside it: which one a caller wants, and the messages in it."""

import json
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any, Literal

Language = Literal["ar", "en"]
LANGUAGES: tuple[Language, ...] = ("ar", "en")


def preferred(accept_language: str | None) -> Language:
    """Language of an ``Accept-Language`` header (RFC 9110 §12.5.4), by default Arabic."""
    best: tuple[float, Language] | None = None
    for part in (accept_language or "").split(","):
        tag, _, weight = part.replace(" ", "").lower().partition(";q=")
        primary = tag.partition("-")[0]
        try:
            quality = float(weight) if weight else 1.0
        except ValueError:
            continue
        for language in LANGUAGES:
            wanted = primary == language and quality > 0
            if wanted and (best is None or quality > best[0]):
                best = (quality, language)
    return best[1] if best else "ar"


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
