"""Texts as rows of numbers: how much each word says (TF-IDF), the same in every shard."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from math import log
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

Places = npt.NDArray[np.int64]
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
    columns = {form: column for column, form in enumerate(words)}
    counted = [Counter(columns[form] for form in text if form in columns) for text in texts]
    sizes = np.fromiter(map(len, counted), np.int64, len(counted))
    return unit_rows(
        np.repeat(np.arange(len(sizes)), sizes),
        np.array([column for row in counted for column in sorted(row)], np.int64),
        np.array([row[column] for row in counted for column in sorted(row)], np.int64),
        words,
        count=len(counted),
    )


def unit_rows(
    rows: Places, columns: Places, times: Places, words: Mapping[str, float], *, count: int
) -> "csr_matrix[Any]":
    """The same of stems that are counted already, by text and then by column.

    Parameters
    ----------
    rows, columns, times : array of int64
        Of each stem of each text: which text, which of `words`, how often.
    count : int
        How many texts.
    """
    from scipy.sparse import csr_matrix

    idf = np.fromiter(words.values(), np.float64, len(words))
    values = (1 + np.log(times)) * idf[columns]
    sizes = np.bincount(rows, minlength=count)
    lengths = np.sqrt(np.bincount(rows, values**2, count))
    values = values / np.repeat(lengths, sizes)
    offsets = np.concatenate([np.zeros(1, np.int64), np.cumsum(sizes)])
    return csr_matrix((values, columns, offsets), shape=(count, len(words)))
