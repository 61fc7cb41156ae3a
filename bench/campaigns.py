"""How well near-identical letters are found, and how fast: 40 letters, 500 variants of each.

*Recall* is the share of a letter's variants in the largest group of that letter, *purity* the share
of a group's members that are of its commonest letter. The seed is the bench's alone. datasketch and
rensa get the same texts, shingles, bands and rows; their pairs are chained without more ado.
"""

import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from bench.figure import Figure
from bench.support.letters import sent
from bench.support.peers import asked, installed
from services.analysis.engine.grouping import group
from services.analysis.engine.minhash import band_keys, signatures
from services.analysis.engine.shingles import digests, shingled
from services.analysis.model.text import normalised

LETTERS, VARIANTS, OTHERS = 40, 500, 20_000
SEED = 20261127
MISSED_AIM, MIXED_AIM = 0.03, 0.01


def measure() -> Iterator[Figure]:
    """Missed and mixed shares, and texts a second of CPU."""
    found = list(sent(letters=LETTERS, variants=VARIANTS, others=OTHERS, seed=SEED))
    began = time.process_time()
    texts = [normalised(each.text) for each in found]
    shingles = shingled(texts)
    keys = band_keys(shingles)
    read = time.process_time()
    ids = np.array([f"{number:06d}".encode() for number in range(len(found))])
    groups = group(ids, digests=digests(texts), band=lambda n: keys[n], shingles=shingles)
    grouped = time.process_time()
    rows = np.flatnonzero(np.diff(shingles.offsets))
    for part in np.array_split(rows, max(1, len(rows) // 1000)):
        signatures(shingles, part)
    signed = time.process_time()
    missed, mixed = _faults([each.letter for each in found], groups.tolist())
    yield Figure(name="campaigns: missed", value=missed, unit="share", aim=MISSED_AIM)
    yield Figure(name="campaigns: mixed", value=mixed, unit="share", aim=MIXED_AIM)
    yield Figure(name="campaigns: read", value=len(found) / (read - began), unit="texts/s")
    yield Figure(name="campaigns: signed", value=len(rows) / (signed - grouped), unit="texts/s")
    yield Figure(name="campaigns: grouped", value=grouped - read, unit="s")
    yield from _peers(texts, [each.letter for each in found], ours=signed - grouped)


def _peers(texts: list[str], letters: list[int], *, ours: float) -> Iterator[Figure]:
    python = installed("peers", "datasketch==2.*", "rensa==0.5.*") / "python"
    told = asked(python, Path(__file__).parent / "support" / "peer_groups.py", texts)
    for name, peer in told.items():
        missed, mixed = _faults(letters, peer["groups"])
        yield Figure(name=f"campaigns: missed by {name}", value=missed, unit="share")
        yield Figure(name=f"campaigns: mixed by {name}", value=mixed, unit="share")
        yield Figure(name=f"campaigns: signing / {name}", value=ours / peer["signing"], unit="")
        yield Figure(name=f"campaigns: all of {name}", value=peer["all"], unit="s")


def _faults(letters: list[int], groups: list[int]) -> tuple[float, float]:
    """Share of the variants not found with their letter, and of members of another's group."""
    members: dict[int, Counter[int]] = defaultdict(Counter)
    for letter, place in zip(letters, groups, strict=True):
        if place >= 0:
            members[place][letter] += 1
    largest = {
        letter: max((each[letter] for each in members.values()), default=0)
        for letter in range(LETTERS)
    }
    found = sum(largest.values())
    grouped = sum(each.total() for each in members.values())
    pure = sum(max(each.values()) for each in members.values())
    return 1 - found / (LETTERS * VARIANTS), 1 - pure / grouped
