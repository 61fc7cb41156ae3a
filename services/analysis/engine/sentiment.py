"""Whether a text praises or complains, by the words on a list: an indication, no finding.

The lists (``sentiment/*.txt``) are the project's own. A word counts for its side, turned round
where one of the words just before it negates; irony, and what is only asked for or reported, are
beyond it.
"""

from collections import deque
from functools import cache
from importlib import resources
from typing import NamedTuple

from services.analysis.engine.stems import forms
from services.analysis.model.text import stem, words
from services.shared.language import LANGUAGES

TONES = ("positive", "negative", "neutral", "none")
"""`neutral` has as many words of either side, `none` has no listed word."""
_REACH = 2
"""Words after a negation that it turns round."""
_SIDES = {"+": 1, "-": -1}
_CLITICS = ("و{}", "{}ا")
"""What Arabic writes onto a word and the stemmer does not always take off; "so" and "with" would
make hatred (كره) of an idea (فكرة) and of tomorrow (بكرة).
"""


class _Listed(NamedTuple):
    sides: dict[str, int]
    negations: frozenset[str]


def tone(text: str, language: str) -> str:
    """One of `TONES`; of a language that has no list always ``none``."""
    listed = _listed(language)
    found = [listed.sides.get(form, 0) for form in forms(text, language)] if listed.sides else []
    if not any(found):
        return "none"
    score, before = 0, deque([False] * _REACH, maxlen=_REACH)
    for side, word in zip(found, words(text), strict=True):
        score += -side if any(before) else side
        before.append(_negates(word, listed))
    return "positive" if score > 0 else "negative" if score < 0 else "neutral"


def _negates(word: str, listed: _Listed) -> bool:
    folded = stem(word)
    # Arabic writes "and", "so" onto the next word.
    return folded in listed.negations or folded.lstrip("وف") in listed.negations


@cache
def _listed(language: str) -> _Listed:
    """Side of each listed stem, and the words that negate, folded."""
    if language not in LANGUAGES:
        return _Listed({}, frozenset())
    file = resources.files("services.analysis").joinpath("sentiment", f"{language}.txt")
    lines = [line.partition(" ") for line in file.read_text(encoding="utf-8").splitlines()]
    rows = [(_SIDES[mark], row.split()) for mark, _, row in lines if mark in _SIDES]
    sides: dict[str, int] = {}
    # As they are listed first: what another word looks like with a clitic is that word's.
    for pattern in ("{}", *(_CLITICS if language == "ar" else ())):
        for side, row in rows:
            for word in row:
                sides.setdefault(forms(pattern.format(word), language)[0], side)
    negations = (word for mark, _, row in lines if mark == "!" for word in words(row))
    return _Listed(sides, frozenset(map(stem, negations)))
