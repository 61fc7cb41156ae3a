"""CPU of listing 100 comments, against Isso 0.14 listing the very same texts in the same run.

Ours is the handler's, as in `submit`; Isso's is its server's, once with the texts as they were
sent (``plain``) and once as it gives them by default, rendered. Published rows are written as
screening leaves them, by the handlers that do so.
"""

from collections.abc import Iterator
from typing import Any

from bench.figure import Figure
from bench.support import collection, isso
from bench.support.emulated import Emulated, watched
from bench.support.turns import Turn, against, medians

ITEMS = 100
TURN = 20
AIM = 0.5
_ISSO = "Isso 0.14, plain"


def measure() -> Iterator[Figure]:
    """Milliseconds of CPU per list, and its ratio to Isso's."""
    few = collection.collecting(expected=ITEMS)
    with few as topic_id, isso.served() as rival, watched() as emulated:
        for number in range(ITEMS):
            rival.post(collection.submission(number)["text"], author=f"author {number}")
        collection.publish(topic_id, ITEMS)
        turns: dict[str, Turn] = {
            _ISSO: lambda _: _listed_by(rival),
            "100 comments": lambda _: _listed(topic_id, emulated),
        }
        milliseconds = medians(turns, size=TURN)
    yield from against(_ISSO, milliseconds, aim=AIM, of="list")


def _listed(topic_id: str, emulated: Emulated) -> float:
    from services.comments.handlers import read

    request = collection.listing(topic_id)
    began = emulated.cpu()
    answers = [collection.answered(read.handler, request, 200) for _ in range(TURN)]
    spent = emulated.cpu() - began
    _demand(collection.items(answers[-1]))
    return spent


def _listed_by(rival: isso.Isso) -> float:
    began = rival.cpu()
    lists = [rival.comments() for _ in range(TURN)]
    spent = rival.cpu() - began
    _demand(lists[-1])
    return spent


def _demand(items: list[Any]) -> None:
    if len(items) != ITEMS:
        raise ValueError(f"{len(items)} comments listed")
