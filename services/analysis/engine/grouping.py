"""Comments that are near-identical: exact texts, then candidates of each band, then their cores.

Everything goes by the order of the ids, so that neither the order of the comments nor their shards
change a group. Work is done for all texts of a band, or all groups of a round, at a time.
"""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from services.analysis.engine.likeness import Likeness, phrases
from services.analysis.engine.minhash import BANDS, Keys
from services.analysis.engine.shingles import Numbers, Rows, Shingles

LEAST = 0.3
"""Jaccard similarity from which two texts are one letter: a fifth of the words changed is .34."""
CORE = 0.25
"""Similarity to a group's core from which a text stays in it."""
_TRIES = 3
"""Texts of a bucket that the others of it are compared with."""
_ROUNDS = 24
"""Cores sought among what one chain of likenesses holds together."""
_SAMPLE = 16
"""Texts among which a core is chosen."""
_LOOKED_AT = 20_000
"""Texts in which phrases of many letters are sought: those with the least digests."""


def group(
    ids: npt.NDArray[np.bytes_],
    *,
    digests: Numbers,
    band: Callable[[int], Keys],
    shingles: Shingles,
) -> Rows:
    """Group comments whose texts are near-identical.

    Parameters
    ----------
    ids : array of bytes
        Of each comment, all different.
    digests : array of uint64, comments x 2
        As `digests` makes them; zeros for a blank text, which is in no group.
    band : callable
        Keys of the band with that number, one of each comment; called once for each, in order.
    shingles : Shingles
        Of each comment; only those of texts with a candidate are read.

    Returns
    -------
    array of int64
        For each comment the place of the group's first comment by id, or -1 if it is alone.
    """
    order = np.argsort(ids, kind="stable")
    firsts = first_alike(digests[order])
    distinct = np.flatnonzero(firsts == np.arange(len(order)))
    letters = distinct[shingles.sizes(order[distinct]) > 0]
    labels = np.arange(len(order))
    rows = order[letters]
    looked_at = rows[np.lexsort((digests[rows, 1], digests[rows, 0]))[:_LOOKED_AT]]
    texts = _Texts(rows, Likeness(shingles, phrases(shingles, looked_at)))
    labels[letters] = letters[_near(texts, band)]
    labels = labels[firsts]
    groups = np.full(len(order), -1)
    together = np.bincount(labels, minlength=len(order))[labels] > 1
    groups[order[together]] = order[labels[together]]
    return groups


def first_alike(digests: Numbers) -> Rows:
    """Place of the first comment with the same text; a blank one is its own.

    Parameters
    ----------
    digests : array of uint64, comments x 2
        In the order of the comments' ids.
    """
    first = np.arange(len(digests))
    filled = np.flatnonzero(digests.any(axis=1))
    found = digests[filled]
    by_text = np.lexsort((found[:, 1], found[:, 0]))  # stable: the first comes first
    starts = _starts(found[by_text].T)
    first[filled[by_text]] = filled[by_text][starts]
    return first


class _Texts:
    """The distinct texts, in the order of their ids."""

    def __init__(self, rows: Rows, likeness: Likeness) -> None:
        self.rows = rows
        self._likeness = likeness

    def likeness(self, one: Rows, other: Rows) -> npt.NDArray[np.float64]:
        """How alike pairs of them are, 0 to 1."""
        return self._likeness.of(self.rows[one], self.rows[other])


def _near(texts: _Texts, band: Callable[[int], Keys]) -> Rows:
    """Place of the first text of each text's group."""
    roots = np.arange(len(texts.rows))
    for number in range(BANDS):
        keys = band(number)[texts.rows]
        by_key = np.argsort(keys, kind="stable")
        roots = _linked(roots, by_key, _starts(keys[by_key][None]), texts)
    return _parted(roots, texts)


def _starts(keys: Numbers | Keys | Rows) -> Rows:
    """Of sorted columns, where the run of equal ones begins that each is in."""
    changes = (keys[:, 1:] != keys[:, :-1]).any(axis=0)
    begins = np.concatenate([np.zeros(1, np.int64), np.flatnonzero(changes) + 1])
    return np.repeat(begins, np.diff(begins, append=keys.shape[1]))


def _linked(roots: Rows, items: Rows, buckets: Rows, texts: _Texts) -> Rows:
    """Join what is alike within the buckets of a band.

    Each is compared with its bucket's first, what is left over with the first of that, so that two
    letters with a greeting in common are each still joined.
    """
    for _ in range(_TRIES):
        leads = items[_starts(buckets[None])]
        apart = roots[items] != roots[leads]
        items, buckets, leads = items[apart], buckets[apart], leads[apart]
        if not len(items):
            break
        alike = texts.likeness(items, leads) >= LEAST
        roots = _united(roots, items[alike], leads[alike])
        items, buckets = items[~alike], buckets[~alike]
    return roots


def _united(roots: Rows, one: Rows, other: Rows) -> Rows:
    """Join the groups of each pair; every member again points at the least of its group."""
    roots = roots.copy()
    while True:
        first, second = roots[one], roots[other]
        if np.array_equal(first, second):
            return roots
        np.minimum.at(roots, np.maximum(first, second), np.minimum(first, second))
        while not np.array_equal(above := roots[roots], roots):
            roots = above


def _parted(roots: Rows, texts: _Texts) -> Rows:
    """Part what only a chain holds together: each text stays with a core that it is like.

    Two texts have been compared. Of more, the core is sought, what is not like it is left for the
    next core of the same chain, and what no core takes stands alone.
    """
    parted = roots.copy()
    pool = np.flatnonzero(np.bincount(roots, minlength=len(roots))[roots] > 2)
    pool = pool[np.argsort(roots[pool], kind="stable")]
    for _ in range(_ROUNDS):
        if not len(pool):
            break
        begins = _starts(roots[pool][None])
        cores = _cores(pool, begins, texts)
        alike = texts.likeness(pool, cores) >= CORE
        kept, chains = pool[alike], begins[alike]
        parted[kept] = kept[_starts(chains[None])]
        pool = pool[~alike]
    parted[pool] = pool
    return parted


def _cores(pool: Rows, begins: Rows, texts: _Texts) -> Rows:
    """For each text the one that stands for its chain: of a sample, the likest to the others.

    Squares are summed: a text that two letters were pasted into is half like all, and must not
    stand for both.
    """
    sizes = np.bincount(begins, minlength=len(pool))[begins]
    turns = (np.arange(len(pool)) - begins) * _SAMPLE
    sample = np.flatnonzero((sizes <= _SAMPLE) | (turns % sizes < _SAMPLE))
    one, other = _pairs(begins[sample])
    squares = texts.likeness(pool[sample[one]], pool[sample[other]]) ** 2
    score = np.bincount(one, squares, len(sample)) + np.bincount(other, squares, len(sample))
    best = np.lexsort((np.arange(len(sample)), -score, begins[sample]))
    chains = begins[sample][best]
    core = np.empty(len(pool), np.int64)
    core[chains] = sample[best][_starts(chains[None])]
    return pool[core[begins]]


def _pairs(chains: Rows) -> tuple[Rows, Rows]:
    """All pairs within each run of equal numbers, which is no longer than the sample."""
    one, other = [], []
    for step in range(1, _SAMPLE):
        first = np.flatnonzero(chains[step:] == chains[:-step])
        one.append(first)
        other.append(first + step)
    return np.concatenate(one), np.concatenate(other)
