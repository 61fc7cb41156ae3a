"""The share of writes that DynamoDB throttles when one topic gets 10,000 comments a second.

Real ids choose real shards; each comment demands what the meter found on the real functions; the
model of `partitions` takes or throttles it, second by second. A batch of new comments is committed
in one transaction that holds a stripe of the counters meanwhile: where another one holds it, the
attempt is lost, half of it billed, and the next stripe is tried, as the store does. Lambda cuts
each shard of the stream into as many lanes as infra allows, so that the items of a lane stay in
order, and hands a lane's batch over once it is full or has waited for a second.

Twice: at that rate, for which an account has its quota for a table raised, and the setting
`COMMENTS_WRITES_PER_SECOND` with it; and at the rate that the first quota takes, 40,000 units.
"""

from collections.abc import Iterator

from bench.figure import Figure
from bench.support.collection import EXPECTED_PARTICIPANTS
from bench.support.demand import Demands, metered
from bench.support.partitions import KEY_UNITS
from bench.support.simulation import DEFAULT_UNITS, Load
from bench.support.template import lanes_per_shard
from services.comments.model.window import shards_for

RATE = 10_000
RAISED_UNITS = 48_000
RATE_BY_DEFAULT = 9_000
SECONDS = 20
AIM = 0.001


def measure() -> Iterator[Figure]:
    """Throttled shares, and how near the busiest keys come to their limit."""
    demands = metered()
    yield from _under(demands, rate=RATE, units=RAISED_UNITS)
    yield from _under(demands, rate=RATE_BY_DEFAULT, units=DEFAULT_UNITS)


def _under(demands: Demands, *, rate: int, units: int) -> Iterator[Figure]:
    load = Load(
        demands=demands,
        shards=shards_for(EXPECTED_PARTICIPANTS),
        lanes=lanes_per_shard("CommentsScreenFunction"),
        warmed_units=units,
    )
    load.run(rate=rate, seconds=SECONDS)
    of, counts = f"throttling at {rate:,}/s", load.counts
    for step in ("put", "screened"):
        share = counts[f"{step} throttled"] / counts[step]
        yield Figure(name=f"{of}: share of comments {step}", value=share, unit="share", aim=AIM)
    for name, partitions in load.places.items():
        key, most = partitions.busiest()
        busiest = f"{of}: busiest key of {name}, {key.split(' ')[1][:1]}"
        yield Figure(name=busiest, value=most, unit="WRU/s", aim=KEY_UNITS)
        whole = f"{of}: {name} in all"
        yield Figure(name=whole, value=partitions.peak(), unit="WRU/s", aim=partitions.table_units)
    tries = counts["begun"] / counts["committed"]
    yield Figure(name=f"{of}: transactions begun per commit", value=tries, unit="times")
    again = counts["redelivered"] / counts["committed"]
    yield Figure(name=f"{of}: batches that found no free stripe", value=again, unit="share")
