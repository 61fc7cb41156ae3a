"""Proofs are those of RFC 9162, as others make them; nothing else is taken for one."""

import hashlib
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.archive.model.merkle import leaf_hash, node_hash, tree_hash
from services.archive.model.proofs import (
    consistency_path,
    inclusion_path,
    is_consistent,
    is_included,
    range_root,
)
from tests.unit.archive.test_archive_merkle import LEAVES as PUBLISHED
from tests.unit.archive.test_archive_merkle import ROOTS

MOST = 70
LEAVES = [bytes([number]) * 32 for number in range(MOST)]

# --- the definitions of the RFC, word for word ------------------------------------------------


def split(width: int) -> int:
    largest = 1
    while largest * 2 < width:
        largest *= 2
    return largest


def naive_root(leaves: Sequence[bytes]) -> bytes:
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return hashlib.sha256(b"\x00" + leaves[0]).digest()
    k = split(len(leaves))
    both = naive_root(leaves[:k]) + naive_root(leaves[k:])
    return hashlib.sha256(b"\x01" + both).digest()


def naive_path(m: int, leaves: Sequence[bytes]) -> list[bytes]:
    if len(leaves) == 1:
        return []
    k = split(len(leaves))
    if m < k:
        return [*naive_path(m, leaves[:k]), naive_root(leaves[k:])]
    return [*naive_path(m - k, leaves[k:]), naive_root(leaves[:k])]


def naive_proof(m: int, leaves: Sequence[bytes], *, whole: bool = True) -> list[bytes]:
    if m == len(leaves):
        return [] if whole else [naive_root(leaves)]
    k = split(len(leaves))
    if m <= k:
        return [*naive_proof(m, leaves[:k], whole=whole), naive_root(leaves[k:])]
    return [*naive_proof(m - k, leaves[k:], whole=False), naive_root(leaves[:k])]


def nodes_of(leaves: Sequence[bytes]):  # type: ignore[no-untyped-def]
    def node(level: int, index: int) -> bytes:
        if level == 0:
            return leaf_hash(leaves[index])
        return node_hash(node(level - 1, 2 * index), node(level - 1, 2 * index + 1))

    return node


NODES = nodes_of(LEAVES)
INCLUSIONS = [(index, size) for size in range(1, MOST + 1) for index in range(size)]
CONSISTENCIES = [(first, second) for second in range(MOST + 1) for first in range(second + 1)]

# --- what others publish: Certificate Transparency's reference implementation ------------------

PATHS = (
    (0, 1, ()),
    (
        0,
        8,
        (
            "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
        ),
    ),
    (
        5,
        8,
        (
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
            "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        ),
    ),
    (2, 3, ("fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",)),
    (
        1,
        5,
        (
            "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        ),
    ),
)
PROOFS = (
    (1, 1, ()),
    (
        1,
        8,
        (
            "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
        ),
    ),
    (
        6,
        8,
        (
            "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
            "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        ),
    ),
    (
        2,
        5,
        (
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        ),
    ),
)


@pytest.mark.parametrize(("index", "size", "path"), PATHS)
def test_inclusion_is_shown_by_the_published_paths(
    index: int, size: int, path: tuple[str, ...]
) -> None:
    made = inclusion_path(index, size, nodes_of(PUBLISHED))
    assert [each.hex() for each in made] == list(path)
    root = bytes.fromhex(ROOTS[size])
    assert is_included(leaf_hash(PUBLISHED[index]), index, size, path=made, root=root)


@pytest.mark.parametrize(("first", "second", "path"), PROOFS)
def test_growth_is_shown_by_the_published_paths(
    first: int, second: int, path: tuple[str, ...]
) -> None:
    made = consistency_path(first, second, nodes_of(PUBLISHED))
    assert [each.hex() for each in made] == list(path)
    roots = [bytes.fromhex(ROOTS[size]) for size in (first, second)]
    assert is_consistent(first, second, path=made, first_root=roots[0], second_root=roots[1])


# --- every tree of up to seventy leaves --------------------------------------------------------


@pytest.mark.parametrize("size", range(MOST + 1))
def test_roots_and_paths_are_those_of_the_definition(size: int) -> None:
    leaves = LEAVES[:size]
    root = naive_root(leaves)
    assert tree_hash(leaves) == range_root(0, size, NODES) == root
    for index in range(size):
        path = inclusion_path(index, size, NODES)
        assert path == naive_path(index, leaves)
        assert is_included(leaf_hash(leaves[index]), index, size, path=path, root=root)
    for first in range(1, size + 1):
        path = consistency_path(first, size, NODES)
        assert path == naive_proof(first, leaves)
        before = naive_root(leaves[:first])
        assert is_consistent(first, size, path=path, first_root=before, second_root=root)


def test_nothing_grows_into_anything_by_no_path() -> None:
    empty, root = tree_hash([]), tree_hash(LEAVES[:3])
    assert consistency_path(0, 3, NODES) == []
    assert is_consistent(0, 3, path=[], first_root=empty, second_root=root)
    assert not is_consistent(0, 3, path=[root], first_root=empty, second_root=root)
    assert not is_consistent(0, 3, path=[], first_root=root, second_root=root)
    assert not is_consistent(0, -1, path=[], first_root=empty, second_root=root)


@pytest.mark.parametrize(("index", "size"), [(0, 0), (3, 3), (-1, 3), (0, -1)])
def test_a_leaf_that_is_not_there_has_no_path(index: int, size: int) -> None:
    with pytest.raises(ValueError, match="no leaf"):
        inclusion_path(index, size, NODES)
    hashed = leaf_hash(LEAVES[0])
    assert not is_included(hashed, index, size, path=[], root=hashed)


@pytest.mark.parametrize(("first", "second"), [(4, 3), (-1, 3)])
def test_a_tree_does_not_shrink(first: int, second: int) -> None:
    with pytest.raises(ValueError, match="do not follow"):
        consistency_path(first, second, NODES)
    path = consistency_path(3, 4, NODES)
    roots = {"first_root": tree_hash(LEAVES[:4]), "second_root": tree_hash(LEAVES[:3])}
    assert not is_consistent(first, second, path=path, **roots)


def test_a_path_of_another_length_than_the_size_asks_for_shows_nothing() -> None:
    hashed, root = leaf_hash(LEAVES[0]), node_hash(OTHER, leaf_hash(LEAVES[0]))
    assert not is_included(hashed, 0, 3, path=[], root=hashed)
    assert not is_included(hashed, 0, 1, path=[OTHER], root=root)
    assert not is_included(hashed, 1, 1, path=[], root=hashed)
    three = {"first_root": hashed, "second_root": hashed}
    assert not is_consistent(3, 1, path=[hashed], **three)
    assert not is_consistent(3, 5, path=[hashed], **three)
    five = {"first_root": root, "second_root": root}
    assert not is_consistent(6, 7, path=[hashed, OTHER], **five)


def test_two_trees_of_one_size_are_two() -> None:
    same = tree_hash(LEAVES[:3])
    assert is_consistent(3, 3, path=[], first_root=same, second_root=same)
    assert not is_consistent(3, 3, path=[], first_root=same, second_root=OTHER)
    assert not is_consistent(3, 3, path=[OTHER], first_root=same, second_root=same)


OTHER = hashlib.sha256(b"other").digest()


def changed(path: list[bytes], data: st.DataObject) -> list[bytes]:
    """The path as somebody altered it: never the same."""
    ways = ["longer", "prefixed"] + (["cut", "beheaded", "altered"] if path else [])
    ways += ["reordered"] if len(path) > 1 else []
    way = data.draw(st.sampled_from(ways))
    if way == "longer":
        return [*path, data.draw(st.sampled_from([OTHER, *path]))]
    if way == "prefixed":
        return [data.draw(st.sampled_from([OTHER, *path])), *path]
    if way in ("cut", "beheaded"):
        return path[:-1] if way == "cut" else path[1:]
    place = data.draw(st.integers(0, len(path) - 1))
    if way == "reordered":
        other = data.draw(st.integers(0, len(path) - 1).filter(lambda at: at != place))
        swapped = list(path)
        swapped[place], swapped[other] = path[other], path[place]
        return swapped
    bit = data.draw(st.integers(0, 255))
    flipped = bytearray(path[place])
    flipped[bit // 8] ^= 1 << bit % 8
    return [*path[:place], bytes(flipped), *path[place + 1 :]]


@given(case=st.sampled_from(INCLUSIONS), data=st.data())
def test_no_other_path_shows_inclusion(case: tuple[int, int], data: st.DataObject) -> None:
    index, size = case
    path, root = inclusion_path(index, size, NODES), tree_hash(LEAVES[:size])
    hashed = leaf_hash(LEAVES[index])
    assert not is_included(hashed, index, size, path=changed(path, data), root=root)
    assert not is_included(OTHER, index, size, path=path, root=root)
    assert not is_included(hashed, index, size, path=path, root=OTHER)
    elsewhere = data.draw(st.integers(-1, size).filter(lambda at: at != index))
    assert not is_included(hashed, elsewhere, size, path=path, root=root)


@given(
    case=st.sampled_from([(first, second) for first, second in CONSISTENCIES if first]),
    data=st.data(),
)
def test_no_other_path_shows_growth(case: tuple[int, int], data: st.DataObject) -> None:
    first, second = case
    path = consistency_path(first, second, NODES)
    before, after = tree_hash(LEAVES[:first]), tree_hash(LEAVES[:second])

    def shown(found: list[bytes], before: bytes = before, after: bytes = after) -> bool:
        return is_consistent(first, second, path=found, first_root=before, second_root=after)

    assert shown(path)
    assert not shown(changed(path, data))
    assert not shown(path, before=OTHER)
    assert not shown(path, after=OTHER)


@given(case=st.sampled_from(CONSISTENCIES[1:]), data=st.data())
def test_a_tree_with_one_leaf_replaced_does_not_follow(
    case: tuple[int, int], data: st.DataObject
) -> None:
    first, second = case
    if first == 0:
        return
    place = data.draw(st.integers(0, first - 1))
    other = [*LEAVES[:place], b"replaced", *LEAVES[place + 1 : second]]
    path = consistency_path(first, second, nodes_of(other))
    roots = {"first_root": tree_hash(LEAVES[:first]), "second_root": tree_hash(other)}
    assert not is_consistent(first, second, path=path, **roots)
