"""An analysis of 5,000,000 comments in 200 shards: time, memory and cost of each step.

Every step is done, by the code that a function runs, in processes of their own; files are in a
folder instead of a bucket. Each shard has words and letters of its own, so that words grow with
the comments. Seconds are CPU of this machine's core; the machine's map has 50 shards at work at a
time. Takes about half an hour of two cores and 4 GB of disk.
"""

import hashlib
import json
import resource
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

from bench.figure import Figure
from bench.support.bill import Tariff
from bench.support.letters import commented, sent
from services.analysis.engine.plan import SHARD, Plan, slices_of
from services.analysis.engine.reading import SAMPLE
from services.analysis.model.comment import Shard
from services.analysis.use_cases.steps import PLAN, Steps

SHARDS, AT_ONCE = 200, 50
MEMORY_GB = 3008 / 1024
_WORKERS = 2
_TRANSITIONS = 8
"""Of the machine itself; each item of a map has its start and its one state."""
_GB = 1024 * 1024


class Spent(NamedTuple):
    """CPU seconds of a step, and the peak memory of its process in GB."""

    seconds: float
    memory: float


class Folder:
    """Files of a run, as `WorkFiles` has them."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def put(self, name: str, body: bytes) -> None:
        """Write a file."""
        (self._root / name.replace("/", "-")).write_bytes(body)

    def get(self, name: str) -> bytes | None:
        """Bytes of a file, or ``None``."""
        path = self._root / name.replace("/", "-")
        return path.read_bytes() if path.exists() else None


def measure() -> Iterator[Figure]:
    """Seconds and memory of each step, the critical path, dollars."""
    with TemporaryDirectory() as name:
        root = Path(name)
        files = [file for file, _ in _each(root, "export")]
        plan = Plan(topic_id="scale", round=1, slices=slices_of(files))
        Folder(root).put(PLAN, plan.model_dump_json().encode())
        read = _mean([spent for _, spent in _each(root, "read")])
        [(_, find)] = _each(root, "find", count=1)
        apply = _mean([spent for _, spent in _each(root, "apply")])
        [(_, finish)] = _each(root, "finish", count=1)
    steps = {
        "read, a shard": read,
        f"find, themes of {SAMPLE:,}": find,
        "apply, a shard": apply,
        "finish": finish,
    }
    for step, spent in steps.items():
        yield Figure(name=f"scale: {step}", value=spent.seconds, unit="s")
        yield Figure(name=f"scale: {step}, memory", value=spent.memory, unit="GB", aim=MEMORY_GB)
    over_all = find.seconds + finish.seconds
    path = over_all + SHARDS / AT_ONCE * (read.seconds + apply.seconds)
    yield Figure(name=f"scale: {SHARDS * SHARD:,} comments, critical path", value=path, unit="s")
    work = over_all + SHARDS * (read.seconds + apply.seconds)
    millions = SHARDS * SHARD / 1_000_000
    yield Figure(name="scale: 1,000,000 comments cost", value=_dollars(work) / millions, unit="USD")


def _each(root: Path, step: str, *, count: int = SHARDS) -> list[tuple[Any, Spent]]:
    """Do a step of every shard, or the one over all, each in a process of its own."""
    context = get_context("spawn")
    with ProcessPoolExecutor(_WORKERS, mp_context=context, max_tasks_per_child=1) as pool:
        return list(pool.map(_done, [root] * count, [step] * count, range(count)))


def _done(root: Path, step: str, index: int) -> tuple[Any, Spent]:
    made = None
    if step == "export":
        made = _exported(root, index)
    else:
        _step(root, step, index)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / _GB
    return made, Spent(time.process_time(), memory)


def _step(root: Path, step: str, index: int) -> None:
    folder = Folder(root)
    plan = Plan.model_validate_json(folder.get(PLAN) or b"")
    steps = Steps(
        plan, run_id="scale", work=folder, read_file=lambda key: (root / key).read_bytes()
    )
    match step:
        case "read":
            steps.read(index)
        case "find":
            steps.find()
        case "apply":
            steps.apply(index)
        case "finish":
            found = steps.finish()
            with (root / "rows").open("w") as out:
                out.writelines(json.dumps(row) for row in found.assignments)


def _exported(root: Path, index: int) -> Shard:
    texts = sent(letters=20, variants=SHARD // 200, others=SHARD - SHARD // 10, seed=index)
    comments = (commented(index * SHARD + n * 7919 % SHARD, each) for n, each in enumerate(texts))
    body = b"".join(comment.model_dump_json().encode() + b"\n" for comment in comments)
    key = f"shard-{index:03d}.jsonl"
    (root / key).write_bytes(body)
    return Shard(key=key, sha256=hashlib.sha256(body).hexdigest(), items=SHARD)


def _mean(spent: list[Spent]) -> Spent:
    seconds = sum(each.seconds for each in spent) / len(spent)
    return Spent(seconds, max(each.memory for each in spent))


def _dollars(seconds: float) -> float:
    tariff = Tariff.load()
    invocations = 2 * SHARDS + 3
    return (
        tariff.cost("lambda_gb_seconds", seconds * MEMORY_GB)
        + tariff.cost("lambda_requests", invocations)
        + tariff.cost("state_transitions", 2 * 2 * SHARDS + _TRANSITIONS)
    )
