"""Proofs of five million synthetic comments: how long the tree takes, how large a proof is.

Tiles are kept in memory, each read anew for each proof; what S3 takes comes on top, once per tile.
"""

import random
import time
from collections.abc import Callable, Iterator
from typing import Any

from bench.figure import Figure
from scripts.record_example import FIRST, TOPIC
from services.archive.model.heads import RoundHead
from services.archive.model.merkle import leaf_hash
from services.archive.model.proofs import (
    consistency_path,
    inclusion_path,
    is_consistent,
    is_included,
    range_root,
)
from services.archive.model.tiles import Tile, TiledNodes, grown
from services.shared.exports import canonical

LEAVES = 5_000_000
ADDED = 100_000
"""Comments of six hours, if those of a month come in a week."""
PROOFS = 200
AIM_BYTES = 4_096
_AT = "2026-12-01T09:00:00.000Z"


def measure() -> Iterator[Figure]:
    """Seconds of the tree, bytes of a proof, and how long one takes to make and to check."""
    kept: dict[Tile, bytes] = {}
    of = f"proofs of {LEAVES:,}"
    hashes = (leaf_hash(number.to_bytes(32)) for number in range(LEAVES))
    yield Figure(name=f"{of}: the tree", value=_timed(_grow, kept, 0, hashes), unit="s")
    size = LEAVES + ADDED
    added = [leaf_hash(number.to_bytes(32)) for number in range(LEAVES, size)]
    grew = _timed(_grow, kept, LEAVES, added)
    yield Figure(name=f"{of}: {ADDED:,} more", value=grew, unit="s")
    roots = [range_root(0, many, TiledNodes(kept.__getitem__)) for many in (LEAVES, size)]
    yield from _inclusions(of, kept, roots[0])
    yield from _growths(of, kept, roots)


def _grow(kept: dict[Tile, bytes], size: int, hashes: Any) -> None:
    for tile, body in grown(size, hashes, kept.__getitem__):
        kept[tile] = body


def _inclusions(of: str, kept: dict[Tile, bytes], root: bytes) -> Iterator[Figure]:
    head = RoundHead.first(FIRST, topic_id=TOPIC, round_=1, tree_size=LEAVES, root=root, at=_AT)
    places = random.Random(5).sample(range(LEAVES), PROOFS)
    reads: list[Tile] = []

    def read(tile: Tile) -> bytes:
        reads.append(tile)
        return kept[tile]

    made = {}
    for place in places:
        began = time.perf_counter()
        path = inclusion_path(place, LEAVES, TiledNodes(read))
        made[place] = (time.perf_counter() - began, path)
    longest = max((path for _, path in made.values()), key=len)
    proof = {"tree_size": LEAVES, "leaf_index": places[0], "path": [p.hex() for p in longest]}
    document = canonical({**proof, "head": head.model_dump()})
    yield Figure(name=f"{of}: bytes", value=len(document), unit="bytes", aim=AIM_BYTES)
    yield Figure(name=f"{of}: tiles read", value=len(reads) / PROOFS, unit="tiles")
    seconds = sorted(taken for taken, _ in made.values())[PROOFS // 2]
    yield Figure(name=f"{of}: making one", value=seconds * 1e6, unit="µs")

    def check() -> None:
        for place, (_, path) in made.items():
            hashed = leaf_hash(place.to_bytes(32))
            if not is_included(hashed, place, LEAVES, path=path, root=root):
                raise ValueError(place)

    yield Figure(name=f"{of}: checking one", value=_timed(check) / PROOFS * 1e6, unit="µs")
    signed = _timed(head.is_signed, public_key=FIRST.public_key)
    yield Figure(name=f"{of}: checking its head's signature", value=signed * 1e6, unit="µs")


def _growths(of: str, kept: dict[Tile, bytes], roots: list[bytes]) -> Iterator[Figure]:
    size = LEAVES + ADDED
    path = consistency_path(LEAVES, size, TiledNodes(kept.__getitem__))
    document = {"first_size": LEAVES, "second_size": size, "path": [p.hex() for p in path]}
    yield Figure(name=f"{of}: bytes of a growth", value=len(canonical(document)), unit="bytes")

    def check() -> None:
        before, after = roots
        if not is_consistent(LEAVES, size, path=path, first_root=before, second_root=after):
            raise ValueError("no growth")

    yield Figure(name=f"{of}: checking a growth", value=_timed(check) * 1e6, unit="µs")


def _timed(work: Callable[..., Any], *arguments: Any, **named: Any) -> float:
    began = time.perf_counter()
    work(*arguments, **named)
    return time.perf_counter() - began
