"""Memory of the submit function over a thousand comments in a row, once it is warm.

What the handler's own code, its libraries and the interpreter hold is counted by tracemalloc; what
the emulator would keep is left out: writes are answered and not kept.
"""

import gc
import tracemalloc
from collections.abc import Iterator

from bench.figure import Figure
from bench.support import collection
from bench.support.emulated import nothing_stored

COMMENTS = 1_000
WARM_UP = 200
TOLERATED_KB = 50
"""Fifty bytes a comment: caches of fixed size may still fill; one kept comment alone is 1 KB."""


def measure() -> Iterator[Figure]:
    """Growth in KB over the comments."""
    with collection.collecting() as topic_id:
        _take(topic_id, range(2))
        with nothing_stored():
            _take(topic_id, range(WARM_UP))
            tracemalloc.start()
            _take(topic_id, range(WARM_UP, 2 * WARM_UP))
            before = _held()
            _take(topic_id, range(2 * WARM_UP, 2 * WARM_UP + COMMENTS))
            growth = _held() - before
            tracemalloc.stop()
    name = f"memory: submit, growth over {COMMENTS:,} comments"
    yield Figure(name=name, value=max(0.0, growth / 1024), unit="KB", aim=TOLERATED_KB)


def _held() -> int:
    gc.collect()
    return tracemalloc.get_traced_memory()[0]


def _take(topic_id: str, numbers: range) -> None:
    from services.comments.handlers import submit

    for number in numbers:
        request = collection.event(topic_id, collection.submission(number), number=number)
        collection.answered(submit.handler, request, 202)
