"""Parcels: what a step leaves for the next, numbers and words in one file that says whose it is.

A file that is cut, altered or another run's must never be taken for a shard's: NumPy's container
has a checksum for each member, and the label is looked at before anything is used.
"""

import io
import json
import zipfile
from collections.abc import Mapping
from typing import Any, Literal, NamedTuple

import numpy as np
import numpy.typing as npt

from services.shared.errors import Conflict

Step = Literal["read", "letters", "themes", "apply"]
Array = npt.NDArray[Any]
_LABEL = "label"


class Parcel(NamedTuple):
    """What is in a parcel.

    Attributes
    ----------
    arrays : mapping
        Columns by name.
    told : dict
        What is not a column, as JSON has it.
    """

    arrays: Mapping[str, Array]
    told: dict[str, Any]


class WorkBroken(Conflict):
    """What a step left is not there, not whole, or of another run; doing the run again mends it."""

    def __init__(self, name: str) -> None:
        super().__init__("work_broken", name=name)


def packed(parcel: Parcel, *, run_id: str, step: Step, index: int) -> bytes:
    """Bytes of a parcel, labelled."""
    document = {"run_id": run_id, "step": step, "index": index, "told": parcel.told}
    label = np.frombuffer(json.dumps(document, ensure_ascii=False).encode(), np.uint8)
    out = io.BytesIO()
    np.savez(out, **{_LABEL: label}, **parcel.arrays)  # type: ignore[arg-type]
    return out.getvalue()


def unpacked(body: bytes, *, run_id: str, step: Step, index: int) -> Parcel:
    """Parcel out of its bytes.

    Raises
    ------
    WorkBroken
        If it is not whole, or not the one that is wanted.
    """
    name = f"{step}/{index}"
    try:
        with np.load(io.BytesIO(body), allow_pickle=False) as found:
            arrays = {each: found[each] for each in found.files}
        document = json.loads(arrays.pop(_LABEL).tobytes())
    except (ValueError, KeyError, OSError, zipfile.BadZipFile) as error:
        raise WorkBroken(name) from error
    if [document[part] for part in ("run_id", "step", "index")] != [run_id, step, index]:
        raise WorkBroken(name)
    return Parcel(arrays, document["told"])
