"""An analysis of 5,000,000 comments in 200 shards, simulated: time, memory, cost.

Nobody has five million comments here. What is done of one shard is measured on one; what is done
over all of them on 125,000 and on 500,000, and what lies beyond is drawn out in a straight line
from there. Themes are found in a sample of 50,000, however many there are. Seconds are CPU of this
machine's core; the machine's map has 50 shards at work at a time.
"""

import resource
import time
from collections.abc import Iterator
from zoneinfo import ZoneInfo

from bench.figure import Figure
from bench.support.bill import Tariff
from bench.support.letters import commented, sent
from services.analysis.engine import pipeline
from services.analysis.engine.applying import apply
from services.analysis.engine.finding import find
from services.analysis.engine.letters import letters_of
from services.analysis.engine.parcel import Parcel
from services.analysis.engine.plan import SHARD, Plan, even_slices
from services.analysis.engine.reading import SAMPLE, read
from services.analysis.model.comment import ExportedComment

COMMENTS, SHARDS, AT_ONCE = 5_000_000, 200, 50
FEWER, MORE = 5, 20
"""Shards over which letters are sought, to see how it grows."""
AIM_GB = 1.0
MEMORY_GB = 3008 / 1024
_TRANSITIONS = 8
"""Of the machine itself; each item of a map has its start and its one state."""
_SEED = 11
_GB = 1024 * 1024


def measure() -> Iterator[Figure]:
    """Seconds of each step, the critical path, memory and dollars."""
    plan = Plan(topic_id="scale", round=1, slices=even_slices(MORE * SHARD, shards=MORE))
    shards = _shards(MORE)
    first = next(shards)
    began = time.process_time()
    parcels = [read(first, plan)]
    reading = time.process_time() - began
    parcels += [read(shard, plan) for shard in shards]
    fewer, _ = _letters(parcels[:FEWER], plan)
    more, grown = _letters(parcels, plan)
    letters = _drawn_out(fewer, more)
    themes, applying, finishing = _of_one(first)
    steps = {
        "read, a shard": reading,
        "letters, over all": letters,
        f"themes, of {SAMPLE:,}": themes * SAMPLE / SHARD,
        "apply, a shard": applying,
        "finish": finishing * SHARDS,
    }
    for name, seconds in steps.items():
        yield Figure(name=f"scale: {name}", value=seconds, unit="s")
    turns = SHARDS / AT_ONCE
    whole = sum(steps.values()) + (turns - 1) * (reading + applying)
    yield Figure(name="scale: 5,000,000 comments, critical path", value=whole / 60, unit="min")
    memory = grown * SHARDS / MORE
    yield Figure(name="scale: memory of letters", value=memory, unit="GB", aim=AIM_GB)
    work = sum(steps.values()) + (SHARDS - 1) * (reading + applying)
    yield Figure(name="scale: 1,000,000 comments cost", value=_dollars(work) / 5, unit="USD")


def _shards(count: int) -> Iterator[list[ExportedComment]]:
    others = count * SHARD - 20 * count * SHARD // 200
    texts = sent(letters=20, variants=count * SHARD // 200, others=others, seed=_SEED)
    comments = (
        commented(number * 7919 % (count * SHARD), each) for number, each in enumerate(texts)
    )
    for _ in range(count):
        yield [next(comments) for _ in range(SHARD)]


def _letters(parcels: list[Parcel], plan: Plan) -> tuple[float, float]:
    """Seconds, and how many GB the process has grown."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    held = sum(column.nbytes for each in parcels for column in each.arrays.values())
    began = time.process_time()
    letters_of(parcels, scope=plan.scope, zone=ZoneInfo(plan.time_zone))
    spent = time.process_time() - began
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / _GB
    return spent, grown + held / _GB / 1024


def _drawn_out(fewer: float, more: float) -> float:
    each = (more - fewer) / (MORE - FEWER)
    return more + each * (SHARDS - MORE)


def _of_one(shard: list[ExportedComment]) -> tuple[float, float, float]:
    """Seconds that themes take of one shard, that it takes to apply them, and to add it up."""
    plan = Plan(topic_id="scale", round=1, slices=even_slices(SHARD, shards=1))
    reads = [read(shard, plan)]
    began = time.process_time()
    found, letters = find(reads, plan)
    fitted = time.process_time()
    applied = apply(shard, plan, found=found, letters=letters[0])
    told = time.process_time()
    pipeline.finish(plan, found, [applied])
    return fitted - began, told - fitted, time.process_time() - told


def _dollars(seconds: float) -> float:
    tariff = Tariff.load()
    invocations = 2 * SHARDS + 3
    return (
        tariff.cost("lambda_gb_seconds", seconds * MEMORY_GB)
        + tariff.cost("lambda_requests", invocations)
        + tariff.cost("state_transitions", 2 * 2 * SHARDS + _TRANSITIONS)
    )
