"""Themes of a group of statements: what they are, and which of them a statement belongs to.

Fitted on distinct texts of one question in one language: TF-IDF of stems, k-means on latent
semantic analysis (ten beginnings, the best kept), then spherical k-means on all words until nothing
moves (Dhillon and Modha, 2001), which tells themes apart better than either k-means or NMF alone.
A seed's terms make a theme of their own first; the others are sought in what no seed takes.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from services.analysis.engine.threads import one_thread
from services.analysis.engine.weights import vocabulary, weighed

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

UNTHEMED = -1
LEAST = 0.05
"""Cosine similarity to its theme's centre from which a statement belongs to it."""
_SHARED = 0.8
"""Part of its best similarity that a second theme must reach for a statement to be in both."""
_JUDGED_IN = 50
"""Dimensions in which the number of themes is sought."""
_DIMENSIONS_EACH = 2
"""Dimensions for each theme, once their number is known."""
_BEGINNINGS = 10
_TURNS = 20
_TRIED = (2, 3, 4, 5, 6, 8, 10, 12, 14, 16, 20)
_ENOUGH = 0.95
"""Part of the best silhouette that is enough for fewer themes."""
_JUDGED = 2_000
_PER_THEME = 10
"""Distinct statements for each theme, at least, where their number is sought."""

Places = npt.NDArray[np.int64]
Matrix = npt.NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Belonging:
    """Which themes statements belong to.

    Attributes
    ----------
    first, second : array of int64
        Place of the theme, or `UNTHEMED`; of a second one, if it is nearly as near.
    score : array of float64
        Cosine similarity to the first.
    """

    first: Places
    second: Places
    score: Matrix


@dataclass(frozen=True, kw_only=True)
class Themes:
    """Themes that were fitted.

    Attributes
    ----------
    words : dict
        Inverse document frequency by stem.
    centres : array of float64, themes x words
        Unit vectors, to six decimals.
    seeds : tuple of frozenset of str
        Stems of the seeded themes, which are the first of `centres`.
    """

    words: dict[str, float]
    centres: Matrix
    seeds: tuple[frozenset[str], ...] = ()

    def of(self, texts: Sequence[Sequence[str]]) -> Belonging:
        """Tell the themes of statements, given as their stems."""
        return self.belonging(weighed(texts, self.words), _taken(texts, self.seeds))

    def belonging(self, weights: "csr_matrix[Any]", taken: Places) -> Belonging:
        """Tell the themes of statements, given as rows of `words`.

        Parameters
        ----------
        taken : array of int64
            Which seed each has most of, or `UNTHEMED`.
        """
        count = weights.shape[0]
        if not len(self.centres) or not count:
            none = np.full(count, UNTHEMED)
            return Belonging(first=none, second=none, score=np.zeros(count))
        scores = np.round(weights @ self.centres.T, 6)
        rows = np.arange(count)
        first = np.where(taken == UNTHEMED, scores.argmax(axis=1), taken)
        score = scores[rows, first]
        first = np.where((score >= LEAST) | (taken != UNTHEMED), first, UNTHEMED)
        scores[rows, first] = -1.0
        second = scores.argmax(axis=1)
        near = (scores[rows, second] >= np.maximum(LEAST, _SHARED * score)) & (first != UNTHEMED)
        return Belonging(first=first, second=np.where(near, second, UNTHEMED), score=score)


def fit(
    texts: Sequence[Sequence[str]],
    *,
    count: int | None,
    seeds: Sequence[Iterable[str]] = (),
    seed: int = 0,
) -> Themes:
    """Find the themes of distinct statements, given as their stems, in a fixed order.

    Parameters
    ----------
    count : int or None
        How many beside the seeded ones; ``None`` seeks the number: the fewest whose silhouette is
        at least 95 % of the best.
    seeds : sequence of iterable of str
        Stems of each seeded theme.
    seed : int
        Of the random beginnings.
    """
    words = vocabulary(texts)
    stems = tuple(frozenset(each) for each in seeds)
    rows = weighed(texts, words)
    taken = _taken(texts, stems)
    seeded = _centres(rows, taken, len(stems))
    rest = rows[np.flatnonzero((taken == UNTHEMED) & (np.diff(rows.indptr) > 0))]
    with one_thread():
        found = _found(rest, count, seed=seed)
    centres = np.round(np.vstack([seeded, found]), 6).astype(np.float64)
    return Themes(words=words, centres=centres, seeds=stems)


def _found(rows: "csr_matrix[Any]", count: int | None, *, seed: int) -> Matrix:
    """Centres of the themes of rows, none of which is empty."""
    distinct = rows.shape[0]
    if not distinct or not rows.shape[1]:
        return np.zeros((0, rows.shape[1]))
    wanted = _count(rows, seed=seed) if count is None else min(count, distinct)
    if wanted < 2:
        return _centres(rows, np.zeros(distinct, np.int64), 1)
    reduced = _reduced(rows, _DIMENSIONS_EACH * wanted, seed=seed)
    labels = _clustered(reduced, wanted, seed=seed, beginnings=_BEGINNINGS)
    return _refined(rows, labels, wanted)


def _reduced(rows: "csr_matrix[Any]", dimensions: int, *, seed: int) -> Matrix:
    from sklearn.decomposition import TruncatedSVD
    from sklearn.preprocessing import normalize

    dimensions = min(dimensions, min(rows.shape) - 1)
    if dimensions < 2:
        return np.asarray(rows.todense())
    reduced = TruncatedSVD(dimensions, random_state=seed).fit_transform(rows)
    return np.asarray(np.round(normalize(reduced), 9))


def _clustered(reduced: Matrix, count: int, *, seed: int, beginnings: int) -> Places:
    import warnings

    from sklearn.cluster import KMeans
    from sklearn.exceptions import ConvergenceWarning

    with warnings.catch_warnings():
        # Fewer different texts than themes: then there are fewer themes.
        warnings.simplefilter("ignore", ConvergenceWarning)
        found = KMeans(count, n_init=beginnings, random_state=seed).fit_predict(reduced)
    return np.asarray(found, np.int64)


def _count(rows: "csr_matrix[Any]", *, seed: int) -> int:
    """Fewest themes that part the statements nearly as well as any number tried (silhouette)."""
    from sklearn.metrics import silhouette_score

    judged = _reduced(rows, _JUDGED_IN, seed=seed)[:_JUDGED]
    scores = {}
    for count in _TRIED:
        if count * _PER_THEME > len(judged):
            break
        labels = _clustered(judged, count, seed=seed, beginnings=3)
        if len(np.unique(labels)) == count:
            scores[count] = float(silhouette_score(judged, labels))
    best = max(scores.values(), default=0.0)
    return next((count for count, score in scores.items() if score >= _ENOUGH * best), 1)


def _refined(rows: "csr_matrix[Any]", labels: Places, count: int) -> Matrix:
    """Spherical k-means from a beginning; themes that end up empty are left out."""
    centres = _centres(rows, labels, count)
    for _ in range(_TURNS):
        moved = np.asarray(np.round(rows @ centres.T, 9).argmax(axis=1), np.int64)
        if np.array_equal(moved, labels):
            break
        labels, centres = moved, _centres(rows, moved, count)
    return centres[np.bincount(labels, minlength=count) > 0]


def _centres(rows: "csr_matrix[Any]", labels: Places, count: int) -> Matrix:
    """Unit vector of each theme's sum; zeros of one without statements."""
    from scipy.sparse import csr_matrix

    inside = np.flatnonzero(labels != UNTHEMED)
    shape = (count, rows.shape[0])
    members = csr_matrix((np.ones(len(inside)), (labels[inside], inside)), shape=shape)
    sums = np.asarray((members @ rows).todense())
    lengths = np.linalg.norm(sums, axis=1, keepdims=True)
    return sums / np.where(lengths, lengths, 1.0)


def _taken(texts: Sequence[Sequence[str]], seeds: Sequence[frozenset[str]]) -> Places:
    """The seed most of whose stems a statement has; the first of several, or `UNTHEMED`."""
    taken = np.full(len(texts), UNTHEMED)
    for row, text in enumerate(texts if seeds else ()):
        hits = [len(stems.intersection(text)) for stems in seeds]
        if max(hits):
            taken[row] = hits.index(max(hits))
    return taken
