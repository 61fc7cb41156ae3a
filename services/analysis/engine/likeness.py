"""How alike two texts are, for many pairs at a time, and which phrases say nothing about it."""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from services.analysis.engine.shingles import Numbers, Rows, Shingles

_BLOCK = 1 << 18
"""Shingles compared at a time."""
_SAME = 0.6
"""Similarity from which texts are alike even if all they share are phrases of many letters."""
_ALIKE = 0.3
_SEEN = 16
"""Texts, of those looked at, that have a phrase before it can be one of many letters."""

Shares = npt.NDArray[np.float64]
Phrases = npt.NDArray[np.uint32]


class Likeness:
    """Compares texts of a collection.

    Parameters
    ----------
    shingles : Shingles
        Of the collection.
    phrases : array of uint32, ascending
        Shingles that count only where they are most of both texts.
    """

    def __init__(self, shingles: Shingles, phrases: Phrases) -> None:
        self._shingles = shingles
        self._phrases = phrases

    def of(self, one: Rows, other: Rows) -> Shares:
        """Jaccard similarity of pairs without the phrases, or with them if it is `_SAME` then."""
        if not len(self._phrases):
            return jaccard(self._shingles, one, other)
        found = jaccard(self._shingles, one, other, without=self._phrases)
        low = np.flatnonzero(found < _SAME)
        whole = jaccard(self._shingles, one[low], other[low])
        found[low] = np.where(whole >= _SAME, whole, found[low])
        return found


def jaccard(shingles: Shingles, one: Rows, other: Rows, without: Phrases | None = None) -> Shares:
    """Jaccard similarity of the shingles of pairs of texts.

    Returns
    -------
    array of float64
        0 to 1, exact: the shingles in common by those of either; 0 if neither has any.
    """
    pairs = np.stack([one, other], axis=1)
    sizes = shingles.sizes(pairs.ravel()).reshape(-1, 2).sum(axis=1)
    found = np.zeros(len(pairs))
    for begin, end in _blocks(sizes):
        found[begin:end] = _shares(shingles, pairs[begin:end], without)
    return found


def phrases(shingles: Shingles, rows: Rows) -> Phrases:
    """Shingles that these texts share while most of them are not alike: greetings, quoted law.

    Of each that is in `_SEEN` texts or more as many pairs are compared, spread over all of them;
    of a letter in many variants most pairs are alike, and a quarter is enough to keep it.
    """
    numbers = np.sort(shingles.keyed(rows, np.arange(len(rows))))
    numbers = np.sort((numbers << np.uint64(32)) | (numbers >> np.uint64(32)))
    values = numbers >> np.uint64(32)
    begins = np.flatnonzero(np.concatenate([[True], values[1:] != values[:-1]])[: len(values)])
    counts = np.diff(begins, append=len(values))
    begins, counts = begins[counts >= _SEEN], counts[counts >= _SEEN]
    steps = np.arange(_SEEN) * (counts[:, None] - 1) // (_SEEN - 1)
    texts = rows[(numbers & np.uint64(0xFFFFFFFF)).astype(np.int64)[begins[:, None] + steps]]
    found = jaccard(shingles, texts[:, 1:].ravel(), texts[:, :-1].ravel()) >= _ALIKE
    rarely = found.reshape(-1, _SEEN - 1).mean(axis=1) < 1 / 4
    found_in_many: Phrases = values[begins[rarely]].astype(np.uint32)
    return found_in_many


def _shares(shingles: Shingles, pairs: Rows, without: Phrases | None) -> Shares:
    """Similarity of each pair: what comes twice under its number is in common.

    The sets are ascending runs already, which timsort ("stable") merges ten times as fast as
    quicksort would sort them.
    """
    keyed = shingles.keyed(pairs.ravel(), np.repeat(np.arange(len(pairs)), 2))
    if without is not None:
        keyed = keyed[~_among(keyed.astype(np.uint32), without)]
    keyed.sort(kind="stable")
    shared = _counted(keyed[1:][keyed[1:] == keyed[:-1]], len(pairs))
    either = _counted(keyed, len(pairs)) - shared
    shares: Shares = np.divide(shared, either, out=np.zeros(len(pairs)), where=either > 0)
    return shares


def _counted(keyed: Numbers, length: int) -> Rows:
    return np.bincount((keyed >> np.uint64(32)).astype(np.int64), minlength=length)


def _among(values: Phrases, known: Phrases) -> npt.NDArray[np.bool_]:
    places = np.minimum(np.searchsorted(known, values), len(known) - 1)
    among: npt.NDArray[np.bool_] = known[places] == values
    return among


def _blocks(sizes: Rows) -> Iterator[tuple[int, int]]:
    part = np.cumsum(sizes) // _BLOCK
    ends = [*(np.flatnonzero(np.diff(part)) + 1).tolist(), len(sizes)]
    return ((begin, end) for begin, end in zip([0, *ends], ends, strict=False) if begin < end)
