"""Comments at a rate, as DynamoDB's partitions see them: each put, and each batch committed."""

import heapq
import random
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from zlib import crc32

from bench.support.capacity import TRANSACTION_FACTOR
from bench.support.collection import BATCH
from bench.support.demand import Demand, Demands
from bench.support.partitions import KEY_UNITS, Partitions, Rows
from services.comments.model.names import Keyring, comment_id, shard_of, stripe_of
from services.comments.store import STRIPES

DEFAULT_UNITS = 40_000
"""To what production warms the comments table and its index, and an account's limit for a table."""
NEW_TABLE_UNITS = 4_000
"""What a new on-demand table takes a second."""
TRANSACTION_SECONDS = 0.05
SCREENING_SECONDS = 0.15
WINDOW_SECONDS = 1.0
STRIPES_TRIED = 5
_AGAIN_SECONDS = 0.02
_REDELIVERY_SECONDS = 1.0
_TOPIC = "topic"
_STREAM_SHARDS = DEFAULT_UNITS // KEY_UNITS
_Shards = tuple[tuple[int, int], ...]


@dataclass(frozen=True, order=True)
class Batch:
    """New comments that are committed together, from an instant (s) on; how many of which shard."""

    at: float
    shards: tuple[tuple[int, int], ...]
    stripe: int
    tried: int = 0

    @property
    def size(self) -> int:
        """How many comments."""
        return sum(number for _, number in self.shards)


@dataclass
class Load:
    """What was asked of the partitions, and what came of it.

    Attributes
    ----------
    demands : Demands
        What each comment and batch writes.
    shards : int
        Over how many keys the comments lie.
    lanes : int
        Batches of one shard of the stream that are screened at the same time; the stream has a
        shard for each partition of the table, as many as it was warmed for.
    warmed_units : int
        Write units a second that the comments table and its index take.
    counts : Counter
        ``put``, ``put throttled``, ``screened``, ``screened throttled`` (comments), ``begun``,
        ``committed``, ``redelivered`` (batches).
    places : dict
        Tables, and ``"<table> index"``.
    """

    demands: Demands
    shards: int
    lanes: int
    warmed_units: int = DEFAULT_UNITS
    counts: Counter[str] = field(default_factory=Counter)
    places: dict[str, Partitions] = field(default_factory=dict)
    _rows: Rows = field(default_factory=lambda: Rows(seconds=TRANSACTION_SECONDS))
    _waiting: list[Batch] = field(default_factory=list)

    def run(self, *, rate: int, seconds: int) -> None:
        """Have so many comments a second come, and all be screened."""
        lanes: dict[tuple[int, int], list[tuple[float, str]]] = defaultdict(list)
        for at, each in _arrivals(rate=rate, seconds=seconds):
            self._commit_until(at)
            shard = shard_of(each, self.shards)
            self._put(at, shard)
            lane = lanes[shard % _STREAM_SHARDS, crc32(each.encode()) % self.lanes]
            if lane and (len(lane) == BATCH or at - lane[0][0] >= WINDOW_SECONDS):
                self._hand_over(lane, at)
            lane.append((at, each))
        for lane in lanes.values():
            self._hand_over(lane, lane[0][0] + WINDOW_SECONDS)
        self._commit_until(float("inf"))

    def _hand_over(self, lane: list[tuple[float, str]], at: float) -> None:
        of_shards = Counter(shard_of(each, self.shards) for _, each in lane)
        batch = Batch(
            at=at + SCREENING_SECONDS,
            shards=tuple(of_shards.items()),
            stripe=stripe_of(lane[0][1], STRIPES),
        )
        heapq.heappush(self._waiting, batch)
        lane.clear()

    def _put(self, at: float, shard: int) -> None:
        self.counts["put"] += 1
        if not self._take(at, self.demands.put, ((shard, 1),)):
            self.counts["put throttled"] += 1

    def _commit_until(self, at: float) -> None:
        while self._waiting and self._waiting[0].at <= at:
            self._commit(heapq.heappop(self._waiting))

    def _commit(self, batch: Batch) -> None:
        """Try one stripe, as the store does."""
        self.counts["begun"] += 1
        if self._rows.is_held(f"{batch.stripe}", batch.at):
            self._prepare(batch)
            heapq.heappush(self._waiting, self._next_try(batch))
            return
        self.counts["screened"] += batch.size
        if self._take(batch.at, self.demands.screened, batch.shards):
            self.counts["committed"] += 1
            self._rows.hold(f"{batch.stripe}", batch.at)
            self._index(batch)
            return
        self.counts["screened throttled"] += batch.size
        heapq.heappush(self._waiting, replace(batch, at=batch.at + _REDELIVERY_SECONDS, tried=0))

    def _index(self, batch: Batch) -> None:
        """Write the indexes behind the table; where they lag, the table's writes are throttled."""
        if not self._take(batch.at, self.demands.indexed, batch.shards, of=" index"):
            self.counts["screened throttled"] += batch.size

    def _next_try(self, batch: Batch) -> Batch:
        stripe, tried = (batch.stripe + 1) % STRIPES, batch.tried + 1
        if tried < STRIPES_TRIED:
            return replace(batch, at=batch.at + _AGAIN_SECONDS, stripe=stripe, tried=tried)
        self.counts["redelivered"] += 1
        return replace(batch, at=batch.at + _REDELIVERY_SECONDS, stripe=stripe, tried=0)

    def _take(self, at: float, demand: Demand, shards: _Shards, *, of: str = "") -> bool:
        asked = _keys(demand, shards).items()
        taken = [self._place(table + of).take(int(at), units) for table, units in asked]
        return all(taken)

    def _prepare(self, batch: Batch) -> None:
        """What a transaction uses that meets another one: the first of its two rounds of writes."""
        for table, units in _keys(self.demands.screened, batch.shards).items():
            prepared = {key: each // TRANSACTION_FACTOR for key, each in units.items()}
            self._place(table).spend(int(batch.at), prepared)

    def _place(self, name: str) -> Partitions:
        warmed = name.startswith("comments")
        new = Partitions(table_units=self.warmed_units if warmed else NEW_TABLE_UNITS)
        return self.places.setdefault(name, new)


def _arrivals(*, rate: int, seconds: int) -> Iterator[tuple[float, str]]:
    """Instants (s), at random, and real ids."""
    keyring, draw = Keyring.of(b"s" * 64), random.Random(1)
    for number, at in enumerate(sorted(draw.uniform(0, seconds) for _ in range(rate * seconds))):
        key = str(number)
        yield at, comment_id(keyring, topic_id=_TOPIC, round_=1, subject=None, key=key)


def _keys(demand: Demand, shards: _Shards) -> dict[str, dict[str, int]]:
    """Units by table and key for some comments."""
    found: dict[str, dict[str, int]] = defaultdict(dict)
    for kind, each in demand.sharded.items():
        for shard, number in shards:
            found[kind.partition(" ")[0]][f"{kind}#{shard}"] = each * number
    for key, units in demand.shared.items():
        found[key.partition(" ")[0]][key] = units
    return found
