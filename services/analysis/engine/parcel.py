"""What a step leaves for the next, shard by shard: columns of numbers, and words about them.

A file that is cut, altered or another run's must never be taken for a shard's: NumPy's container
has a checksum for each member, and the label is looked at before anything is used.
"""

import io
import json
import zipfile
from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]
_WORDS = "words"


class Parcel(NamedTuple):
    """What is left of one shard.

    Attributes
    ----------
    arrays : mapping
        Columns by name.
    told : dict
        What is not a column, as JSON has it.
    """

    arrays: Mapping[str, Array]
    told: dict[str, Any]


def packed(parcel: Parcel, *, label: str) -> bytes:
    """Bytes of a parcel; the label says whose it is and what is in it."""
    words = json.dumps({"label": label, "told": parcel.told}).encode()
    out = io.BytesIO()
    columns = {_WORDS: np.frombuffer(words, np.uint8), **parcel.arrays}
    np.savez(out, **columns)  # type: ignore[arg-type]
    return out.getvalue()


def unpacked(body: bytes, *, label: str) -> Parcel | None:
    """Parcel out of its bytes; ``None`` if it is not whole, or has another label."""
    try:
        with np.load(io.BytesIO(body), allow_pickle=False) as found:
            arrays = {name: found[name] for name in found.files}
        words = json.loads(arrays.pop(_WORDS).tobytes())
    except (ValueError, KeyError, OSError, EOFError, zipfile.BadZipFile):
        return None
    return Parcel(arrays, words["told"]) if words["label"] == label else None
