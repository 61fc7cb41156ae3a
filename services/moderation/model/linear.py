"""The linear model: what a text's letters tell, word by word, in plain Python.

The weights (`data/model.bin`) are learnt by `scripts/train_moderation.py` from n-grams of letters
inside words, whole words and pairs of words, each hashed to a bucket. As no n-gram goes beyond its
word, a word's share is the same wherever it stands and is remembered. The model knows no rule and
gives no reason but the words that weighed most; what follows from it is decided in `abuse`.
"""

import json
import re
from dataclasses import dataclass
from functools import cache, lru_cache
from math import sqrt
from typing import Any, NamedTuple
from zlib import crc32

from services.moderation.model.data_files import read_data
from services.moderation.model.spans import Span

FILE = "model.bin"
FORMAT = "tashawur-linear/1"
SHORTEST_GRAM, LONGEST_GRAM = 2, 5
_LONGEST_WORD = 24
_REMEMBERED_WORDS = 16_384
_WIDTH = 2  # bytes of a letter in UTF-16
_WORD = re.compile(r"(?<![@/.])[^\W_]+")
_REPEATED = re.compile(r"(.)\1{2,}")


class Share(NamedTuple):
    """What one word adds to the evidence.

    Attributes
    ----------
    total, features : int
        Sum of its features' weights, and how many features it has.
    key : int
        Checksum of the word, from which that of a pair is continued.
    tail : bytes
        What continues the checksum of the word before it.
    """

    total: int
    features: int
    key: int
    tail: bytes


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the model makes of a text of so many words; a `logit` below 0 speaks for clean."""

    logit: float
    words: int


class Model:
    """Weights by bucket.

    Parameters
    ----------
    content : bytes
        A line of JSON (format, version, scale, bias), then one signed byte per bucket.

    Raises
    ------
    ValueError
        If it is of another format or its number of weights is no power of two.
    """

    def __init__(self, content: bytes) -> None:
        line, _, weights = content.partition(b"\n")
        header: dict[str, Any] = json.loads(line)
        size = len(weights)
        if header.get("format") != FORMAT or size < 2 or size & (size - 1):
            raise ValueError(f"{FILE}: no model of the format {FORMAT}")
        self.version: str = header["version"]
        self._scale: float = header["scale"]
        self._bias: float = header["bias"]
        self._weights = memoryview(weights).cast("b")
        self._mask = size - 1
        self._share = lru_cache(maxsize=_REMEMBERED_WORDS)(self._weigh)

    def evidence(self, text: str) -> Evidence:
        """What a folded text's words tell, 0 if there are none; linear in its length."""
        found = self._weights_of(words(text))
        if not found:
            return Evidence(logit=0.0, words=0)
        total = sum([weight for weight, _count in found])
        count = sum([count for _weight, count in found]) + len(found) - 1
        return Evidence(self._bias + self._scale * total / sqrt(count), len(found))

    def strongest(self, text: str, most: int) -> list[Span]:
        """Spans, in the folded text, of the words that speak most for abuse; at least one."""
        weighed = self._weights_of(words(text))
        spans = [match.span() for match in _WORD.finditer(text)]
        ranked = sorted(zip(weighed, spans, strict=True), key=lambda word: -word[0][0])
        chosen = [span for (weight, _), span in ranked[:most] if weight > 0]
        return sorted(chosen or [span for _, span in ranked[:1]])

    def _weights_of(self, words: list[str]) -> list[tuple[int, int]]:
        """Weight and number of features of each word; the pair it ends counts with it."""
        weights, mask, share = self._weights, self._mask, self._share
        found: list[tuple[int, int]] = []
        before: int | None = None
        for word in words:
            total, count, key, tail = share(word)
            if before is not None:
                total += weights[crc32(tail, before) & mask]
            found.append((total, count))
            before = key
        return found

    def _weigh(self, word: str) -> Share:
        weights, mask = self._weights, self._mask
        keys = buckets(word)
        key, tail = pair_keys(word)
        total = sum([weights[each & mask] for each in keys])
        return Share(total=total, features=len(keys), key=key, tail=tail)


def buckets(word: str) -> list[int]:
    """Checksums of a word's features: n-grams of its letters, ends marked, and the word itself."""
    letters = f" {_plain(word)} ".encode("utf-16-le", "surrogatepass")
    found = [
        crc32(letters[start : start + size])
        for size in range(SHORTEST_GRAM * _WIDTH, LONGEST_GRAM * _WIDTH + 1, _WIDTH)
        for start in range(0, len(letters) - size + 1, _WIDTH)
    ]
    found.append(crc32(letters, 1))
    return found


def pair_keys(word: str) -> tuple[int, bytes]:
    """Checksum with which a word begins a pair, and the bytes with which it ends one."""
    letters = _plain(word).encode("utf-16-le", "surrogatepass")
    return crc32(letters, 2), letters


def words(text: str) -> list[str]:
    """Words of a folded text as the model sees them; names and links are none."""
    return [match.group()[:_LONGEST_WORD] for match in _WORD.finditer(text)]


def _plain(word: str) -> str:
    return "0" if word.isdecimal() else _REPEATED.sub(r"\1\1", word)


@cache
def model() -> Model:
    """The programme's model, read on first use."""
    return Model(read_data(FILE))
