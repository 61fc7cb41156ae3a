"""How a topic is found by its words, however they are spelled in Arabic or English.

A topic's search text is its words, folded, each after a space; a query's word is found where a word
of the text begins with it. So neither side needs a pattern language, and the table can compare.
"""

import unicodedata
from collections.abc import Iterable

from services.topics.model.definition import Definition

LONGEST_QUERY = 200
"""Characters of a query."""
_LONGEST_WORD = 40
_LARGEST_TEXT_BYTES = 64 * 1024
"""Beside the definition itself (≤ 256 KB) a row (≤ 400 KB) has room for this much."""

_LETTERS = str.maketrans(
    dict.fromkeys("أإآٱ", "ا") | dict.fromkeys("ىیئ", "ي") | {"ؤ": "و", "ة": "ه", "ک": "ك"}
)
"""Letters that are written one for the other: alef, ya and waw with and without hamza, final ta."""
_TATWEEL = "ـ"
_ARTICLES = ("وال", "فال", "بال", "كال", "ال", "لل")
"""The article, with what is written together with it."""
_SHORTEST_STEM = 3


def words(text: str) -> list[str]:
    """Folded words of a text, each once, in order; 40 characters of a longer word.

    NFKC and case folding; Arabic without vowel signs and tatweel, letter variants as one;
    every script's digits as 0 to 9; a word is a run of letters, marks and digits.
    """
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    spaced = "".join(map(_character, folded.translate(_LETTERS)))
    return list(dict.fromkeys(word[:_LONGEST_WORD] for word in spaced.split()))


def searched(definition: Definition) -> str:
    """Search text of a topic: the words of title, summary and objective in both languages."""
    texts = (definition.title, definition.summary, definition.objective)
    return search_text(each for text in texts for each in (text.ar, text.en))


def search_text(texts: Iterable[str]) -> str:
    """Words of texts as the table keeps them, a space before each; of very long ones the first.

    A word with the Arabic article is there without it, too.
    """
    kept: dict[str, None] = {}
    size = 0
    spelled = (word for text in texts for word in words(text))
    for word in (form for each in spelled for form in (each, stem(each))):
        if word in kept:
            continue
        size += len(word.encode()) + 1
        if size > _LARGEST_TEXT_BYTES:
            break
        kept[word] = None
    return "".join(f" {word}" for word in kept)


def sought(query: str) -> tuple[str, ...]:
    """Parts that a search text must contain to answer a query: each of its words, as a beginning.

    The article is not looked at: who seeks "المراكز" finds "مراكز", and the other way round.
    """
    return tuple(sorted({f" {stem(word)}" for word in words(query)}))


def stem(word: str) -> str:
    """Folded word without the Arabic article, if three letters are left; else the word itself."""
    for article in _ARTICLES:
        if word.startswith(article):
            rest = word.removeprefix(article)
            return rest if len(rest) >= _SHORTEST_STEM else word
    return word


def _character(character: str) -> str:
    """What one character counts for: itself, nothing, or the end of a word."""
    category = unicodedata.category(character)
    if character == _TATWEEL or category == "Cf" or _is_vowel_sign(character, category):
        return ""
    if category == "Nd":
        return str(unicodedata.decimal(character))
    return character if category[0] in "LMN" else " "


def _is_vowel_sign(character: str, category: str) -> bool:
    return category == "Mn" and unicodedata.name(character, "").startswith("ARABIC")
