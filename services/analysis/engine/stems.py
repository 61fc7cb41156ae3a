"""Words as they are counted: stems, so that the forms of a word are one, and stop words left out.

English and Arabic are stemmed by Snowball (PyStemmer), Arabic after the clitics of its article are
off (`stem`). Words of other languages are only folded.
"""

from functools import cache
from importlib import resources
from typing import Any

from services.analysis.model.text import stem, words
from services.shared.language import LANGUAGES

_SNOWBALL = {"ar": "arabic", "en": "english"}
_LEAST_LETTERS = {"ar": 2, "en": 3}
_FEWEST = 2
_KEPT = 1 << 18
"""Words whose stem is remembered, per language."""


def stems(text: str, language: str) -> list[str]:
    """Stems of the words of a text that say something, in their order."""
    known = _stems(language)
    return [form for word in words(text) if (form := known[word])]


def stem_of(word: str, language: str) -> str:
    """Stem under which a word is counted; empty if it is not."""
    return _stems(language)[word]


def form_of(word: str, language: str) -> str:
    """Stem of a word; of a function word the word itself, folded."""
    return stem_of(word, language) or stem(word)


def forms(text: str, language: str) -> list[str]:
    """Forms of all words of a text, in their order."""
    return [form_of(word, language) for word in words(text)]


class _Stems(dict[str, str]):
    """Stem of each word, worked out when it is first met; empty if it is not counted."""

    def __init__(self, language: str) -> None:
        super().__init__()
        self._language = language
        self._least = _LEAST_LETTERS.get(language, _FEWEST)
        self._snowball = _snowball(language)

    def __missing__(self, word: str) -> str:
        if len(self) >= _KEPT:
            self.clear()
        form = stem(word)
        if len(form) < self._least or _is_stop_word(form, self._language):
            form = ""
        elif self._snowball is not None:
            form = str(self._snowball.stemWord(form)) or form
        self[word] = form
        return form


@cache
def _stems(language: str) -> _Stems:
    return _Stems(language)


def _snowball(language: str) -> Any:
    import Stemmer

    name = _SNOWBALL.get(language)
    return Stemmer.Stemmer(name) if name else None


def _is_stop_word(form: str, language: str) -> bool:
    listed = stop_words(language)
    # Arabic writes "and", "so" onto the next word.
    bare = form[1:] if language == "ar" and form[0] in "وف" else form
    return form in listed or bare in listed


@cache
def stop_words(language: str) -> frozenset[str]:
    """Function words of a language, folded; none of a language that has no list."""
    if language not in LANGUAGES:
        return frozenset()
    file = resources.files("services.analysis").joinpath("stopwords", f"{language}.txt")
    lines = file.read_text(encoding="utf-8").splitlines()
    listed = (word for line in lines if not line.startswith("#") for word in line.split())
    return frozenset(stem(part) for word in listed for part in words(word))
