"""The words that comments have in common, language by language."""

from bisect import insort
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import Any

from services.analysis.model.text import stem, words
from services.shared.language import LANGUAGES

SHOWN = 30
"""Terms shown per language."""
_CITED = 3
_LEAST_COMMENTS = 2
_LEAST_LETTERS = {"ar": 2, "en": 3}


@dataclass
class _Term:
    comments: int = 0
    distinct: int = 0
    surfaces: Counter[str] = field(default_factory=Counter)
    citing: list[str] = field(default_factory=list)


class Terms:
    """Counts in how many comments a term occurs."""

    def __init__(self) -> None:
        self._terms: dict[str, dict[str, _Term]] = {language: {} for language in LANGUAGES}

    def add(self, comment_id: str, text: str, *, language: str | None, is_new: bool) -> None:
        """Count one comment's terms; `is_new` tells whether its text was not seen before."""
        if language not in self._terms:
            return
        known = self._terms[language]
        for form, surfaces in _surfaces(text, language).items():
            term = known.setdefault(form, _Term())
            term.comments += 1
            term.distinct += is_new
            term.surfaces.update(surfaces)
            # Ids are as good as random: the smallest are a fair sample, whatever the order.
            if len(term.citing) < _CITED or comment_id < term.citing[-1]:
                insort(term.citing, comment_id)
                del term.citing[_CITED:]

    def tables(self) -> dict[str, list[dict[str, Any]]]:
        """The most frequent terms of each language, each in its commonest form.

        Ranked by distinct texts: a letter sent a thousand times does not choose the words.
        """
        return {language: _table(terms) for language, terms in self._terms.items()}


def _surfaces(text: str, language: str) -> dict[str, Counter[str]]:
    found: dict[str, Counter[str]] = {}
    for word in words(text):
        form = stem(word)
        if len(form) >= _LEAST_LETTERS[language] and not _is_stop_word(form, language):
            found.setdefault(form, Counter())[word] += 1
    return found


def _table(terms: Mapping[str, _Term]) -> list[dict[str, Any]]:
    rows = [
        {
            "term": min(term.surfaces, key=lambda word: (-term.surfaces[word], word)),
            "comments": term.comments,
            "distinct": term.distinct,
            "citing": term.citing,
        }
        for term in terms.values()
        if term.comments >= _LEAST_COMMENTS
    ]
    return sorted(rows, key=_rank)[:SHOWN]


def _rank(row: dict[str, Any]) -> tuple[int, int, str]:
    return -row["distinct"], -row["comments"], row["term"]


def _is_stop_word(form: str, language: str) -> bool:
    listed = _stop_words(language)
    # Arabic writes "and", "so" onto the next word.
    bare = form[1:] if language == "ar" and form[0] in "وف" else form
    return form in listed or bare in listed


@cache
def _stop_words(language: str) -> frozenset[str]:
    file = resources.files("services.analysis").joinpath("stopwords", f"{language}.txt")
    lines = file.read_text(encoding="utf-8").splitlines()
    listed = (word for line in lines if not line.startswith("#") for word in line.split())
    return frozenset(stem(part) for word in listed for part in words(word))
