"""What `read` made of each comment, of all shards one after the other.

Of millions of comments it is gigabytes: a shard's columns are copied to the end of the whole ones
as it comes, so that there is never a second copy of everything.
"""

from collections.abc import Mapping

import numpy as np

from services.analysis.engine.minhash import Keys
from services.analysis.engine.parcel import Array
from services.analysis.engine.shingles import Shingles


class Columns:
    """Columns of all shards.

    Attributes
    ----------
    shards : list of int
        Comments of each.
    """

    def __init__(self) -> None:
        self.shards: list[int] = []
        self._whole: dict[str, Array] = {}

    def take(self, arrays: Mapping[str, Array]) -> None:
        """Take in a shard: the columns of `read`'s parcel."""
        self.shards.append(len(arrays["ids"]))
        for name in ("ids", "received", "channels", "digests", "values"):
            self._append(name, arrays[name])
        self._append("sizes", np.diff(arrays["offsets"]))
        # One table and not 42 columns: the heap is full of holes where many grow side by side.
        self._append("bands", arrays["bands"].T)

    def __getitem__(self, name: str) -> Array:
        """The column ``ids``, ``received``, ``channels`` or ``digests``, whole."""
        return self._whole[name]

    def band(self, number: int) -> Keys:
        """Keys of a band."""
        return np.ascontiguousarray(self._whole["bands"][:, number])

    def shingles(self) -> Shingles:
        """Shingles of all comments."""
        sizes = self._whole["sizes"]
        offsets = np.concatenate([np.zeros(1, np.int64), np.cumsum(sizes)])
        return Shingles(offsets, self._whole["values"])

    def _append(self, name: str, more: Array) -> None:
        whole = self._whole.get(name, more[:0])
        before = len(whole)
        # Of texts of bytes the longest may be longer than any before.
        whole = whole.astype(np.promote_types(whole.dtype, more.dtype), copy=not before)
        whole.resize((before + len(more), *more.shape[1:]), refcheck=False)
        whole[before:] = more
        self._whole[name] = whole
