"""CPU of taking a comment in, against Isso 0.14 posting the very same texts in the same run.

Ours is the CPU of comments-submit's handler, from the gateway's event to its answer, botocore's
part included and the emulator's taken off; it takes one request at a time, as a function's
container does. Isso's is that of its server process, whose requests come over HTTP, one at a time
as well. Both take turns, and the medians of the turns are compared.
"""

import statistics
from collections.abc import Callable, Iterator

from bench.figure import Figure
from bench.support import collection, isso
from bench.support.emulated import Emulated, watched

ROUNDS = 7
TURN = 60
AIM = 0.5
_Turn = Callable[[int], float]


def measure() -> Iterator[Figure]:
    """Milliseconds of CPU per submission, and their ratios to Isso's."""
    with collection.collecting() as topic_id, isso.served() as rival, watched() as emulated:
        sends = _submissions(topic_id, emulated)
        turns: dict[str, _Turn] = {"Isso": lambda start: _posts(rival, start), **sends}
        milliseconds = _in_turn(turns)
    floor = milliseconds.pop("Isso")
    yield Figure(name="submit: Isso 0.14, CPU per POST", value=floor, unit="ms")
    for name, value in milliseconds.items():
        yield Figure(name=f"submit: {name}, CPU", value=value, unit="ms")
        yield Figure(name=f"submit: {name}, against Isso", value=value / floor, unit="ratio", aim=AIM)


def _in_turn(turns: dict[str, _Turn]) -> dict[str, float]:
    """Median milliseconds per request of each, measured alternately."""
    seconds: dict[str, list[float]] = {name: [] for name in turns}
    for turn in turns.values():
        turn(0)
    for number in range(1, ROUNDS + 1):
        for name, turn in turns.items():
            seconds[name].append(turn(number * TURN))
    return {name: 1000 * statistics.median(found) / TURN for name, found in seconds.items()}


def _submissions(topic_id: str, emulated: Emulated) -> dict[str, _Turn]:
    from services.comments.handlers import submit

    token = collection.token()

    def sending(offset: int, *, signed_in: bool) -> _Turn:
        def turn(start: int) -> float:
            events = [
                collection.event(
                    topic_id,
                    collection.submission(number),
                    number=offset + number,
                    token=token if signed_in else None,
                )
                for number in range(start, start + TURN)
            ]
            began = emulated.cpu()
            for event in events:
                collection.answered(submit.handler, event, 202)
            return emulated.cpu() - began

        return turn

    return {
        "signed out": sending(1_000_000, signed_in=False),
        "repeated": sending(1_000_000, signed_in=False),
        "signed in": sending(2_000_000, signed_in=True),
    }


def _posts(rival: isso.Isso, start: int) -> float:
    began = rival.cpu()
    for number in range(start, start + TURN):
        body = collection.submission(number)
        status = rival.post(body["text"], author=f"author {number}")
        if status != 201:
            raise ValueError(f"Isso answered {status}")
    return rival.cpu() - began
