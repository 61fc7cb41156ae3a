"""The emulator at work beside a handler in one process: its CPU, and what it was asked for."""

import io
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from local.seams import Seam, replaced

_WRITES = (b"DynamoDB_20120810.PutItem", b"DynamoDB_20120810.UpdateItem")
Watch = Callable[[Any], Callable[[Any], None]]
"""Is shown every request to AWS (botocore's prepared one), and gives what is shown the reply."""


@dataclass
class Emulated:
    """What went to the emulator so far.

    Attributes
    ----------
    calls : int
        Requests.
    seconds : float
        CPU that answering them took; a handler's own is the process's less this.
    """

    calls: int = 0
    seconds: float = 0.0

    def cpu(self) -> float:
        """CPU (s) of this process so far, all its threads', without the emulator's."""
        return time.process_time() - self.seconds


@contextmanager
def watched(*watches: Watch) -> Iterator[Emulated]:
    """Count the emulator's work while this lasts; moto must be on.

    botocore hands each prepared, signed request to the stubber and parses what it gives back: all
    that is left out is the emulator and the way over the network.
    """
    from moto.core.botocore_stubber import BotocoreStubber

    found, turn = Emulated(), threading.Lock()
    real: Callable[..., Any] = BotocoreStubber.__call__

    def asked(stubber: Any, event_name: str, request: Any, **kwargs: Any) -> Any:
        began = time.thread_time()
        afterwards = [watch(request) for watch in watches]
        reply = real(stubber, event_name, request, **kwargs)
        for show in afterwards:
            show(reply)
        with turn:
            found.calls += 1
            found.seconds += time.thread_time() - began
        return reply

    with replaced([Seam(BotocoreStubber, "__call__", asked)]):
        yield found


@contextmanager
def replayed() -> Iterator[dict[Any, Any]]:
    """Answer each request as the emulator answered it first: nothing is written while this lasts.

    Yields the answers by request, of which each is there once.

    A handler that reads then has the processor to itself, as beside DynamoDB: what the emulator
    does for a list leaves no cache as it was, and has Python's collector run in the handler's time.
    """
    from botocore.awsrequest import AWSResponse
    from moto.core.botocore_stubber import BotocoreStubber

    real: Callable[..., Any] = BotocoreStubber.__call__
    known: dict[tuple[Any, Any], Any] = {}

    def answer(stubber: Any, event_name: str, request: Any, **kwargs: Any) -> Any:
        asked = (request.headers.get("X-Amz-Target"), request.body)
        if asked not in known:
            known[asked] = real(stubber, event_name, request, **kwargs)
        reply = known[asked]
        return AWSResponse(request.url, reply.status_code, reply.headers, _Body(reply.content))

    with replaced([Seam(BotocoreStubber, "__call__", answer)]):
        yield known


@contextmanager
def nothing_stored() -> Iterator[None]:
    """Answer every write of one item as DynamoDB does when it succeeds, and keep nothing of it."""
    from botocore.awsrequest import AWSResponse
    from moto.core.botocore_stubber import BotocoreStubber

    real: Callable[..., Any] = BotocoreStubber.__call__

    def answer(stubber: Any, event_name: str, request: Any, **kwargs: Any) -> Any:
        if request.headers.get("X-Amz-Target") not in _WRITES:
            return real(stubber, event_name, request, **kwargs)
        return AWSResponse(request.url, 200, {}, _Body(b"{}"))

    with replaced([Seam(BotocoreStubber, "__call__", answer)]):
        yield


class _Body(io.BytesIO):
    """A body as botocore reads it."""

    def stream(self, **_options: Any) -> Iterator[bytes]:
        """All of it."""
        yield self.read()
