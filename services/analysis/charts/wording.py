"""The charts' own words in Arabic and English, and how they write figures and people's texts."""

import json
import re
from collections.abc import Mapping
from functools import cache
from importlib import resources

from services.shared.language import Language
from services.shared.lines import one_line

_NOT_IN_XML = re.compile(r"[^\t\n\r\x20-\uD7FF\uE000-\uFFFD\U00010000-\U0010FFFF]")


class Wording:
    """Texts and figures in one language.

    Digits are 0 to 9 in both, as in the programme's mails, so that figures can be compared with
    the files beside the report.
    """

    def __init__(self, language: Language) -> None:
        self.language: Language = language

    def __call__(self, code: str) -> str:
        """Text of a code."""
        return _words()[code][self.language]

    def named(self, value: str) -> str:
        """What a channel or language is called; as it is where we have no name for it."""
        return self(f"name_{value}") if f"name_{value}" in _words() else legible(value)

    def count(self, number: int | None) -> str:
        """Count with thousands parted, e.g. ``12,345``; a word where it is suppressed."""
        return self("suppressed") if number is None else f"{number:,}"

    def percent(self, number: float | None) -> str:
        """Per cent to one decimal; a dash where nothing can be divided."""
        return "–" if number is None else f"{number:.1f}%"

    def told(self, code: str, text: str) -> str:
        """A figure or name with what it is, e.g. ``Respondents: 40``."""
        return f"{self(code)}: {isolated(text)}"


def legible(text: str) -> str:
    """Text on one line, less what XML 1.0 (§2.2) cannot hold."""
    return one_line(_NOT_IN_XML.sub("", text))


def cut(text: str, most: int) -> str:
    """Text of at most so many characters."""
    return text if len(text) <= most else f"{one_line(text[: most - 1])}…"


def isolated(text: str) -> str:
    """Text whose direction of writing is its own (UAX #9), whatever stands around it."""
    return f"\u2068{text}\u2069"


@cache
def _words() -> Mapping[str, Mapping[Language, str]]:
    file = resources.files("services.analysis.charts").joinpath("words.json")
    found: dict[str, Mapping[Language, str]] = json.loads(file.read_text(encoding="utf-8"))
    return found
