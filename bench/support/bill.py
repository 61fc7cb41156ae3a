"""From what was used to what it costs, by the prices of ``bench/prices.json``."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.support.meter import Used

_FILE = Path(__file__).parents[1] / "prices.json"
_WHOLE_CPU_MB = 1769
_GB = 1_000_000_000
MILLION = 1_000_000


@dataclass(frozen=True, kw_only=True)
class Price:
    """One price, and where it stands."""

    usd: float
    per: float
    unit: str
    source: str
    as_of: str


@dataclass(frozen=True, kw_only=True)
class Tariff:
    """Prices, the floor that the cost is compared with, and what is assumed beside them."""

    prices: Mapping[str, Price]
    floor: float
    assumed: Mapping[str, Any]

    @classmethod
    def load(cls) -> "Tariff":
        """Read the prices."""
        found = json.loads(_FILE.read_text("utf-8"))
        prices = {name: Price(**price) for name, price in found["prices"].items()}
        floor = float(found["floor"]["usd_per_million"])
        return cls(prices=prices, floor=floor, assumed=found["assumed"])

    def cost(self, name: str, quantity: float) -> float:
        """US dollars for a quantity."""
        price = self.prices[name]
        return quantity * price.usd / price.per


@dataclass(frozen=True, kw_only=True)
class Work:
    """What one function did.

    Attributes
    ----------
    invocations : int
        How often it was invoked.
    cpu : float
        Its CPU on this machine, s, without the emulator's.
    memory : int
        Its memory, MB.
    logged : int
        Bytes that it wrote itself.
    used : Used
        Its AWS calls.
    """

    invocations: int
    cpu: float
    memory: int
    logged: int
    used: Used

    def milliseconds(self, tariff: Tariff) -> float:
        """Duration of an invocation: its CPU on its share of a core, and its calls one by one."""
        cpu = 1000 * self.cpu * max(1.0, _WHOLE_CPU_MB / self.memory)
        times = tariff.assumed["milliseconds"]
        waiting = sum(times[name] * number for name, number in self.used.calls.items())
        return (cpu + waiting) / self.invocations


def per_comment(
    works: Mapping[str, Work], tariff: Tariff, *, comments: int, waits: Mapping[str, str]
) -> dict[str, float]:
    """Quantities that a comment takes, by price.

    Parameters
    ----------
    waits : mapping
        Which function waits for which other one while that is at work.
    """
    gb_seconds = 0.0
    for name, work in works.items():
        spent = work.milliseconds(tariff)
        if name in waits:
            inner = works[waits[name]]
            spent += inner.milliseconds(tariff)
            spent += tariff.assumed["invocation_overhead_milliseconds"]
        gb_seconds += work.invocations * work.memory / 1024 * spent / 1000
    invocations = sum(work.invocations for work in works.values())
    logged = sum(work.logged for work in works.values())
    logged += invocations * tariff.assumed["platform_log_bytes"]
    logged += comments * tariff.assumed["access_log_bytes"]
    traced = sum(work.invocations for name, work in works.items() if name not in waits.values())
    total = {
        "lambda_requests": invocations,
        "lambda_gb_seconds": gb_seconds,
        "write_units": sum(work.used.write_units for work in works.values()),
        "read_units": sum(work.used.reads for work in works.values()),
        "events": sum(work.used.events for work in works.values()),
        "archived_event_gb": sum(work.used.event_bytes for work in works.values()) / _GB,
        "log_gb": logged / _GB,
        "traces": traced * tariff.assumed["traced_share"],
    }
    return {name: quantity / comments for name, quantity in total.items()}
