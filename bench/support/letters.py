"""Letters of campaigns, with some of their words changed, and comments beside them; seeded.

The words are made of syllables of either script, drawn as unevenly as words of a language are
(Zipf), so that neither language's real text is needed.
"""

import random
from collections.abc import Iterator
from typing import NamedTuple

from services.analysis.model.comment import ExportedComment

_SYLLABLES = {
    "en": ("ba", "re", "mo", "tin", "sel", "ka", "dor", "vi", "lu", "pen", "gra", "sto"),
    "ar": ("با", "ري", "مو", "تن", "سل", "كا", "در", "في", "لو", "بن", "قر", "ست"),
}
_WORDS = 5_000
_LENGTHS = range(40, 121)
"""Words of a letter."""
_SHORT = range(6, 41)
"""Words of another comment."""
MOST_CHANGED = 0.2


class Sent(NamedTuple):
    """A comment; `letter` is the number of its letter, or -1."""

    text: str
    language: str
    letter: int


def commented(number: int, each: Sent) -> ExportedComment:
    """A published comment that says it."""
    return ExportedComment(
        comment_id=f"{number:026d}",
        kind="comment",
        status="published",
        received_at=f"2026-11-{1 + number % 28:02d}T10:00:00Z",
        language=each.language,
        channel="web",
        text=each.text,
    )


def sent(*, letters: int, variants: int, others: int, seed: int) -> Iterator[Sent]:
    """Variants of letters, up to 20 % of the words changed, then other comments; half Arabic."""
    chance = random.Random(seed)
    vocabulary = {language: _vocabulary(language, chance) for language in _SYLLABLES}
    for letter in range(letters):
        language = ("en", "ar")[letter % 2]
        words = _drawn(vocabulary[language], chance.choice(_LENGTHS), chance)
        for _ in range(variants):
            yield Sent(_changed(words, vocabulary[language], chance), language, letter)
    for number in range(others):
        language = ("en", "ar")[number % 2]
        text = " ".join(_drawn(vocabulary[language], chance.choice(_SHORT), chance))
        yield Sent(text, language, -1)


def _vocabulary(language: str, chance: random.Random) -> list[str]:
    syllables = _SYLLABLES[language]
    return ["".join(chance.choices(syllables, k=chance.randint(2, 4))) for _ in range(_WORDS)]


def _drawn(vocabulary: list[str], count: int, chance: random.Random) -> list[str]:
    places = (int(_WORDS ** chance.random()) for _ in range(count))
    return [vocabulary[place % _WORDS] for place in places]


def _changed(words: list[str], vocabulary: list[str], chance: random.Random) -> str:
    changed = list(words)
    for place in range(len(words)):
        if chance.random() < chance.random() * MOST_CHANGED:
            changed[place] = chance.choice(vocabulary)
    return " ".join(changed)
