"""Spam: advertising with links, and text that is noise.

One link is a source and one word of advertising is a word; together and repeated they are an
advert. Noise is one letter or word over and over, or a hand run over the keyboard.
"""

import json
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cache
from itertools import pairwise

from services.moderation.model.data_files import read_data
from services.moderation.model.fold import Folded, folded_text
from services.moderation.model.lexicon import WORD
from services.moderation.model.scan import Hit
from services.moderation.model.spans import Span

LINK = re.compile(r"(?:https?://|www\.|(?:wa|t)\.me/|bit\.ly/)[^\s<>\"'،]+", re.IGNORECASE)
_CUES_BESIDE_A_LINK = 2
_CUES_WITHOUT_LINK = 5
_MANY_LINKS = 4
_NOISE_LETTERS, _NOISE_WORDS = 20, 10
_NOISE_SHARE = 0.6
_LAUGHTER = "هخ"
FILE = "keyboards.json"
FORMAT = "tashawur-keyboards/1"
_RUN = re.compile(r"(.)\1+")
_LAUGHED = re.compile(f"[{_LAUGHTER}]+")
_MASHED_LETTERS, _MASHED_SHARE = 14, 0.7
_UNSPEAKABLE = re.compile("[b-df-hj-np-tv-xz]{6,}")
_CERTAIN, _LIKELY = 0.9, 0.7


def spam(text: str, folded: Folded, hits: Iterable[Hit]) -> tuple[tuple[Span, ...], float] | None:
    """Spans and score of spam, or ``None``; the spans are the links and the advertising words."""
    links = [match.span() for match in LINK.finditer(text)]
    cues = {hit.term.name: hit for hit in hits if hit.term.tier == "cue"}
    if len(links) >= _MANY_LINKS or (links and len(cues) >= _CUES_BESIDE_A_LINK):
        return (*links, *_originals(folded, cues.values())), _CERTAIN
    if len(cues) >= _CUES_WITHOUT_LINK:
        return _originals(folded, cues.values()), _LIKELY
    if _is_noise(folded.text):
        return ((0, len(text)),), _LIKELY
    return None


def _originals(folded: Folded, hits: Iterable[Hit]) -> tuple[Span, ...]:
    return tuple(folded.original(hit.start, hit.end) for hit in hits)


def _is_noise(text: str) -> bool:
    """Tell whether a text is mostly one letter or one word over and over."""
    letters = [char for char in text if char.isalnum() and char not in _LAUGHTER]
    words = WORD.findall(text)
    repeated = _repeats(letters, least=_NOISE_LETTERS) or _repeats(words, least=_NOISE_WORDS)
    return repeated or _is_mashed(words)


def _is_mashed(words: Sequence[str]) -> bool:
    """Tell whether most letters lie beside the one before on a keyboard, or cannot be spoken."""
    single = [_RUN.sub(r"\1", word) for word in words if not _LAUGHED.fullmatch(word)]
    total = sum(map(len, single))
    if total < _MASHED_LETTERS:
        return False
    pairs = [a + b for word in single for a, b in pairwise(word)]
    beside = sum(map(_beside().__contains__, pairs))
    mute = sum(len(word) for word in single if _UNSPEAKABLE.fullmatch(word))
    return beside > _MASHED_SHARE * len(pairs) or mute > _MASHED_SHARE * total


def _repeats(parts: Sequence[str], *, least: int) -> bool:
    if len(parts) < least:
        return False
    return Counter(parts).most_common(1)[0][1] > _NOISE_SHARE * len(parts)


@cache
def _beside() -> frozenset[str]:
    """Pairs of letters that lie side by side on a keyboard, in either order."""
    rows = [folded_text(row) for row in json.loads(read_data(FILE))["rows"]]
    return frozenset(a + b for row in rows for a, b in (*pairwise(row), *pairwise(row[::-1])))
