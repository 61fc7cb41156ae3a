"""CPU of listing 100 comments, against Isso 0.14 listing the very same texts in the same run.

Ours is the handler's, of a page that its container has shown before and of one that it has not;
Isso's is its server's, with the texts as they were sent (``plain``). Published rows are written as
screening leaves them, by the handlers that do so.
"""

import time
from collections.abc import Iterator
from typing import Any

from bench.figure import Figure
from bench.support import collection, isso
from bench.support.emulated import replayed
from bench.support.turns import Turn, against, medians

ITEMS = 100
TURN = 20
AIM = 0.5
_ISSO = "Isso 0.14, plain"


def measure() -> Iterator[Figure]:
    """Milliseconds of CPU per list, and its ratio to Isso's."""
    with collection.collecting(expected=ITEMS) as topic_id, isso.served() as rival:
        for number in range(ITEMS):
            rival.post(collection.submission(number)["text"], author=f"author {number}")
        collection.publish(topic_id, ITEMS)
        turns: dict[str, Turn] = {
            _ISSO: lambda _: _listed_by(rival),
            "100 comments": lambda _: _listed(topic_id, anew=False),
            "100 comments, not shown before": lambda _: _listed(topic_id, anew=True),
        }
        with replayed():
            milliseconds = medians(turns, size=TURN)
    yield from against(_ISSO, milliseconds, aim=AIM, of="list")


def _listed(topic_id: str, *, anew: bool) -> float:
    from services.comments.handlers import read
    from services.comments.list_store import received_of

    request = collection.listing(topic_id)
    seconds = 0.0
    for _ in range(TURN):
        if anew:
            received_of.cache_clear()
        began = time.process_time()
        answer = collection.answered(read.handler, request, 200)
        seconds += time.process_time() - began
    _demand(collection.items(answer))
    return seconds


def _listed_by(rival: isso.Isso) -> float:
    began = rival.cpu()
    lists = [rival.comments() for _ in range(TURN)]
    spent = rival.cpu() - began
    _demand(lists[-1])
    return spent


def _demand(items: list[Any]) -> None:
    if len(items) != ITEMS:
        raise ValueError(f"{len(items)} comments listed")
