"""Texts made comparable: what counts as the same letter, and which words a text has.

Folding loses information on purpose, so that it is only ever used to compare; what people are shown
is the text as it was written.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

_ARABIC_MARKS = frozenset(
    [*range(0x0610, 0x061B), *range(0x064B, 0x0660), 0x0670, *range(0x06D6, 0x06EE)]
)
_TATWEEL = 0x0640
_EMOJI_STYLE = 0xFE0F
_LETTERS = dict(zip("أإآٱىئؤةکیہ", "ااااييوهكيه", strict=True))
_POSSESSIVE = re.compile(r"['’]s\b", re.IGNORECASE)
# A conjunction and the article with what is written onto it (وال، بال، كال، فال، لل): the prefixes
# of the "light" stemmer of Larkey, Ballesteros and Connell (2007), where three letters remain.
_ARTICLE = re.compile(r"^[وف]?(?:[بك]?ال|لل)(?=\w{3})")


class _Fold(dict[int, str | None]):
    """Translation table that works a character out when it first meets it."""

    def __missing__(self, code: int) -> str | None:
        self[code] = folded = _folded(code)
        return folded


class _Words(_Fold):
    """As `_Fold`, but keeps letters as they are written and only parts the words."""

    def __missing__(self, code: int) -> str | None:
        character = chr(code)
        if _is_mark(code) or character in "'’":
            self[code] = None
        else:
            self[code] = character if character.isalnum() else " "
        return self[code]


_FOLD = _Fold()
_WORDS = _Words()


def normalised(text: str) -> str:
    """Text reduced to what makes two letters the same.

    Unicode NFKC and case folding; Arabic marks, tatweel and invisible characters go, letter
    variants become one, digits of every script become 0 to 9, punctuation and white space become
    one space. Symbols and emoji stay: they can be all the difference there is.
    """
    folded = unicodedata.normalize("NFKC", text).casefold().translate(_FOLD)
    return " ".join(folded.split())


def words(text: str) -> Iterator[str]:
    """Words of a text as they are written, less marks; numbers are no words."""
    bare = _POSSESSIVE.sub("", unicodedata.normalize("NFKC", text)).translate(_WORDS)
    return (word for word in bare.split() if word.isalpha())


@lru_cache(maxsize=1 << 16)
def stem(word: str) -> str:
    """Form under which a word is counted: folded, less the Arabic article and its clitics."""
    return _ARTICLE.sub("", word.casefold().translate(_FOLD))


def _folded(code: int) -> str | None:
    character = chr(code)
    if _is_mark(code):
        return None
    if character in _LETTERS:
        return _LETTERS[character]
    category = unicodedata.category(character)
    if category == "Nd":
        return str(unicodedata.decimal(character))
    return " " if category[0] in "PZC" else character


def _is_mark(code: int) -> bool:
    invisible = unicodedata.category(chr(code)) == "Cf"
    return invisible or code in _ARABIC_MARKS or code in {_TATWEEL, _EMOJI_STYLE}
