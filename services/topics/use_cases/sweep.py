"""Look through all topics for what nobody else notices: lost executions, decisions that are due.

An execution is lost that was asked for, is not at its end, and does not run.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from services.topics.executions import LOST, Executions
from services.topics.model.deadline import standing
from services.topics.model.execution import execution_name, should_run
from services.topics.model.narrowing import Narrowing
from services.topics.model.topic import Topic
from services.topics.store import ChangedMeanwhile, TopicStore
from services.topics.use_cases.operate import report_failure

GRACE = timedelta(minutes=10)
"""How long a row must have stood: the bell starts what was asked for within seconds, but tries for
longer, and Step Functions tells of a new execution a little late."""
_READ_AT_ONCE = 200


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """Decisions that are waited for: due within a week (`soon`), and overdue (`late`)."""

    soon: int
    late: int


def topics_of(store: TopicStore) -> Iterator[Topic]:
    """All topics."""
    after = None
    while True:
        page, after = store.page(Narrowing(), after=after, limit=_READ_AT_ONCE)
        yield from (each.topic for each in page)
        if after is None:
            return


def waiting(topics: Iterable[Topic], *, at: datetime) -> Waiting:
    """Count decisions by their deadline."""
    standings = Counter(standing(topic, at=at) for topic in topics)
    return Waiting(soon=standings["soon"], late=standings["late"])


def mark_lost(
    topics: Iterable[Topic], *, executions: Executions, at: datetime, store: TopicStore
) -> int:
    """Mark every topic whose execution is lost, once, and count those that were marked.

    An execution that failed unheard is lost too.
    """
    running = frozenset(executions.running())
    suspects = [
        topic for topic in topics if should_run(topic) and execution_name(topic) not in running
    ]
    return sum(_examined(topic, executions=executions, at=at, store=store) for topic in suspects)


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
