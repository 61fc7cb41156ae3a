"""The one clock: every wait of the local stack, and who is waiting for what.

Time runs with the wall clock (times a speed) and can be moved on. All threads of the stack are
`LocalThread` and block only on a `LocalEvent`, so that the clock knows when nothing can happen any
more before time passes: then the stack is *quiet*, and the next deadline is what happens next.
"""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any


class NotQuiet(Exception):
    """The stack was still at work when the patience of whoever waited for it ended."""


class Stopped(BaseException):
    """Ends a thread at its wait when the stack stops; no error, so that nobody handles it."""


class LocalClock:
    """Local time, and the threads that live by it.

    Parameters
    ----------
    start : datetime, optional
        First instant (aware); the present by default.
    speed : float
        Local seconds per real second; 0 stops the time, so that it passes only when moved on.
    """

    def __init__(self, *, start: datetime | None = None, speed: float = 1.0) -> None:
        self.speed = speed
        self.lock = threading.RLock()
        self._origin = start or datetime.now(UTC)
        self._real_origin = time.monotonic()
        self.stopped = False
        self._busy = 0
        self._waiting: set[LocalEvent] = set()
        self._changed = threading.Condition(self.lock)

    def now(self) -> datetime:
        """Present local instant, UTC."""
        with self.lock:
            passed = (time.monotonic() - self._real_origin) * self.speed
            return self._origin + timedelta(seconds=passed)

    def timestamp(self) -> float:
        """Present local instant in seconds since 1970."""
        return self.now().timestamp()

    def sleep(self, seconds: float) -> None:
        """Let local time pass before going on with work begun."""
        LocalEvent(self).wait(seconds, work=True)

    def move_to(self, instant: datetime) -> None:
        """Move on to an instant; whoever waited for a time up to then wakes. Never moves back."""
        with self.lock:
            if instant > self.now():
                self._origin, self._real_origin = instant, time.monotonic()
                for event in self._waiting:
                    event.stir()

    def advance(self, delta: timedelta, *, timeout_seconds: float = 300) -> None:
        """Let local time pass, in the order in which it would have brought things about.

        The clock goes from deadline to deadline and lets the stack settle at each, so that what is
        due first also happens first and at its own instant.

        Raises
        ------
        NotQuiet
            If the stack did not settle within `timeout_seconds` (real) at one of the deadlines.
        """
        target = self.now() + delta
        while True:
            self.settle(timeout_seconds=timeout_seconds)
            due = self.next_deadline()
            if due is None or due > target:
                break
            self.move_to(due)
        self.move_to(target)
        self.settle(timeout_seconds=timeout_seconds)

    def stop(self, *, timeout_seconds: float = 5) -> None:
        """End every `LocalThread` at its next wait, and wait (real time) for them to be gone."""
        limit = time.monotonic() + timeout_seconds
        with self.lock:
            self.stopped = True
            for event in self._waiting:
                event.stir()
            while self._busy > 0 and time.monotonic() < limit:
                self._changed.wait(limit - time.monotonic())

    def settle(self, *, timeout_seconds: float = 300) -> None:
        """Wait until all work begun is done; the time that retries and batches need is skipped.

        Raises
        ------
        NotQuiet
            If that took more than `timeout_seconds` (real).
        """
        limit = time.monotonic() + timeout_seconds
        while True:
            with self.lock:
                self._wait_until_quiet(limit)
                due = self.next_deadline()
                if due is None or self.next_deadline(of_work=True) is None:
                    return
                self.move_to(due)

    def next_deadline(self, *, of_work: bool = False) -> datetime | None:
        """Earliest instant that somebody waits for; with `of_work` only to finish work begun."""
        with self.lock:
            wanted = (e for e in self._waiting if e.work or not (of_work or e.background))
            deadlines = (event.deadline for event in wanted)
            return min((instant for instant in deadlines if instant is not None), default=None)

    @contextmanager
    def busy(self) -> Iterator[None]:
        """While this lasts the stack is not quiet: a handler or a request is running."""
        with self.lock:
            self._busy += 1
        try:
            yield
        finally:
            with self.lock:
                self._busy -= 1
                self._changed.notify_all()

    @contextmanager
    def waiting(self, event: "LocalEvent") -> Iterator[None]:
        """While this lasts the calling thread waits for an event; the lock is held."""
        self._waiting.add(event)
        self._changed.notify_all()
        try:
            yield
        finally:
            self._waiting.discard(event)

    def _wait_until_quiet(self, limit: float) -> None:
        while self._active() > 0:
            left = limit - time.monotonic()
            if left <= 0:
                raise NotQuiet(f"{self._active()} threads still at work")
            self._changed.wait(left)

    def _active(self) -> int:
        now = self.now()
        return self._busy - sum(event.blocks(now) for event in self._waiting)


class LocalEvent:
    """A `threading.Event` for one waiter, whose time-out is on the local clock.

    Parameters
    ----------
    clock : LocalClock
        The clock.

    Attributes
    ----------
    deadline : datetime or None
        Until when its waiter waits.
    work : bool
        Whether that wait is part of finishing what has begun.
    background : bool
        Whether nobody need stop the clock at its deadline.
    """

    def __init__(self, clock: LocalClock) -> None:
        self.deadline: datetime | None = None
        self.work = self.background = False
        self._clock = clock
        self._condition = threading.Condition(clock.lock)
        self._flag = False
        # Set by whoever wakes the waiter: it counts as busy before its thread has had its turn.
        self._woken = False

    def is_set(self) -> bool:
        """Tell whether it is set."""
        return self._flag

    def set(self) -> None:
        """Set it and wake the waiter, even if it is cleared before that one has had its turn."""
        with self._clock.lock:
            self._flag = self._woken = True
            self._condition.notify_all()

    def clear(self) -> None:
        """Unset it."""
        with self._clock.lock:
            self._flag = False

    def stir(self) -> None:
        """Make the waiter look at the clock again; the clock's lock is held."""
        self._condition.notify_all()

    def blocks(self, now: datetime) -> bool:
        """Tell whether its waiter has no reason yet to go on."""
        return not self._woken and (self.deadline is None or self.deadline > now)

    def wait(
        self, timeout: float | None = None, *, work: bool = False, background: bool = False
    ) -> bool:
        """Wait until it is set, or for `timeout` local seconds.

        Parameters
        ----------
        timeout : float, optional
            Local seconds; for ever by default.
        work : bool
            The wait is part of finishing what has begun (a retry, a batching window): whoever lets
            the stack settle lets that time pass.
        background : bool
            Nothing depends on the instant: whoever moves the clock on does not stop there.

        Returns
        -------
        bool
            Whether it was set.
        """
        with self._clock.lock:
            if not self._flag:
                self._woken, self.work, self.deadline = False, work, None
                self.background = background
                if timeout is not None:
                    self.deadline = self._clock.now() + timedelta(seconds=timeout)
                with self._clock.waiting(self):
                    while self.blocks(self._clock.now()) and not self._clock.stopped:
                        self._condition.wait(self._real_seconds_left())
            if self._clock.stopped:
                raise Stopped
            return self._woken

    def _real_seconds_left(self) -> float | None:
        if self.deadline is None or self._clock.speed == 0:
            return None
        local = (self.deadline - self._clock.now()).total_seconds()
        return min(max(local / self._clock.speed, 0.0), threading.TIMEOUT_MAX)


class LocalThread:
    """A `threading.Thread` that counts as busy unless it waits on a `LocalEvent`."""

    def __init__(
        self,
        clock: LocalClock,
        *,
        target: Callable[..., Any],
        args: tuple[Any, ...] = (),
        name: str | None = None,
        daemon: bool = True,
    ) -> None:
        self._clock = clock
        self._finished = LocalEvent(clock)
        self._started = clock.busy()
        self._thread = threading.Thread(target=self._run, args=(target, args), name=name)
        self._thread.daemon = daemon

    @property
    def native_id(self) -> int | None:
        """Identifier that the operating system gave it."""
        return self._thread.native_id

    def start(self) -> None:
        """Start it; it is busy from this call on."""
        self._started.__enter__()
        self._thread.start()

    def join(self, timeout: float | None = None) -> None:
        """Wait (local seconds) for its end; only from another `LocalThread`."""
        self._finished.wait(timeout)

    def is_alive(self) -> bool:
        """Tell whether it has not ended yet."""
        return not self._finished.is_set()

    def _run(self, target: Callable[..., Any], args: tuple[Any, ...]) -> None:
        try:
            target(*args)
        except Stopped:
            return
        finally:
            self._finished.set()
            self._started.__exit__(None, None, None)
