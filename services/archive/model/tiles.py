"""A tree's hashes in tiles: objects of one size that do not change any more once they are full.

A tile of level L has the roots of complete subtrees over 4,096^L leaves, so the leaves' own hashes
for L = 0, 4,096 of them one after the other; the last of each level has fewer. What lies between
two levels follows from a tile. A proof reads at most two tiles of each level: of five million
leaves, three.

Hashes beyond the leaves that somebody counts mean nothing: a tile that was written by a growing
that broke off serves the tree of before as it did.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from services.archive.model.merkle import HASH_BYTES, complete_root

HEIGHT = 12
WIDTH = 1 << HEIGHT
TILE_BYTES = WIDTH * HASH_BYTES


@dataclass(frozen=True)
class Tile:
    """Which tile: its level and its place there, both from 0 on."""

    level: int
    index: int


Read = Callable[[Tile], bytes]


class MissingHashes(Exception):
    """A tile is shorter than the tree that it should serve."""

    def __init__(self, tile: Tile) -> None:
        super().__init__(f"tile {tile.index} of level {tile.level} is too short")


class TiledNodes:
    """Hashes of a tree by level and index, from tiles of which each is read once.

    Parameters
    ----------
    read : callable
        Gives the bytes of a tile.
    """

    def __init__(self, read: Read) -> None:
        self._read = read
        self._known: dict[Tile, bytes] = {}

    def __call__(self, level: int, index: int) -> bytes:
        """Root of the complete subtree over 2^level leaves.

        Raises
        ------
        MissingHashes
            If the tile does not have all that it takes.
        """
        above, height = divmod(level, HEIGHT)
        place, begin = divmod(index << height, WIDTH)
        tile = Tile(above, place)
        if tile not in self._known:
            self._known[tile] = self._read(tile)
        return complete_root(_cut(tile, self._known[tile], begin, begin + (1 << height)))


def grown(size: int, hashes: Iterable[bytes], read: Read) -> Iterator[tuple[Tile, bytes]]:
    """Tiles as they are once leaves came to a tree: the new ones, and the last of each level.

    Parameters
    ----------
    size : int
        Leaves before.
    hashes : iterable of bytes
        Hashes of the leaves that come.

    Raises
    ------
    MissingHashes
        If a last tile has less than it should by `size`.
    """
    level = 0
    while hashes:
        roots = []
        for tile, body in _level_grown(level, size, hashes, read):
            yield tile, body
            if len(body) == TILE_BYTES:
                roots.append(complete_root(body))
        level, size, hashes = level + 1, size // WIDTH, roots


def _level_grown(
    level: int, size: int, hashes: Iterable[bytes], read: Read
) -> Iterator[tuple[Tile, bytes]]:
    index, kept = divmod(size, WIDTH)
    tile = Tile(level, index)
    body = bytearray(_cut(tile, read(tile), 0, kept) if kept else b"")
    came = 0
    for each in hashes:
        body += each
        came += 1
        if len(body) == TILE_BYTES:
            yield Tile(level, index), bytes(body)
            index, came = index + 1, 0
            body.clear()
    if came:
        yield Tile(level, index), bytes(body)


def _cut(tile: Tile, body: bytes, begin: int, end: int) -> bytes:
    if len(body) < end * HASH_BYTES:
        raise MissingHashes(tile)
    return body[begin * HASH_BYTES : end * HASH_BYTES]
