"""In which language a text is that nobody named the language of: by its script and its words."""

from services.analysis.engine.statements import UNDETERMINED
from services.analysis.engine.stems import stop_words
from services.analysis.model.text import stem, words

_ARABIC = range(0x0600, 0x0700)
_ENOUGH_WORDS = 6
"""Words of an English text among which one is a function word, nearly always."""


def guessed(text: str) -> str:
    """Language of a text: ``ar``, ``en``, or `UNDETERMINED`.

    Arabic is what has more Arabic letters than others. English is what has one of its function
    words, or is too short to need one; Arabic in Latin letters and digits (``7abibi``) is neither.
    """
    found = list(words(text))
    letters = [letter for word in found for letter in word]
    if not letters:
        return UNDETERMINED
    arabic = sum(ord(letter) in _ARABIC for letter in letters)
    if 2 * arabic > len(letters):
        return "ar"
    found = [word for word in found if word.isascii()]
    if 2 * sum(map(len, found)) <= len(letters):
        return UNDETERMINED
    known = stop_words("en")
    has_any = any(stem(word) in known for word in found)
    is_short = len(found) < _ENOUGH_WORDS and not any(map(str.isdigit, text))
    return "en" if has_any or is_short else UNDETERMINED
