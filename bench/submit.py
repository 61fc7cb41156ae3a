"""CPU of taking a comment in, against Isso 0.14 posting the very same texts in the same run.

Ours is the CPU of comments-submit's handler, from the gateway's event to its answer, botocore's
part included and the emulator's taken off; it takes one request at a time, as a function's
container does. Isso's is that of its server process, whose requests come over HTTP, one at a time
as well. Both take turns, and the medians of the turns are compared.
"""

from collections.abc import Iterator

from bench.figure import Figure
from bench.support import collection, isso
from bench.support.emulated import Emulated, watched
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
            numbers = range(offset + number * TURN, offset + (number + 1) * TURN)
            return _submitted(topic_id, numbers, emulated, signed_in=signed_in)

        return turn

    return {
        "signed out": sending(1_000_000),
        _AGAIN: sending(1_000_000),
        "signed in": sending(2_000_000, signed_in=True),
    }


def _submitted(topic_id: str, numbers: range, emulated: Emulated, *, signed_in: bool) -> float:
    from services.comments.handlers import submit

    events = [
        collection.event(
            topic_id,
            collection.submission(number),
            number=number,
            token=collection.token(number) if signed_in else None,
        )
        for number in numbers
    ]
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
