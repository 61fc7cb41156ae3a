"""Whether every valid comment is taken, kept, and kept once, when many come at the same time.

2,000 comments and 500 repetitions of some of them reach the local stack over HTTP, eight at a
time; what was acknowledged is then looked for in the table and in the round's counters, once all
is screened. Isso gets the same under the same concurrency; a repetition has no meaning for it.
"""

import random
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NamedTuple

from bench.figure import Figure
from bench.support import collection, isso

DISTINCT = 2_000
REPEATED = 500
CONCURRENCY = 8
_ACCEPTED = 202
_CREATED = 201


class Sent(NamedTuple):
    """One request that was answered: which comment it was, the status, and the reply."""

    number: int
    status: int
    reply: dict[str, Any]


def measure() -> Iterator[Figure]:
    """How many of the comments were refused, lost or doubled; 0 is the aim of each."""
    for name, count in {**_ours(), **_isso()}.items():
        aim = None if name.startswith("Isso") else 0
        yield Figure(name=f"promises: {name}", value=count, unit="comments", aim=aim)


def _ours() -> dict[str, int]:
    from bench.support.standing import standing

    with standing() as topic:
        sent = _at_once(lambda number: Sent(number, *topic.post(number)), _order())
        counts, kept = topic.settled(), topic.kept()
    taken = [each for each in sent if each.status == _ACCEPTED]
    replies = {each.number: each.reply for each in taken}
    acknowledged = {reply["comment_id"] for reply in replies.values()}
    answered_otherwise = sum(each.reply != replies[each.number] for each in taken)
    return {
        "refused": len(sent) - len(taken),
        "lost": len(acknowledged - kept) + max(0, len(replies) - counts["received"]),
        "doubled": max(0, max(len(kept), counts["received"]) - len(replies)) + answered_otherwise,
    }


def _isso() -> dict[str, int]:
    with isso.served() as rival:

        def send(number: int) -> Sent:
            text = collection.submission(number)["text"]
            status = rival.post(text, author=f"author {number}")
            return Sent(number, status, {})

        sent = _at_once(send, _order())
        kept = rival.number()
    taken = [each.number for each in sent if each.status == _CREATED]
    return {
        "Isso refused": len(sent) - len(taken),
        "Isso lost": len(taken) - kept,
        "Isso doubled": kept - len(set(taken)),
    }


def _order() -> list[int]:
    """Numbers of the comments as they are sent: each once, and some again among them."""
    draw = random.Random(7)
    numbers = [*range(DISTINCT), *draw.sample(range(DISTINCT), REPEATED)]
    draw.shuffle(numbers)
    return numbers


def _at_once(send: Callable[[int], Sent], numbers: Sequence[int]) -> list[Sent]:
    with ThreadPoolExecutor(CONCURRENCY) as pool:
        return list(pool.map(send, numbers))
