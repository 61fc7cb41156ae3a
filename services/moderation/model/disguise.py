"""Words dressed up to get past a list: l33t, f*ck, f u c k.

Digits are letters in leet and in Arabizi (3 5 7 9), but not the same ones. So there are two views
and never one: the plain text, in which the lexicon's Arabizi spellings stand as they are written,
and the decoded one here. Only hard terms are looked for, as a disguise is guesswork.
"""

import re
from collections.abc import Iterator

from services.moderation.model.lexicon import Lexicon, Term
from services.moderation.model.spans import Span

Found = Iterator[tuple[Term, Span]]

_LEET = re.compile(r"(?<![\w@$!.|+€])[a-z0-9@$!|+€]++(?!\w)")
_LETTER = re.compile("[a-z]")
_LEET_SIGN = re.compile(r"[0-9@$!|+€]")
_DECODED = [
    str.maketrans("0134578@$!|+€", letters) for letters in ("oieastbasiite", "oleastbaslite")
]
_ARABIC_LEET = re.compile(r"(?<!\w)[0-9\u0621-\u064a]++(?!\w)")
_DIGIT = re.compile("[0-9]")
_ARABIC_LETTER = re.compile("[\u0621-\u064a]")
_ARABIC_DECODED = [str.maketrans("012356789", letters) for letters in ("هااعخطحقص", "هااعخطحقو")]
_MASKED = re.compile(r"(?<![\w*#@$%])(?:[^\W\d_]+[*#@$%•·×]+)+[^\W\d_]*(?![\w])")
_MASK = re.compile(r"[*#@$%•·×]")
_SPACED = re.compile(r"(?<!\w)[^\W\d_](?:([ .\-_*+,/|~]{1,3})[^\W\d_])(?:\1[^\W\d_]){1,12}(?!\w)")
_GAP = re.compile(r"[^\w]|_")
_ENDINGS = ("", "s", "ing", "in", "ed", "er", "ers")
_SHORTEST = 3


def leet(text: str, lexicon: Lexicon) -> Found:
    """Words with digits or signs for letters: sh1t, a$$hole, b!tch, 7مار."""
    if not _LEET_SIGN.search(text):
        return
    for match in _LEET.finditer(text):
        word = match.group().rstrip("!|+")
        if len(word) >= _SHORTEST and _LEET_SIGN.search(word) and _LETTER.search(word):
            yield from _decoded(word, match.start(), _DECODED, lexicon)
    for match in _ARABIC_LEET.finditer(text):
        word = match.group()
        if len(word) >= _SHORTEST and _DIGIT.search(word) and _ARABIC_LETTER.search(word):
            yield from _decoded(word, match.start(), _ARABIC_DECODED, lexicon)


def _decoded(word: str, start: int, tables: list[dict[int, int]], lexicon: Lexicon) -> Found:
    for table in tables:
        term = lexicon.look_up(word.translate(table)).term
        if term is not None and term.tier == "hard":
            yield term, (start, start + len(word))
            return


def masked(text: str, lexicon: Lexicon) -> Found:
    """Words with letters starred out: f*ck, sh**, ش*موطة; each sign stands for one letter."""
    for match in _MASKED.finditer(text):
        word = match.group()
        letters = len(word) - len(_MASK.findall(word))
        hidden = len(word) - letters
        if len(word) < _SHORTEST or letters < hidden or (hidden == 1 and _MASK.match(word[-1])):
            continue
        term = _unmasked(word, lexicon)
        if term is not None:
            yield term, match.span()


def _unmasked(word: str, lexicon: Lexicon) -> Term | None:
    """Hard term that a word with masks may be, bare or with an English ending."""
    for ending in _ENDINGS:
        if word.endswith(ending):
            stem = word.removesuffix(ending)
            pattern = re.compile(_MASK.sub(".", stem))
            for spelling, term in lexicon.hard_words.get((len(stem), stem[:1]), ()):
                if pattern.fullmatch(spelling):
                    return term
    return None


def spaced(text: str, lexicon: Lexicon) -> Found:
    """Words written letter by letter with the same gap: f u c k, ح.م.ا.ر.

    A word of one letter may stand before: a f u c k.
    """
    for match in _SPACED.finditer(text):
        letters = _GAP.sub("", match.group())
        second = match.start() + 1 + len(match.group(1))
        for word, start in ((letters, match.start()), (letters[1:], second)):
            term = lexicon.look_up(word).term
            if len(word) >= _SHORTEST and term is not None and term.tier == "hard":
                yield term, (start, match.end())
                break
