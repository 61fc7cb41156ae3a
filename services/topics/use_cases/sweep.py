"""Look for topics whose execution is lost: asked for, not at its end, and not running."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from services.topics.executions import LOST, Executions
from services.topics.model.execution import execution_name, should_run
from services.topics.model.narrowing import Narrowing
from services.topics.model.topic import Topic
from services.topics.store import ChangedMeanwhile, TopicStore
from services.topics.use_cases.operate import report_failure

GRACE = timedelta(minutes=10)
"""How long a row must have stood: the bell starts what was asked for within seconds, but tries for
longer, and Step Functions tells of a new execution a little late."""
_READ_AT_ONCE = 200


def sweep(*, executions: Executions, at: datetime, store: TopicStore) -> int:
    """Mark every topic whose execution is lost, once; an execution that failed unheard is too.

    Returns
    -------
    int
        How many topics were marked.
    """
    running = frozenset(executions.running())
    suspects = [topic for topic in _expecting(store) if execution_name(topic) not in running]
    return sum(_examined(topic, executions=executions, at=at, store=store) for topic in suspects)


def _expecting(store: TopicStore) -> Iterator[Topic]:
    after = None
    while True:
        page, after = store.page(Narrowing(), after=after, limit=_READ_AT_ONCE)
        yield from filter(should_run, (each.topic for each in page))
        if after is None:
            return


def _examined(listed: Topic, *, executions: Executions, at: datetime, store: TopicStore) -> bool:
    """Tell whether a topic was marked; Step Functions is asked before the row is read again.

    An execution writes the row before it ends, so that one that has ended well by then has also
    brought its topic to an end, or is lost.
    """
    name = execution_name(listed)
    found = executions.described(name)
    stored = store.stored(listed.topic_id)
    if stored is None or not should_run(stored.topic) or execution_name(stored.topic) != name:
        return False
    if (found is not None and found.is_running) or at - stored.changed_at < GRACE:
        return False
    status = found.status if found and found.ended_badly else LOST
    try:
        report_failure(name, status=status, at=at, store=store)
    except ChangedMeanwhile:
        return False  # it moves, or somebody was quicker: the next sweep looks again
    return True
