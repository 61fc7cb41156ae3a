"""How much of a list fits into one answer: Lambda answers 6 MB at most."""

from collections.abc import Callable, Sequence
from itertools import accumulate
from typing import TypeVar

Item = TypeVar("Item")


def fitting(
    items: Sequence[Item], *, most: int, room: int, size_of: Callable[[Item], int]
) -> Sequence[Item]:
    """The first of some items, as many as go on a page, and one at least.

    Parameters
    ----------
    most : int
        Items of a page.
    room : int
        What their sizes may add up to.
    """
    sizes = accumulate(map(size_of, items[:most]))
    return items[: max(1, sum(size <= room for size in sizes))]
