"""A whole analysis of 100,000 comments: CPU of each step, memory, one result for any shards."""

import hashlib
import resource
import time
from collections.abc import Iterator

from bench.figure import Figure
from bench.support.letters import commented, sent
from services.analysis.engine import pipeline
from services.analysis.engine.plan import SHARD, Plan, even_slices
from services.analysis.model.comment import ExportedComment
from services.shared.exports import canonical

COMMENTS, FEW = 100_000, 6_000
SEED = 7
AIM_MB = 1024
_MB = 1024


def measure() -> Iterator[Figure]:
    """Seconds of each step, comments a second in shards, peak memory, different results."""
    few = list(_comments(FEW))
    hashes = {_analysed(few, shards)[0] for shards in (1, 4, 16)}
    yield Figure(name="analysis: results of 1, 4, 16 shards", value=len(hashes), unit="", aim=1)
    seconds = _analysed(list(_comments(COMMENTS)), COMMENTS // SHARD)[1]
    for step, spent in seconds.items():
        yield Figure(name=f"analysis: {step}, 100,000 comments", value=spent, unit="s")
    shards = COMMENTS / (seconds["read"] + seconds["apply"])
    yield Figure(name="analysis: in shards, one core", value=shards, unit="1/s")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / _MB
    yield Figure(name="analysis: peak memory", value=peak, unit="MB", aim=AIM_MB)


def _comments(count: int) -> Iterator[ExportedComment]:
    found = sent(letters=20, variants=count // 200, others=count - count // 10, seed=SEED)
    return (commented(number, each) for number, each in enumerate(found))


def _analysed(comments: list[ExportedComment], shards: int) -> tuple[str, dict[str, float]]:
    """Hash of the results, and CPU seconds of each step."""
    slices = even_slices(len(comments), shards=shards)
    plan = Plan(topic_id="bench", round=1, slices=slices)
    spent: dict[str, float] = {}
    began = time.process_time()

    def tell(step: str, _done: int, _of: int) -> None:
        spent[step] = time.process_time() - began

    found = pipeline.run(plan, lambda part: part.of(comments), tell=tell)
    ends = [0.0, *spent.values()]
    seconds = {step: end - start for step, start, end in zip(spent, ends, ends[1:], strict=False)}
    return hashlib.sha256(canonical([found.results, [*found.assignments]])).hexdigest(), seconds
