"""Calls that do not wait for each other, where there is more than one to make."""

from collections.abc import Callable, Sequence
from functools import cache
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from concurrent.futures import ThreadPoolExecutor

Asked = TypeVar("Asked")
Answered = TypeVar("Answered")
WORKERS = 8
"""Fewer than the connections that an AWS client keeps (10)."""


def each(call: Callable[[Asked], Answered], asked: Sequence[Asked]) -> list[Answered]:
    """What a call answers for each of some arguments, in their order.

    At most `WORKERS` run at a time, in threads that stay for the life of the container; a single
    one is made where it is asked for. The call may use AWS clients, which are made for that, once
    they exist: the caller has made one of that service before.

    Raises
    ------
    Exception
        What the first of the failed calls raised.
    """
    if len(asked) == 1:
        return [call(asked[0])]
    return list(_workers().map(call, asked))


@cache
def _workers() -> "ThreadPoolExecutor":
    from concurrent.futures import ThreadPoolExecutor

    return ThreadPoolExecutor(max_workers=WORKERS, thread_name_prefix="side-by-side")
