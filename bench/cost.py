"""What a million comments cost, from the request to the audit trail, and the AWS calls it takes.

The real functions take comments in, screen them, tell of them and record that, on the emulated
account; the meter counts what AWS would bill, by the rules of DynamoDB's developer guide and the
prices of ``prices.json``. Twice: under load, the stream's batches full, and on a quiet day, one
comment a minute, when nothing is shared and each container has forgotten the window. Not counted
is what comes once in a container's life (service secret, data key) or once in minutes (DynamoDB's
use of the KMS key), nor what people do later; every comment is clean: no case is opened. Writes of
an index count once, those of a transaction twice.
"""

from collections.abc import Iterator
from datetime import timedelta

from bench.figure import Figure
from bench.support.bill import MILLION, Tariff
from bench.support.path import Pace, walked

AIM_CALLS = 2
AIM_COST = 3
LOADED = Pace(name="under load", comments=990, batch=99, apart=timedelta())
QUIET = Pace(name="on a quiet day", comments=60, batch=1, apart=timedelta(minutes=1))


def measure() -> Iterator[Figure]:
    """Calls, units and dollars per comment and per million, line by line."""
    tariff = Tariff.load()
    yield from _at(LOADED, tariff, aim_calls=AIM_CALLS, aim_cost=AIM_COST)
    yield from _at(QUIET, tariff)


def _at(
    pace: Pace, tariff: Tariff, *, aim_calls: float | None = None, aim_cost: float | None = None
) -> Iterator[Figure]:
    of = f"cost {pace.name}"
    found = walked(pace, tariff)
    yield Figure(name=f"{of}: AWS calls of intake", value=found.intake, unit="calls", aim=aim_calls)
    yield Figure(name=f"{of}: AWS calls in all", value=found.calls, unit="calls")
    for name in ("write_units", "read_units"):
        units = found.quantities[name]
        yield Figure(name=f"{of}: {name.replace('_', ' ')}", value=units, unit="units")
    yield Figure(name=f"{of}: item of a comment", value=found.item_bytes, unit="bytes")
    total = 0.0
    for line, quantity in found.quantities.items():
        dollars = tariff.cost(line, quantity * MILLION)
        total += dollars
        yield Figure(name=f"{of}: a million, {line.replace('_', ' ')}", value=dollars, unit="USD")
    yield Figure(name=f"{of}: a million in all", value=total, unit="USD")
    against = f"{of}: a million against ${tariff.floor}"
    yield Figure(name=against, value=total / tariff.floor, unit="ratio", aim=aim_cost)
