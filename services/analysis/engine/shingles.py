"""Texts as sets of numbers: runs of three words, hashed, and a digest of the whole.

Both are made of text that `normalised` has folded, and are the same on every machine and in every
process, so that shards can be compared without their texts.
"""

import hashlib
from collections.abc import Iterator, Sequence
from itertools import chain
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

WIDTH = 3
"""Words of a shingle."""
LEAST_WORDS = 6
"""Shorter texts have no shingles: one changed word would leave nothing in common."""
_BLOCK = 1_000_000
"""Characters taken at a time: their words, as objects, need about twenty times the memory."""

Numbers = npt.NDArray[np.uint64]
Rows = npt.NDArray[np.int64]


class Shingles(NamedTuple):
    """Sets of shingles, one after the other; the arrays may be memory maps.

    Attributes
    ----------
    offsets : array of int64, one more than there are texts
        Where each text's shingles begin, and at last where they end.
    values : array of uint32
        Ascending and without repeats within a text.
    """

    offsets: Rows
    values: npt.NDArray[np.uint32]

    def sizes(self, rows: Rows) -> Rows:
        """How many shingles these texts have."""
        return self.offsets[rows + 1] - self.offsets[rows]

    def keyed(self, rows: Rows, keys: Rows) -> Numbers:
        """Shingles of these texts, in that order, each with its text's key in the upper half."""
        sizes = self.sizes(rows)
        before = np.cumsum(sizes) - sizes
        places = np.repeat(self.offsets[rows] - before, sizes) + np.arange(sizes.sum())
        upper = np.repeat(keys.astype(np.uint64) << np.uint64(32), sizes)
        keyed: Numbers = upper | self.values[places]
        return keyed


class _Hashes(dict[str, int]):
    """64 bits of each word, worked out when it is first met."""

    def __missing__(self, word: str) -> int:
        digest = hashlib.blake2b(word.encode("utf-8", "surrogatepass"), digest_size=8).digest()
        self[word] = number = int.from_bytes(digest, "little")
        return number


def shingled(texts: Sequence[str]) -> Shingles:
    """Shingles of normalised texts; of those with fewer than `LEAST_WORDS` words none."""
    parts = [_block(block) for block in _blocks(texts)]
    sizes = np.concatenate([np.zeros(1, np.int64), *(sizes for sizes, _ in parts)])
    values = np.concatenate([np.empty(0, np.uint32), *(values for _, values in parts)])
    return Shingles(np.cumsum(sizes), values)


def digests(texts: Sequence[str]) -> Numbers:
    """128 bits of SHA-256 of each normalised text, as two numbers; of a blank one zeros."""
    raw = (hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()[:16] for text in texts)
    blank = bytes(16)
    found = b"".join(digest if text else blank for text, digest in zip(texts, raw, strict=True))
    return np.frombuffer(found, "<u8").astype(np.uint64).reshape(-1, 2)


def _blocks(texts: Sequence[str]) -> Iterator[Sequence[str]]:
    begin = length = 0
    for place, text in enumerate(texts):
        length += len(text)
        if length > _BLOCK:
            yield texts[begin : place + 1]
            begin, length = place + 1, 0
    if begin < len(texts):
        yield texts[begin:]


def _block(texts: Sequence[str]) -> tuple[Rows, npt.NDArray[np.uint32]]:
    words = [text.split(" ") if text else [] for text in texts]
    lengths = np.fromiter(map(len, words), np.int64, len(words))
    found = map(_Hashes().__getitem__, chain.from_iterable(words))
    hashes = np.fromiter(found, np.uint64, int(lengths.sum()))
    counts = np.where(lengths >= LEAST_WORDS, lengths - WIDTH + 1, 0)
    rows = np.repeat(np.arange(len(words)), counts)
    starts = np.cumsum(lengths) - lengths - (np.cumsum(counts) - counts)
    places = starts[rows] + np.arange(len(rows))
    keyed = rows.astype(np.uint64) << np.uint64(32) | _mixed(hashes, places)
    keyed.sort()
    keyed = keyed[np.concatenate([[True], keyed[1:] != keyed[:-1]])] if len(keyed) else keyed
    sizes = np.bincount((keyed >> np.uint64(32)).astype(np.int64), minlength=len(words))
    return sizes.astype(np.int64), keyed.astype(np.uint32)


def _mixed(hashes: Numbers, places: Rows) -> Numbers:
    """32 bits of each run of words: a polynomial, with MurmurHash3's finalizer (Appleby, 2011)."""
    factor = np.uint64(0x9E3779B97F4A7C15)
    run = np.zeros(len(places), np.uint64)
    for word in range(WIDTH):
        run = run * factor + hashes[places + word]
    run = (run ^ (run >> np.uint64(33))) * np.uint64(0xFF51AFD7ED558CCD)
    run = (run ^ (run >> np.uint64(33))) * np.uint64(0xC4CEB9FE1A85EC53)
    return run >> np.uint64(32)
