"""Whether a text praises or complains, by the words on a list: an indication, no finding.

The lists (``sentiment/*.txt``) are the project's own. A word counts for its side, turned round
where one of the words just before it negates; irony, and what is only asked for or reported, are
beyond it.
"""

from functools import cache
from importlib import resources
from typing import NamedTuple

import numpy as np

from services.analysis.engine.spoken import Places, Spoken
from services.analysis.engine.stems import form_of, forms
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


def tones(said: Spoken, language: str) -> Places:
    """Place in `TONES` of each text; in a language that has no list all are ``none``."""
    listed = _listed(language)
    if not listed.sides:
        return np.full(said.count, TONES.index("none"))
    of_surface = [listed.sides.get(form_of(word, language), 0) for word in said.surfaces]
    sides = np.array(of_surface, np.int64)[said.places]
    negates = np.array([_negates(word, listed) for word in said.surfaces], np.bool_)[said.places]
    turned = np.zeros(len(sides), np.bool_)
    for back in range(1, _REACH + 1):
        same = said.texts[back:] == said.texts[:-back]
        turned[back:] |= negates[:-back] & same
    score = np.bincount(said.texts, np.where(turned, -sides, sides), said.count)
    has_any = np.bincount(said.texts, sides != 0, said.count) > 0
    place = np.select([score > 0, score < 0], [0, 1], 2)
    return np.where(has_any, place, TONES.index("none"))


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
