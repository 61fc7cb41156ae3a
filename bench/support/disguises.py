"""Twelve ways to get an insult past a list, in both scripts; for measuring what is still found."""

from collections.abc import Callable
from random import Random

_MARKS = "\u064b\u064e\u064f\u0650\u0651\u0652"
_COMBINING = "\u0300\u0301\u0323\u0336"
_HIDDEN = "\u200b\u200c\u200d\u2060\u00ad"
_LEET = str.maketrans("oieast", "013457")
_ARABIC_LEET = str.maketrans({"ا": "1", "و": "9", "ه": "0", "ع": "3", "ح": "7", "ط": "6"})
_ALIKE = str.maketrans("aceikopsuxy", "асеіκορѕυху")
_ARABIC_ALIKE = str.maketrans({"ك": "ک", "ي": "ی", "ه": "ہ", "ا": "ٱ", "ى": "ی", "ة": "ۃ"})
_FULL = {ord("a") + place: chr(0xFF41 + place) for place in range(26)}
_FORMS = {
    "ا": "ﺎ", "ب": "ﺑ", "ت": "ﺗ", "ح": "ﺣ", "خ": "ﺧ", "ر": "ﺮ", "س": "ﺳ", "ش": "ﺷ", "ص": "ﺻ",
    "ط": "ﻃ", "ع": "ﻋ", "غ": "ﻏ", "ف": "ﻓ", "ق": "ﻗ", "ك": "ﻛ", "ل": "ﻟ", "م": "ﻣ", "ن": "ﻧ",
    "ه": "ﻫ", "و": "ﻮ", "ي": "ﻳ",
}  # fmt: skip
Disguise = Callable[[str, Random], str]


def _between(signs: str) -> Disguise:
    return lambda word, chance: "".join(letter + chance.choice(signs) for letter in word)


def _tatweel(word: str, chance: Random) -> str:
    place = chance.randrange(1, len(word))
    return word[:place] + "ـ" * chance.randint(1, 4) + word[place:]


def _repeated(word: str, chance: Random) -> str:
    place = chance.randrange(len(word))
    return word[:place] + word[place] * chance.randint(3, 6) + word[place + 1 :]


def _doubled(word: str, chance: Random) -> str:
    return "".join(letter * 2 for letter in word)


def _spaced(word: str, chance: Random) -> str:
    return " ".join(word)


def _dotted(word: str, chance: Random) -> str:
    return chance.choice(".-_*").join(word)


def _masked(word: str, chance: Random) -> str:
    place = chance.randrange(1, len(word) - 1)
    return word[:place] + "*" + word[place + 1 :]


def _swapped(word: str, chance: Random) -> str:
    place = chance.randrange(1, len(word) - 1)
    return word[:place] + word[place + 1] + word[place] + word[place + 2 :]


def _cut(word: str, chance: Random) -> str:
    place = chance.randrange(1, len(word))
    return word[:place] + " " + word[place:]


def _leet(word: str, chance: Random) -> str:
    return word.translate(_LEET if word.isascii() else _ARABIC_LEET)


def _alike(word: str, chance: Random) -> str:
    return word.translate(_ALIKE if word.isascii() else _ARABIC_ALIKE)


def _wide(word: str, chance: Random) -> str:
    if word.isascii():
        return word.translate(_FULL)
    return "".join(_FORMS.get(letter, letter) for letter in word)


def _marked(word: str, chance: Random) -> str:
    return _between(_COMBINING if word.isascii() else _MARKS)(word, chance)


DISGUISES: dict[str, Disguise] = {
    "tatweel": _tatweel,
    "diacritics": _marked,
    "zero-width": _between(_HIDDEN),
    "repeats": _repeated,
    "spacing": _spaced,
    "dots between": _dotted,
    "full-width": _wide,
    "doubled letters": _doubled,
    "leet": _leet,
    "masked": _masked,
    "homoglyphs": _alike,
    "letter swap": _swapped,
    "one space": _cut,
}
"""Disguise by name; the last two are hard for every list, and are reported, not promised.

Where a script has no sign for a disguise (leet for an Arabic letter) the word stays as it is.
"""
HARD = ("letter swap", "one space")
FRAMES = {
    "ar": (
        "يا {} ما هذا القرار",
        "الوزير {} ولا يفهم",
        "أنتم {} كلكم",
        "هذا {} كتب الخطة",
        "والله إنك {}",
    ),
    "en": (
        "you {}, what is this plan",
        "the mayor is a {}",
        "this {} wrote the plan",
        "what a {} idea",
        "go away {}",
    ),
}
SHORTEST = 4
"""Letters of the words that are disguised: of a shorter one too little is left."""


def sentences(
    words: list[str], language: str, name: str | None, *, seed: int = 1
) -> list[tuple[str, str]]:
    """A sentence for each word, the word in the disguise, and the word as it then is.

    With no name the word stays as it is.
    """
    chance = Random(seed)
    frames, found = FRAMES[language], []
    for place, word in enumerate(words):
        dressed = DISGUISES[name](word, chance) if name else word
        found.append((frames[place % len(frames)].format(dressed), dressed))
    return found
