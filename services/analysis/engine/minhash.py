"""MinHash (Broder, 1997): short keys that near-identical texts are likely to have in common.

Of a text's shingles only 42 keys of 4 bytes leave the shard; the signatures they are made of do
not. A key stands for three minima, so that two texts with the Jaccard similarity ``j`` share at
least one with probability ``1 - (1 - j³)⁴²``: .68 at .3, .93 at .4, .996 at .5.
"""

import hashlib
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from services.analysis.engine.shingles import Numbers, Rows, Shingles

BANDS, ROWS = 42, 3
PERMUTATIONS = BANDS * ROWS
_SEED = b"tashawur minhash 1"
Keys = npt.NDArray[np.uint32]
_BLOCK = 1 << 15
"""Shingles permuted at a time: 256 KiB stay in a core's own cache."""


def band_keys(shingles: Shingles) -> Keys:
    """Keys of each text, one row per band.

    Returns
    -------
    array of uint32, ``BANDS`` x texts
        Zeros for a text without shingles.
    """
    keys = np.zeros((BANDS, len(shingles.offsets) - 1), np.uint32)
    filled = np.flatnonzero(np.diff(shingles.offsets))
    for rows in _blocks(shingles, filled):
        keys[:, rows] = _keys(signatures(shingles, rows))
    return keys


def signatures(shingles: Shingles, rows: Rows) -> Numbers:
    """Least value of each permutation over each text's shingles, none of which may be empty.

    A permutation is multiply-shift without the shift (Dietzfelbinger et al., 1997): modulo 2⁶⁴ the
    upper bits decide what is least, so that nothing is gained by cutting the lower ones off.

    Returns
    -------
    array of uint64, ``PERMUTATIONS`` x texts
    """
    values = shingles.keyed(rows, np.zeros(len(rows), np.int64))
    sizes = shingles.sizes(rows)
    starts = np.cumsum(sizes) - sizes
    permuted = np.empty_like(values)
    least = np.empty((PERMUTATIONS, len(rows)), np.uint64)
    for number, (factor, offset) in enumerate(_permutations()):
        np.multiply(values, factor, out=permuted)
        np.add(permuted, offset, out=permuted)
        np.minimum.reduceat(permuted, starts, out=least[number])
    return least


def _blocks(shingles: Shingles, rows: Rows) -> list[Rows]:
    """Rows parted so that each part has about `_BLOCK` shingles, or is one long text."""
    part = np.cumsum(shingles.sizes(rows)) // _BLOCK
    return np.split(rows, np.flatnonzero(np.diff(part)) + 1) if len(rows) else []


def _keys(least: Numbers) -> Keys:
    """Each band's minima as one number: a polynomial, folded so that every bit counts.

    Of five million texts one in a thousand has another's key by chance; they are compared anyway.
    """
    bands = least.reshape(BANDS, ROWS, -1)
    keys = np.zeros((BANDS, least.shape[1]), np.uint64)
    for row in range(ROWS):
        keys = (keys ^ bands[:, row]) * np.uint64(0x9E3779B97F4A7C15)
        keys ^= keys >> np.uint64(32)
    return keys.astype(np.uint32)


@lru_cache(maxsize=1)
def _permutations() -> tuple[tuple[np.uint64, np.uint64], ...]:
    """Odd factor and offset of each permutation: of a hash, as random generators change."""
    raw = hashlib.shake_256(_SEED).digest(PERMUTATIONS * 16)
    numbers = np.frombuffer(raw, "<u8").astype(np.uint64).reshape(-1, 2)
    return tuple((factor | np.uint64(1), offset) for factor, offset in numbers)
