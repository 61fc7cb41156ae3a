"""What may be around a stem: Arabic clitics and endings, English endings.

Both functions give every reading of a folded word; the lexicon decides which of them is a word that
it knows. Stems shorter than three letters are never cut out of a word: that is how عكس or ايران
would turn into insults.
"""

from collections.abc import Iterator

SHORTEST_STEM = 3

_VOCATIVE = ("يا", "يال", "ويا", "ويال")
_PREFIXES = frozenset(
    {
        "", "و", "ف", "ب", "ل", "ك", "ال", "وال", "فال", "بال", "كال", "لل", "ول", "وب", "ولل",
        "وبال", "هال", "وهال", "بهال", "عال", "هل", "فلل", "ه", *_VOCATIVE,
    }
)  # fmt: skip
_SUFFIXES = frozenset(
    {
        "", "ه", "ها", "هم", "هن", "هما", "ك", "كم", "كن", "كو", "ي", "نا", "ا", "ين", "ون", "ات",
        "ان", "يه", "يين", "يون", "وا", "ته", "تها", "تهم", "تك", "تكم", "تي", "تنا", "اتك",
        "اتكم", "اتهم", "ينك", "يك", "تين", "ش", "و",
    }
)  # fmt: skip
_LONGEST_PREFIX = max(map(len, _PREFIXES))
_LONGEST_SUFFIX = max(map(len, _SUFFIXES))

_ENDINGS = (
    "",
    "s",
    "'s",
    "es",
    "z",
    "ed",
    "d",
    "ing",
    "in",
    "ings",
    "er",
    "ers",
    "y",
    "ish",
    "ness",
)


def arabic_stems(word: str) -> Iterator[tuple[str, bool]]:
    """Stems that a folded Arabic word may hold, each with whether a vocative is before it."""
    for cut in range(min(_LONGEST_PREFIX, len(word) - SHORTEST_STEM) + 1):
        prefix = word[:cut]
        if prefix not in _PREFIXES:
            continue
        rest = word[cut:]
        for tail in range(min(_LONGEST_SUFFIX, len(rest) - SHORTEST_STEM) + 1):
            end = len(rest) - tail
            if rest[end:] in _SUFFIXES:
                yield rest[:end], prefix in _VOCATIVE


def english_stems(word: str) -> Iterator[tuple[str, bool]]:
    """Stems that a folded English word may be an inflection of; never a vocative."""
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= SHORTEST_STEM:
            stem = word[: len(word) - len(ending)]
            yield stem, False
            if ending in {"ing", "ed", "er", "ers", "in", "y"}:
                yield stem + "e", False
                if stem[-1:] == stem[-2:-1]:
                    yield stem[:-1], False
