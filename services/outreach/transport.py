"""What the providers have in common: one attempt a message, and a clear word on what came of it.

None of them has an idempotency token for us, so the SDK's own retries are off: they would also
repeat a request whose answer was lost, and somebody would be told twice.

A provider takes so many messages a second of an account, whichever functions send them. Nobody
counts them all: each function keeps its own messages apart, so that all at once stay within that.
"""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from typing import Any

from services.shared import aws
from services.shared.errors import TransientError

_CONNECT_TIMEOUT_SECONDS = 2
_READ_TIMEOUT_SECONDS = 10
_PAUSES_SECONDS = (0.2, 0.4, 0.8, 1.6)
"""Pauses before a throttled message is tried again: what exceeds the rate per second is refused."""
SENDERS_AT_ONCE = 8
"""How many functions send at once, at most: as many as the state machine starts for the parts of a
delivery (its ``MaxConcurrency``), and as many as the queue starts `notify`. Where both send, what
is too much is throttled, and tried again."""
_THROTTLED = 429
_AWAY = 503
_SERVER_ERROR = 500

Pause = Callable[[float], None]
HasTime = Callable[[], bool]
"""Whether there is time for one message more."""


class Pacer:
    """Keeps a function's messages apart: its share of what the provider takes in a second.

    Parameters
    ----------
    per_second : int
        Messages that the provider takes of the account in a second.
    now : callable
        Seconds of a clock that never goes back.
    pause : callable
        Waits for some seconds.
    """

    def __init__(
        self,
        per_second: int,
        *,
        now: Callable[[], float] = time.monotonic,
        pause: Pause = time.sleep,
    ) -> None:
        self._apart = SENDERS_AT_ONCE / per_second
        self._now = now
        self._pause = pause
        self._free_at = 0.0

    def wait(self) -> None:
        """Wait until it is the turn of the next message."""
        now = self._now()
        if now < self._free_at:
            self._pause(self._free_at - now)
        self._free_at = max(now, self._free_at) + self._apart


class Refused(Exception):
    """The message is not taken, now or later; others may pass."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


class Down(Exception):
    """The provider takes nothing of ours until somebody puts something right."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


class Throttled(TransientError):
    """The message was certainly not taken, as there were too many; others may be a little later."""


class Later(Exception):
    """One recipient certainly did not get the message, but may a little later; others may now."""


class Uncertain(Exception):
    """Nobody knows whether the message was taken."""


@cache
def client(service: str) -> Any:
    """Client of an AWS service that asks once and never repeats a request by itself."""
    return aws.made_client(
        service,
        connect_timeout=_CONNECT_TIMEOUT_SECONDS,
        read_timeout=_READ_TIMEOUT_SECONDS,
        retries={"mode": "standard", "total_max_attempts": 1},
    )


def always() -> bool:
    """There is time, whatever happens."""
    return True


def patiently(
    attempt: Callable[[], None], *, pacer: Pacer, pause: Pause, has_time: HasTime
) -> None:
    """Make an attempt, and some more while it is only throttled and there is time.

    Each but the first waits for its turn, after a pause.

    Raises
    ------
    TransientError
        If it is throttled still.
    """
    for seconds in _PAUSES_SECONDS:
        try:
            return attempt()
        except TransientError:
            if not has_time():
                raise
            pause(seconds)
            pacer.wait()
    return attempt()


@contextmanager
def meaning(*, one: Mapping[str, str], all_: Mapping[str, str]) -> Iterator[None]:
    """Say what an AWS provider's error means.

    Parameters
    ----------
    one, all_ : mapping
        Error code → our reason: what is wrong with this message, and with any of ours.

    Raises
    ------
    TransientError
        If the message was certainly not taken, but may be a little later.
    Refused, Down
        If it was certainly not taken.
    Uncertain
        If it may have been taken.
    """
    from botocore.exceptions import ClientError, HTTPClientError
    from botocore.exceptions import ConnectionError as NoConnection

    try:
        yield
    except ClientError as error:
        raise _meaning(error, one=one, all_=all_) from error
    except NoConnection as error:
        raise TransientError("no connection to the provider") from error
    except HTTPClientError as error:
        raise Uncertain from error


def _meaning(error: Exception, *, one: Mapping[str, str], all_: Mapping[str, str]) -> Exception:
    code = aws.error_code(error)
    response: dict[str, Any] = getattr(error, "response", {})
    status = int(response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))
    if code in one:
        return Refused(one[code])
    if code in all_:
        return Down(all_[code])
    if status in {_THROTTLED, _AWAY} or "Thrott" in code or code == "TooManyRequestsException":
        return Throttled(code)
    if status >= _SERVER_ERROR:
        return Uncertain(code)
    return Down("misconfigured")
