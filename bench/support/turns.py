"""Several ways of doing a thing, measured in turn, so that a busy machine is slow for all alike."""

import statistics
from collections.abc import Callable, Iterator, Mapping

from bench.figure import Figure

ROUNDS = 7
Turn = Callable[[int], float]
"""Does the thing as often as a turn has it, for the n-th time; CPU seconds it took."""


def medians(turns: Mapping[str, Turn], *, size: int) -> dict[str, float]:
    """Median CPU (ms) of each way to do the thing once; the first turn of each is not counted.

    Parameters
    ----------
    size : int
        How often a turn does it.
    """
    seconds: dict[str, list[float]] = {name: [] for name in turns}
    for number in range(ROUNDS + 1):
        for name, turn in turns.items():
            seconds[name].append(turn(number))
    return {name: 1000 * statistics.median(found[1:]) / size for name, found in seconds.items()}


def against(
    floor: str, milliseconds: Mapping[str, float], *, aim: float, of: str
) -> Iterator[Figure]:
    """Figures of each way, and of the ratio of each to the way called `floor`."""
    for name, value in milliseconds.items():
        yield Figure(name=f"{of}: {name}, CPU", value=value, unit="ms")
        if name != floor:
            ratio = value / milliseconds[floor]
            yield Figure(name=f"{of}: {name}, against Isso", value=ratio, unit="ratio", aim=aim)
