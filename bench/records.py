"""The record of a round of 100,000 comments: handed in, sealed, verified, by the services' code.

Each step is a process of its own. Seconds are its CPU without the emulator's; memory is the peak of
the whole process, and beside it what it had before it began, the emulator's modules among it: files
are in folders instead of buckets. The floor is a plain pass over the same rows in the same run, the
quicker of one before and one after: read as JSON, written as JSON and as CSV. The round's tree
takes up all comments at once, which in life it does every six hours. What a function costs has the
calls of S3 in it at the pace that `prices.json` assumes. `python -m bench.records 300000` for as
many comments as one likes.
"""

import csv
import json
import os
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass, field
from datetime import UTC, datetime
from io import StringIO
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from bench.figure import Figure
from bench.support import round as whole_round
from bench.support.bill import Tariff, Work
from bench.support.buckets import Buckets
from bench.support.emulated import watched
from bench.support.meter import Meter, Used
from bench.support.round import TOPIC

COMMENTS = 100_000
AIM_RATIO, AIM_MB = 3, 256
_AT = datetime(2026, 12, 1, 9, tzinfo=UTC)
_ROWS, _RECORD = "rows", "record"
_FUNCTIONS = {"hand in": "comments-export", "tree": "archive-grow", "seal": "archive-seal"}
_PUTS = ("PutObject", "PostObject")
_MB = 1024 * 1024


@dataclass(kw_only=True)
class Spent:
    """What a step took.

    Attributes
    ----------
    seconds : float
        CPU of its process, without the emulator's.
    idle, peak : float
        Memory (MB) of its process before it began, and at most.
    disk : float
        MB of files that it spooled at once at most.
    moved : float
        MB that went to S3 and came from there.
    made : object
        What it gives the next step.
    """

    seconds: float
    idle: float
    peak: float
    disk: float = 0.0
    moved: float = 0.0
    used: Used = field(default_factory=Used)
    made: Any = None


def measure(comments: int = COMMENTS) -> Iterator[Figure]:
    """Seconds and memory of each step, against the floor; bytes, requests, dollars."""
    of = f"record of {comments:,}"
    with TemporaryDirectory() as name:
        root = Path(name)
        counts = _apart(written, root, comments).made
        before = _apart(plain, root)
        parts = _apart(handed_in, root, counts)
        seal = _apart(sealed, root, parts.made)
        lay_out(root)
        verify = _apart(verified, root)
        after = _apart(plain, root)
        sizes = _sizes(root)
    floor = min(before, after, key=lambda spent: spent.seconds)
    steps = {"hand in": parts, "tree": seal.made, "seal": seal, "verify": verify}
    yield Figure(name=f"{of}: a plain pass", value=floor.seconds, unit="s")
    yield Figure(name=f"{of}: a plain pass, peak memory", value=floor.peak, unit="MB")
    for step, spent in steps.items():
        yield from _step(f"{of}: {step}", spent, floor)
    yield Figure(name=f"{of}: seal, on the disk at once", value=seal.disk, unit="MB")
    yield Figure(name=f"{of}: seal, to S3 and from it", value=seal.moved, unit="MB")
    for what, size in sizes.items():
        yield Figure(name=f"{of}: {what}", value=size / _MB, unit="MB")
    yield from _cost(of, {name: steps[name] for name in _FUNCTIONS})


def _step(of: str, spent: Spent, floor: Spent) -> Iterator[Figure]:
    ratio = spent.seconds / floor.seconds
    yield Figure(name=of, value=spent.seconds, unit="s")
    yield Figure(name=f"{of}, against a plain pass", value=ratio, unit="ratio", aim=AIM_RATIO)
    yield Figure(name=f"{of}, peak memory", value=spent.peak, unit="MB", aim=AIM_MB)
    yield Figure(name=f"{of}, of it before it began", value=spent.idle, unit="MB")


def _cost(of: str, steps: dict[str, Spent]) -> Iterator[Figure]:
    """Requests, and dollars of a whole record, line by line."""
    from bench.support import template

    tariff, quantities = Tariff.load(), Counter[str]()
    for name, spent in steps.items():
        memory, calls = template.memory()[_FUNCTIONS[name]], spent.used.calls
        work = Work(invocations=1, cpu=spent.seconds, memory=memory, logged=0, used=spent.used)
        seconds = work.milliseconds(tariff) / 1000 + spent.moved / tariff.assumed["s3_mb_a_second"]
        quantities["lambda_gb_seconds"] += memory / 1024 * seconds
        quantities["lambda_requests"] += 1
        quantities["s3_puts"] += sum(calls[each] for each in _PUTS)
        quantities["s3_gets"] += calls["GetObject"]
        quantities["kms_signatures"] += calls["Sign"]
        quantities["write_units"] += spent.used.write_units
    for line, quantity in quantities.items():
        unit = line.replace("_", " ")
        yield Figure(name=f"{of}: {unit}", value=quantity, unit="")
    dollars = sum(tariff.cost(line, quantity) for line, quantity in quantities.items())
    yield Figure(name=f"{of}: cost", value=100 * dollars, unit="cents")


def _apart(step: Callable[[Path, Any], Spent], root: Path, given: Any = None) -> Spent:
    """Do a step in a process of its own."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(step, root, given).result()


def written(root: Path, comments: int) -> Spent:
    """Write the rows of so many comments; give how many there are of each status."""
    return _spent(lambda: whole_round.write_rows(root / _ROWS, comments))


def plain(root: Path, _given: None) -> Spent:
    """The floor: read all rows, write them as JSON and as CSV."""

    def copy() -> None:
        for place in whole_round.parts(root / _ROWS):
            with (root / "plain.jsonl").open("w") as lines, (root / "plain.csv").open("w") as table:
                writer = csv.writer(table)
                for row in whole_round.rows(place):
                    lines.write(json.dumps(row, ensure_ascii=False) + "\n")
                    writer.writerow(row.values())

    return _spent(copy)


def handed_in(root: Path, counts: Counter[str]) -> Spent:
    """Each service writes its part; rows come from files in place of a table."""
    with _account(root) as account:
        return account.spent(lambda: whole_round.hand_in(root / _ROWS, counts))


def sealed(root: Path, parts: list[dict[str, Any]]) -> Spent:
    """The round's tree takes up its comments (`made` has what that took), then it is sealed."""
    from local.seams import Seam, replaced
    from services.archive import growing
    from services.archive.handlers import seal
    from services.archive.use_cases.grow import grow_all

    leaves = whole_round.Leaves(root / _ROWS)
    event = {"topic_id": TOPIC, "round": 1, "parts": parts}
    named = Seam(growing, "CommentLeaves", lambda _name: leaves)
    with _account(root) as account, replaced([named]):
        tree = account.spent(
            lambda: grow_all(growing.grounds(_AT), at=_AT, has_time=lambda: True),
        )
        sealed = account.spent(lambda: seal.handler(event, None))
    sealed.made = tree
    return sealed


def verified(root: Path, _given: None) -> Spent:
    """Verify the record that was laid out.

    Raises
    ------
    ValueError
        If it is not sound.
    """
    from services.archive import verify

    def check() -> None:
        with redirect_stdout(StringIO()) as told:
            if verify.main([str(root / _RECORD)]):
                raise ValueError(told.getvalue())

    return _spent(check)


@dataclass(kw_only=True)
class _Account:
    """An emulated account whose buckets are folders."""

    buckets: Buckets
    meter: Meter
    cpu: Callable[[], float]

    def spent(self, work: Callable[[], Any]) -> Spent:
        """Do something, and tell what it took."""
        buckets, moved, buckets.spooled = self.buckets, self.buckets.moved, 0
        with self.meter.part(f"part {len(self.meter.used)}") as used:
            spent = _spent(work, cpu=self.cpu)
        spent.used, spent.disk = used, buckets.spooled / _MB
        spent.moved = (buckets.moved - moved) / _MB
        return spent


@contextmanager
def _account(root: Path) -> Iterator[_Account]:
    from moto import mock_aws

    from services.shared import clock
    from tests.support.account import ENVIRONMENT, create_account

    os.environ |= ENVIRONMENT
    clock.use(lambda: _AT)
    buckets, meter = Buckets(root), Meter()
    with mock_aws():
        create_account()
        with buckets.answering(), watched(meter) as emulated:
            yield _Account(buckets=buckets, meter=meter, cpu=emulated.cpu)


def _spent(work: Callable[[], Any], *, cpu: Callable[[], float] = time.process_time) -> Spent:
    began, idle = cpu(), _memory("VmRSS")
    made = work()
    return Spent(seconds=cpu() - began, idle=idle, peak=_memory("VmHWM"), made=made)


def _memory(name: str) -> float:
    """MB of this process by the kernel's count: what it has, or had at most.

    Not that of `getrusage`, in which the process counts from which this one was started.
    """
    told = Path("/proc/self/status").read_text("utf-8")
    return int(told.partition(f"{name}:")[2].split()[0]) / 1024


def lay_out(root: Path) -> None:
    """Bring what lies in two buckets together, as whoever downloads a record does."""
    for bucket in ("archive", "texts"):
        folder = root / bucket / "records" / TOPIC / "r1"
        for place in list(folder.rglob("*")):
            if place.is_file():
                os.renames(place, root / _RECORD / place.relative_to(folder))


def _sizes(root: Path) -> dict[str, int]:
    """Bytes of the record's files."""
    record = root / _RECORD
    sizes = {p.relative_to(record): p.stat().st_size for p in record.rglob("*") if p.is_file()}
    texts = sum(size for path, size in sizes.items() if path.parts[0].startswith("texts"))
    return {
        "locked files": sum(sizes.values()) - texts,
        "texts beside them": texts,
        "largest file": max(sizes.values()),
    }


if __name__ == "__main__":
    for figure in measure(*map(int, sys.argv[1:])):
        print(f"{figure.name:60} {figure.value:10.2f} {figure.unit}", flush=True)
