"""Time to live: once a local day, the items of the tables whose time has come are deleted."""

from typing import Any

from moto.dynamodb.models import dynamodb_backends

from local.clock import LocalClock, LocalEvent, LocalThread
from local.emulator import ACCOUNT, REGION, TURN

_DAY_SECONDS = 86_400


def start(clock: LocalClock) -> None:
    """Begin to delete; AWS too takes up to some days, so nobody may rely on the instant."""
    LocalThread(clock, target=_run, args=(clock,), name="expiry").start()


def _run(clock: LocalClock) -> None:
    while True:
        # In the background: else whoever lets a year pass would stop at each of its days.
        LocalEvent(clock).wait(_DAY_SECONDS, background=True)
        with TURN:
            for table in dynamodb_backends[ACCOUNT][REGION].tables.values():
                if table.ttl["TimeToLiveStatus"] == "ENABLED":
                    _expire(table, clock.timestamp())


def _expire(table: Any, now: float) -> None:
    name = table.ttl["AttributeName"]
    for item in list(table.all_items()):
        instant = item.attrs.get(name)
        if instant is not None and instant.type == "N" and float(instant.value) < now:
            table.delete_item(item.hash_key, item.range_key)
