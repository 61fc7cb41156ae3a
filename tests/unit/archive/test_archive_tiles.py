"""Tiles: the same tree however it grew, little to read for a proof, full ones never change."""

from collections.abc import Iterable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.archive.model import tiles
from services.archive.model.merkle import Frontier, leaf_hash
from services.archive.model.proofs import (
    consistency_path,
    inclusion_path,
    is_consistent,
    is_included,
    range_root,
)
from services.archive.model.tiles import MissingHashes, Tile, TiledNodes, grown

HASHES = [leaf_hash(number.to_bytes(4)) for number in range(3 * 4096 + 5)]
Kept = dict[Tile, bytes]


def grow(kept: Kept, size: int, hashes: Iterable[bytes]) -> Kept:
    """Put the tiles of a growth with those there are; gives the new ones."""
    written = dict(grown(size, hashes, kept.__getitem__))
    kept.update(written)
    return written


def root_of(hashes: Iterable[bytes]) -> bytes:
    frontier = Frontier()
    for each in hashes:
        frontier.append(each)
    return frontier.root()


@pytest.fixture
def kept() -> Kept:
    """Tiles of all of `HASHES`."""
    found: Kept = {}
    grow(found, 0, HASHES)
    return found


def test_a_tile_has_4096_hashes_one_after_the_other(kept: Kept) -> None:
    assert kept[Tile(0, 1)] == b"".join(HASHES[4096:8192])
    assert len(kept[Tile(0, 1)]) == 128 * 1024
    assert kept[Tile(0, 3)] == b"".join(HASHES[-5:])
    assert kept[Tile(1, 0)] == b"".join(root_of(HASHES[n : n + 4096]) for n in (0, 4096, 8192))
    assert kept.keys() == {Tile(0, n) for n in range(4)} | {Tile(1, 0)}


@given(
    cuts=st.lists(
        st.integers(0, len(HASHES)) | st.sampled_from([4095, 4096, 4097, 8192]), max_size=6
    )
)
@settings(deadline=None, max_examples=25)
def test_in_whatever_batches_it_grew_it_is_the_same_tree(cuts: list[int]) -> None:
    kept: Kept = {}
    size = 0
    for cut in [*sorted(cuts), len(HASHES)]:
        full = {tile: body for tile, body in kept.items() if len(body) == tiles.TILE_BYTES}
        written = grow(kept, size, HASHES[size:cut])
        size = cut
        assert not full.keys() & written.keys()
        assert range_root(0, size, TiledNodes(kept.__getitem__)) == root_of(HASHES[:size])
    at_once: Kept = {}
    grow(at_once, 0, HASHES)
    assert kept == at_once


@given(data=st.data())
@settings(deadline=None, max_examples=40)
def test_proofs_from_tiles_hold_for_the_tree_of_any_size_there_was(data: st.DataObject) -> None:
    kept: Kept = {}
    grow(kept, 0, HASHES)
    nodes = TiledNodes(kept.__getitem__)
    size = data.draw(st.integers(1, len(HASHES)))
    root, index = root_of(HASHES[:size]), data.draw(st.integers(0, size - 1))
    path = inclusion_path(index, size, nodes)
    assert is_included(HASHES[index], index, size, path=path, root=root)
    first = data.draw(st.integers(1, size))
    grew = consistency_path(first, size, nodes)
    before = root_of(HASHES[:first])
    assert is_consistent(first, size, path=grew, first_root=before, second_root=root)


def test_a_proof_reads_each_tile_once_and_three_at_most(kept: Kept) -> None:
    read: list[Tile] = []

    def reader(tile: Tile) -> bytes:
        read.append(tile)
        return kept[tile]

    inclusion_path(4097, len(HASHES), TiledNodes(reader))
    assert sorted(read, key=str) == [Tile(0, 1), Tile(0, 3), Tile(1, 0)]


def test_what_a_growth_that_broke_off_left_in_a_tile_is_not_taken_up() -> None:
    kept: Kept = {}
    grow(kept, 0, HASHES[:10])
    grow(kept, 10, HASHES[4096:4200])  # and nobody was told that there are more than ten
    assert range_root(0, 10, TiledNodes(kept.__getitem__)) == root_of(HASHES[:10])
    grow(kept, 10, HASHES[10:20])
    assert kept == {Tile(0, 0): b"".join(HASHES[:20])}


def test_a_tile_that_lost_its_end_is_not_grown_and_gives_no_proof() -> None:
    kept: Kept = {}
    grow(kept, 0, HASHES[:10])
    kept[Tile(0, 0)] = kept[Tile(0, 0)][:-1]
    with pytest.raises(MissingHashes, match="tile 0 of level 0"):
        grow(kept, 10, HASHES[10:20])
    with pytest.raises(MissingHashes):
        inclusion_path(0, 10, TiledNodes(kept.__getitem__))


def test_of_no_leaves_nothing_is_written(kept: Kept) -> None:
    assert grow(kept, len(HASHES), []) == {}
    assert grow(kept, len(HASHES), iter([])) == {}


def test_a_tree_of_three_levels_of_tiles_is_the_same_tree(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (("HEIGHT", 2), ("WIDTH", 4), ("TILE_BYTES", 128)):
        monkeypatch.setattr(tiles, name, value)
    kept: Kept = {}
    for number in range(300):
        grow(kept, number, HASHES[number : number + 1])
        nodes = TiledNodes(kept.__getitem__)
        assert range_root(0, number + 1, nodes) == root_of(HASHES[: number + 1])
    assert max(tile.level for tile in kept) == 4
