"""What a step leaves for the next, shard by shard: columns of numbers, and words about them."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy.typing as npt

Array = npt.NDArray[Any]


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
