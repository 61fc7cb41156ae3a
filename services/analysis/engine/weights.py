"""Texts as rows of numbers: how much each word says (TF-IDF), the same in every shard."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from math import log
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

_LEAST_TEXTS = 2
_MOST_SHARE = 0.5
"""A word in more than half of the texts tells none apart."""
_MOST_WORDS = 20_000


def vocabulary(
    texts: Sequence[Iterable[str]], *, least: int = _LEAST_TEXTS, most: float = _MOST_SHARE
) -> dict[str, float]:
    """Stems by which texts are told apart, sorted, each with its inverse document frequency.

    ``ln((1 + n) / (1 + df)) + 1``; of more than 20,000 those in most texts are kept.

    Parameters
    ----------
    least : int
        Texts that a stem occurs in, at least.
    most : float
        Part of the texts, at most.
    """
    found = Counter(form for text in texts for form in set(text))
    ceiling = max(least, most * len(texts))
    usable = [(-n, form) for form, n in found.items() if least <= n <= ceiling]
    kept = sorted(form for _, form in sorted(usable)[:_MOST_WORDS])
    return {form: log((1 + len(texts)) / (1 + found[form])) + 1 for form in kept}


def weighed(texts: Sequence[Iterable[str]], words: Mapping[str, float]) -> "csr_matrix[Any]":
    """Rows of unit length: ``(1 + ln tf) · idf`` of each stem (sublinear term frequency).

    Returns
    -------
    scipy.sparse.csr_matrix, texts x words
        A row of zeros where a text has none of the words.
    """
    from scipy.sparse import csr_matrix

    places = {form: place for place, form in enumerate(words)}
    idf = np.fromiter(words.values(), np.float64, len(words))
    counted = [Counter(places[form] for form in text if form in places) for text in texts]
    sizes = np.fromiter(map(len, counted), np.int64, len(counted))
    columns = np.array([place for row in counted for place in sorted(row)], np.int64)
    times = np.array([row[place] for row in counted for place in sorted(row)], np.float64)
    values = (1 + np.log(times)) * idf[columns] if len(times) else times
    offsets = np.concatenate([np.zeros(1, np.int64), np.cumsum(sizes)])
    lengths = np.sqrt(np.bincount(np.repeat(np.arange(len(sizes)), sizes), values**2, len(sizes)))
    values = values / np.repeat(lengths, sizes) if len(values) else values
    return csr_matrix((values, columns, offsets), shape=(len(counted), len(words)))
