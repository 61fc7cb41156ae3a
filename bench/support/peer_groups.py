"""Groups of near-identical texts as datasketch and rensa find them; runs in their environment.

The input is normalised texts, the output of each library CPU seconds of the signatures and of all,
and each text's group. Both get the same shingles and the same number of bands and rows as ours.
"""

import json
import sys
import time
from typing import Any

from datasketch import MinHash, MinHashLSH
from rensa import RMinHash, RMinHashLSH

BANDS, ROWS = 42, 3
LEAST = 0.3


def shingles(text: str) -> list[str]:
    """Runs of three words; none of a shorter text."""
    words = text.split(" ")
    return [" ".join(words[place : place + 3]) for place in range(len(words) - 2)]


def by_datasketch(texts: list[list[str]]) -> dict[str, Any]:
    """What datasketch finds, given each text's shingles."""
    began = time.process_time()
    signed = [MinHash(num_perm=BANDS * ROWS) for _ in texts]
    for minhash, found in zip(signed, texts, strict=True):
        minhash.update_batch([shingle.encode() for shingle in found])
    ready = time.process_time()
    index = MinHashLSH(num_perm=BANDS * ROWS, params=(BANDS, ROWS))
    for number, minhash in enumerate(signed):
        index.insert(number, minhash)
    candidates = [index.query(minhash) for minhash in signed]
    return _told(signed, candidates, began, ready)


def by_rensa(texts: list[list[str]]) -> dict[str, Any]:
    """What rensa finds, given each text's shingles."""
    began = time.process_time()
    signed = [RMinHash(num_perm=BANDS * ROWS, seed=1) for _ in texts]
    for minhash, found in zip(signed, texts, strict=True):
        minhash.update(found)
    ready = time.process_time()
    index = RMinHashLSH(threshold=LEAST, num_perm=BANDS * ROWS, num_bands=BANDS)
    for number, minhash in enumerate(signed):
        index.insert(number, minhash)
    candidates = [index.query(minhash) for minhash in signed]
    return _told(signed, candidates, began, ready)


def _told(signed: Any, candidates: Any, began: float, ready: float) -> dict[str, Any]:
    """Chains of pairs that look alike enough."""
    parents = list(range(len(signed)))

    def root(place: int) -> int:
        while parents[place] != place:
            parents[place] = place = parents[parents[place]]
        return place

    pairs = ((place, other) for place, others in enumerate(candidates) for other in others)
    for place, other in pairs:
        is_new = other > place and root(other) != root(place)
        if is_new and signed[place].jaccard(signed[other]) >= LEAST:
            parents[root(other)] = root(place)
    roots = [root(place) for place in range(len(signed))]
    sizes: dict[int, int] = {}
    for each in roots:
        sizes[each] = sizes.get(each, 0) + 1
    return {
        "signing": ready - began,
        "all": time.process_time() - began,
        "groups": [each if sizes[each] > 1 else -1 for each in roots],
    }


if __name__ == "__main__":
    asked = [shingles(text) for text in json.load(sys.stdin)]
    json.dump({"datasketch": by_datasketch(asked), "rensa": by_rensa(asked)}, sys.stdout)
