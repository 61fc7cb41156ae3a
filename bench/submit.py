"""CPU of taking a comment in, against Isso 0.14 posting the very same texts in the same run.

Ours is the CPU of comments-submit's handler, from the gateway's event to its answer, botocore's
part included; it takes one request at a time, as a function's container does. Writes are answered
as DynamoDB does when they succeed: the emulator's work would stand in the handler's way, of which
DynamoDB has none. What is sent again needs what was stored before, so there the emulator works and
its CPU is taken off. Isso's is that of its server process, whose requests come over HTTP, one at a
time as well. Both take turns, and the medians of the turns are compared.
"""

from collections.abc import Iterator
from typing import Any

from bench.figure import Figure
from bench.support import collection, isso
from bench.support.emulated import Emulated, nothing_stored, watched
from bench.support.turns import Turn, against, medians

TURN = 60
AIM = 0.5
_ISSO = "Isso 0.14"
_AGAIN = "sent again"


def measure() -> Iterator[Figure]:
    """Milliseconds of CPU per submission, and their ratios to Isso's."""
    with collection.collecting() as topic_id, isso.served() as rival, watched() as emulated:
        turns = {_ISSO: lambda number: _posts(rival, number), **_submissions(topic_id, emulated)}
        milliseconds = medians(turns, size=TURN)
    again = milliseconds.pop(_AGAIN)
    yield from against(_ISSO, milliseconds, aim=AIM, of="submit")
    yield Figure(name=f"submit: {_AGAIN}, CPU", value=again, unit="ms")


def _submissions(topic_id: str, emulated: Emulated) -> dict[str, Turn]:
    def sending(offset: int, *, signed_in: bool = False) -> Turn:
        def turn(number: int) -> float:
            events = _events(topic_id, offset + number * TURN, signed_in=signed_in)
            with nothing_stored():
                return _submitted(events, emulated)

        return turn

    def sending_again(number: int) -> float:
        events = _events(topic_id, 3_000_000 + number * TURN, signed_in=False)
        _submitted(events, emulated)
        return _submitted(events, emulated)

    return {
        "signed out": sending(1_000_000),
        "signed in": sending(2_000_000, signed_in=True),
        _AGAIN: sending_again,
    }


def _events(topic_id: str, first: int, *, signed_in: bool) -> list[dict[str, Any]]:
    return [
        collection.event(
            topic_id,
            collection.submission(number),
            number=number,
            token=collection.token(number) if signed_in else None,
        )
        for number in range(first, first + TURN)
    ]


def _submitted(events: list[dict[str, Any]], emulated: Emulated) -> float:
    from services.comments.handlers import submit

    began = emulated.cpu()
    for event in events:
        collection.answered(submit.handler, event, 202)
    return emulated.cpu() - began


def _posts(rival: isso.Isso, number: int) -> float:
    began = rival.cpu()
    for each in range(number * TURN, (number + 1) * TURN):
        status = rival.post(collection.submission(each)["text"], author=f"author {each}")
        if status != 201:
            raise ValueError(f"Isso answered {status}")
    return rival.cpu() - began
