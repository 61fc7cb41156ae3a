"""Proofs of RFC 9162, section 2.1: that a leaf is in a tree, that a tree only grew.

They are made from hashes that are looked up by level and index, and so read little of a large tree.
"""

from collections.abc import Callable, Sequence

from services.archive.model.merkle import EMPTY, left_width, node_hash

Nodes = Callable[[int, int], bytes]
"""Root of the complete subtree over 2^level leaves, by level (0: a leaf's hash) and index."""


def range_root(begin: int, end: int, nodes: Nodes) -> bytes:
    """Root over the leaves from `begin` up to `end`, which form a subtree of the tree."""
    width = end - begin
    if width == 0:
        return EMPTY
    if width.bit_count() == 1:
        level = width.bit_length() - 1
        return nodes(level, begin >> level)
    middle = begin + left_width(width)
    return node_hash(range_root(begin, middle, nodes), range_root(middle, end, nodes))


def inclusion_path(index: int, size: int, nodes: Nodes) -> list[bytes]:
    """Hashes that lead from a leaf to the root (section 2.1.3.1).

    Parameters
    ----------
    index : int
        Place of the leaf, from 0 on.
    size : int
        Leaves of the tree that the proof is for; it may have grown since.

    Raises
    ------
    ValueError
        If the tree has no such leaf.
    """
    if not 0 <= index < size:
        raise ValueError(f"no leaf {index} among {size}")
    path, begin, end = [], 0, size
    while end - begin > 1:
        middle = begin + left_width(end - begin)
        if index < middle:
            path.append(range_root(middle, end, nodes))
            end = middle
        else:
            path.append(range_root(begin, middle, nodes))
            begin = middle
    return path[::-1]


def consistency_path(first: int, second: int, nodes: Nodes) -> list[bytes]:
    """Hashes that show a tree's first leaves to be another tree (section 2.1.4.1).

    Parameters
    ----------
    first, second : int
        Leaves then and later; of none, and of as many, the path is empty.

    Raises
    ------
    ValueError
        If the later tree has fewer leaves.
    """
    if not 0 <= first <= second:
        raise ValueError(f"{second} leaves do not follow {first}")
    if first == 0:
        return []
    path, begin, end = [], 0, second
    while first != end:
        middle = begin + left_width(end - begin)
        if first <= middle:
            path.append(range_root(middle, end, nodes))
            end = middle
        else:
            path.append(range_root(begin, middle, nodes))
            begin = middle
    if begin:  # else it is the first tree itself, whose root whoever asks has
        path.append(range_root(begin, end, nodes))
    return path[::-1]


def is_included(
    hashed: bytes, index: int, size: int, *, path: Sequence[bytes], root: bytes
) -> bool:
    """Tell whether a path proves that a leaf is in a tree (section 2.1.3.2).

    Parameters
    ----------
    hashed : bytes
        Hash of the leaf.
    """
    if not 0 <= index < size:
        return False
    place, last, found = index, size - 1, hashed
    for each in path:
        if last == 0:
            return False
        if place & 1 or place == last:
            found = node_hash(each, found)
            place, last = _at_left_child(place, last)
        else:
            found = node_hash(found, each)
        place, last = place >> 1, last >> 1
    return last == 0 and found == root


def is_consistent(
    first: int, second: int, *, path: Sequence[bytes], first_root: bytes, second_root: bytes
) -> bool:
    """Tell whether a path proves that a tree grew from another (section 2.1.4.2).

    What the section leaves out: nothing grows into anything, and a tree into itself, by no path.
    """
    if first == 0:
        return not path and second >= 0 and first_root == EMPTY
    if first == second:
        return not path and first_root == second_root
    if not 0 < first < second or not path:
        return False
    start, *rest = [first_root, *path] if first.bit_count() == 1 else path
    place, last = first - 1, second - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    before = after = start
    for each in rest:
        if last == 0:
            return False
        if place & 1 or place == last:
            before, after = node_hash(each, before), node_hash(each, after)
            place, last = _at_left_child(place, last)
        else:
            after = node_hash(after, each)
        place, last = place >> 1, last >> 1
    return last == 0 and before == first_root and after == second_root


def _at_left_child(place: int, last: int) -> tuple[int, int]:
    """Skip the levels on which a subtree at the right edge has no sibling."""
    while place and not place & 1:
        place, last = place >> 1, last >> 1
    return place, last
