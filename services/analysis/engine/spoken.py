"""The words of many texts at a time, as numbers: read once, counted by NumPy.

What a text says is asked for three times: which terms it has, how they are weighed, and how it
sounds. Its words are looked up once for all of them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import numpy.typing as npt

from services.analysis.engine.stems import stem_of
from services.analysis.engine.weights import unit_rows
from services.analysis.model.text import words

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

Places = npt.NDArray[np.int64]
UNCOUNTED = -1


class Pairs(NamedTuple):
    """Which texts have which stems, by text, and how often."""

    texts: Places
    forms: Places
    times: Places


@dataclass(frozen=True, kw_only=True)
class Spoken:
    """Words of texts in one language.

    Attributes
    ----------
    surfaces : list of str
        Every word that occurs, as it is written.
    forms : list of str
        Every stem that is counted.
    form_of : array of int64
        Place in `forms` of each surface's stem, or `UNCOUNTED`.
    texts, places : array of int64
        Of each word in turn: in which text it is, and which of `surfaces`.
    count : int
        How many texts.
    """

    surfaces: list[str]
    forms: list[str]
    form_of: Places
    texts: Places
    places: Places
    count: int

    @cached_property
    def pairs(self) -> Pairs:
        """Texts and their stems."""
        forms = self.form_of[self.places]
        counted = forms != UNCOUNTED
        width = max(len(self.forms), 1)
        keys, times = np.unique(self.texts[counted] * width + forms[counted], return_counts=True)
        return Pairs(keys // width, keys % width, times)

    def weighed(self, idf: Mapping[str, float]) -> "csr_matrix[Any]":
        """Rows of all texts, as `weights.weighed` makes them."""
        columns = {form: column for column, form in enumerate(idf)}
        column_of = np.array([columns.get(form, UNCOUNTED) for form in self.forms], np.int64)
        found = column_of[self.pairs.forms]
        known = found != UNCOUNTED
        texts, found, times = self.pairs.texts[known], found[known], self.pairs.times[known]
        order = np.lexsort((found, texts))
        return unit_rows(texts[order], found[order], times[order], idf, count=self.count)

    def hits(self, stems: frozenset[str]) -> Places:
        """How many of some stems each text has."""
        is_one = np.array([form in stems for form in self.forms], np.bool_)
        mine = is_one[self.pairs.forms] if len(self.forms) else np.zeros(0, np.bool_)
        return np.bincount(self.pairs.texts[mine], minlength=self.count)

    def of(self, rows: Places) -> "Spoken":
        """The same of some texts, in the order given, which must ascend."""
        renumbered = np.full(self.count, UNCOUNTED)
        renumbered[rows] = np.arange(len(rows))
        texts = renumbered[self.texts]
        kept = texts != UNCOUNTED
        return Spoken(
            surfaces=self.surfaces,
            forms=self.forms,
            form_of=self.form_of,
            texts=texts[kept],
            places=self.places[kept],
            count=len(rows),
        )


class _Numbers(dict[str, int]):
    """Number of each word, in the order in which they are met."""

    def __missing__(self, word: str) -> int:
        self[word] = number = len(self)
        return number


def spoken(texts: Sequence[str], language: str) -> Spoken:
    """Read texts in a language."""
    numbers, forms = _Numbers(), _Numbers()
    read = [list(map(numbers.__getitem__, words(text))) for text in texts]
    sizes = np.fromiter(map(len, read), np.int64, len(read))
    surfaces = list(numbers)
    form_of = [
        forms[form] if (form := stem_of(surface, language)) else UNCOUNTED for surface in surfaces
    ]
    return Spoken(
        surfaces=surfaces,
        forms=list(forms),
        form_of=np.array(form_of, np.int64),
        texts=np.repeat(np.arange(len(read)), sizes),
        places=np.fromiter(chain.from_iterable(read), np.int64, int(sizes.sum())),
        count=len(read),
    )
