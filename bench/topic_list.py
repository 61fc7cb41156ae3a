"""What a search of the topic list costs: CPU of the handler, and how often it asks the table.

The emulator's own time is taken off: the answers of DynamoDB are recorded from moto once, and
played back while the clock of the process runs.
"""

import os
import statistics
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from bench.figure import Figure
from bench.support.emulated import replayed
from services.shared import clock
from tests.support.account import ENVIRONMENT, create_account
from tests.support.calls import Answer, http
from tests.support.topics import define

TOPICS = 1000
ROUNDS = 9
_AT = datetime(2026, 12, 1, 9, tzinfo=UTC)
_SOUGHT = {"ar": "الجسور والأنفاق", "en": "Bridges and tunnels"}
_CASES = {
    "first page of 100": {},
    "a word of one topic in 1,000": {"q": "جسور"},
    "a word of no topic in 1,000": {"q": "camels"},
}


def measure() -> Iterator[Figure]:
    """Milliseconds of CPU per request, and how often it asks DynamoDB."""
    os.environ |= ENVIRONMENT
    from moto import mock_aws

    with mock_aws():
        create_account()
        clock.use(lambda: _AT)
        _stand()
        for name, query in _CASES.items():
            yield from _case(name, query)


def _case(name: str, query: dict[str, str]) -> Iterator[Figure]:
    _list(query)  # what a container fetches once, it has
    with replayed() as replies:
        _list(query)
        seconds = [_listed(query) for _ in range(ROUNDS)]
    milliseconds = 1000 * statistics.median(seconds)
    yield Figure(name=f"topic list: {name}, CPU", value=milliseconds, unit="ms")
    yield Figure(name=f"topic list: {name}, queries", value=len(replies), unit="calls", aim=20)


def _listed(query: dict[str, str]) -> float:
    began = time.process_time()
    _list(query)
    return time.process_time() - began


def _list(query: dict[str, str]) -> Answer:
    from services.topics.handlers import read

    answer = http(read.handler, "GET /v1/topics", query=query or None)
    if answer.status != 200:
        raise ValueError(answer.text)
    return answer


def _stand() -> None:
    """Write the sought topic by the handler, and the others as rows like one that it wrote."""
    from services.shared.table import Put, Table

    table = Table("topics")
    define(_AT, title=_SOUGHT)
    like = table.get(f"T#{define(_AT)['topic_id']}", "topic")
    if like is None:
        raise LookupError("topic")
    for number in range(TOPICS - 2):
        topic_id = f"topic{number:04d}"
        created_at = clock.to_text(_AT + timedelta(minutes=number))
        keys = {"pk": f"T#{topic_id}", "listed_sk": f"{created_at}#{topic_id}"}
        public = {"topic_id": topic_id, "stage": "scheduled", "public_since": created_at}
        table.write(Put(item=like | keys | public | {"created_at": created_at}))
