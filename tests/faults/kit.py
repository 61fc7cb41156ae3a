"""Faults at the one choke point: every AWS call of every function passes the botocore stubber.

While a kit is in place each call is known by its *site*: the function that makes it, what the
function was asked to do, the operation, and what it acts on. A fault that was armed for a site
happens the next time that site is reached; one invocation meets one fault at most, so that whoever
delivers again gets further each time, as in life. Whoever delivers gives up in the end: what a
function is given fails a few times only, be it in a function that it asks.
"""

import json
import re
import threading
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from botocore import endpoint
from botocore.exceptions import ReadTimeoutError
from moto.core.botocore_stubber import BotocoreStubber

from local import lambdas
from local.seams import Seam, replaced
from services.shared import side_by_side
from tests.faults.throttling import throttled

PREFIX = "tashawur-local-"
_READING = ("Get", "Query", "Scan", "List", "Describe", "Head", "Decrypt")
MODES = ("throttled", "lost request", "lost reply", "killed before", "killed after")
"""Refused for want of capacity; timed out before the effect and after it; the process gone
before the call and right after it."""
MOST_FAILURES = 3
"""Of one task of a function: queues deliver five times, and one of these may fail by itself, where
what it waits for has failed as well."""


class Site(NamedTuple):
    """Where an AWS call is made.

    Attributes
    ----------
    function : str
        Function that makes it, ``<service>-<handler>``.
    task : str
        What it was asked for: route key, action, notice, or the source of its records.
    operation : str
        ``<service>.<Operation>``.
    target : str
        Table and index, kind of object, or function.
    """

    function: str
    task: str
    operation: str
    target: str

    @property
    def reads(self) -> bool:
        """Whether the call changes nothing."""
        return self.operation.partition(".")[2].startswith(_READING)


class Fault(NamedTuple):
    """What is to go wrong, and where: the how-manieth call of that site in an invocation."""

    site: Site
    mode: str
    nth: int = 1

    @property
    def is_mended(self) -> bool:
        """Whether the SDK sends the call again and it arrives; of Lambda's it repeats none."""
        return self.mode == "lost reply" and not self.site.operation.startswith("lambda.")


class Killed(BaseException):
    """The process is gone: no handler of ours may see it, as none would."""


@dataclass
class _Frame:
    """One invocation of a function, in its thread."""

    function: str
    task: str
    spent: bool = False
    failing: Fault | None = None
    met: Counter[Site] = field(default_factory=Counter)


@dataclass
class Kit:
    """Which sites there are, what is to fail, and what has failed.

    Attributes
    ----------
    reached : Counter
        How often each site was reached.
    most : Counter
        How often at the most in one invocation.
    met : set of tuple
        Sites that were reached since faults were armed, each with its place in its invocation.
    done : list of Fault
        Faults that have happened since they were armed, in order.
    failures : Counter
        Error documents that functions answered with, by function and error type.
    """

    reached: Counter[Site] = field(default_factory=Counter)
    most: Counter[Site] = field(default_factory=Counter)
    met: set[tuple[Site, int]] = field(default_factory=set)
    done: list[Fault] = field(default_factory=list)
    failures: Counter[tuple[str, str]] = field(default_factory=Counter)
    _armed: dict[Site, list[Fault]] = field(default_factory=lambda: defaultdict(list))
    _failed: Counter[tuple[str, str]] = field(default_factory=Counter)
    _frames: threading.local = field(default_factory=threading.local)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _is_aside: bool = False

    def arm(self, faults: Iterable[Fault]) -> None:
        """Have faults happen, those of one site one after the other, as many as a task bears."""
        for of_before in (self.met, self.done, self._failed):
            of_before.clear()
        for fault in faults:
            self._armed[fault.site].append(fault)

    def disarm(self) -> None:
        """Let nothing go wrong any more."""
        self._armed.clear()

    @contextmanager
    def in_place(self) -> Iterator["Kit"]:
        """Watch, and break what is armed, while this lasts; inside a standing local stack."""
        with replaced(
            [
                Seam(BotocoreStubber, "__call__", self._answering(BotocoreStubber.__call__)),
                Seam(lambdas, "_run", self._running(lambdas._run)),
                # The SDK's pauses between its attempts are real time, which nobody needs here.
                Seam(endpoint, "time", SimpleNamespace(sleep=lambda _seconds: None)),
                # In the thread that asks, so that each call is known to be that invocation's.
                Seam(side_by_side, "each", lambda call, asked: [call(each) for each in asked]),
            ]
        ):
            yield self

    @contextmanager
    def aside(self) -> Iterator[None]:
        """Neither count nor break anything while this lasts: somebody is only looking."""
        self._is_aside = True
        yield
        self._is_aside = False

    def _running(self, run: Callable[..., lambdas.Answer]) -> Callable[..., lambdas.Answer]:
        def invoked(function: lambdas.Function, event: Any) -> lambdas.Answer:
            frame = _Frame(function.name.removeprefix(PREFIX), task_of(event))
            stack = self._stack()
            stack.append(frame)
            try:
                answer = run(function, event)
            except Killed:
                forget(frame.function.partition("-")[0])
                answer = lambdas._failure("Runtime.ExitError", "signal: killed", [])
            finally:
                stack.pop()
            if answer.failed:
                self.failures[frame.function, answer.value()["errorType"]] += 1
            return answer

        return invoked

    def _answering(self, process: Callable[..., Any]) -> Callable[..., Any]:
        def answered(stubber: Any, event_name: str, request: Any, **options: Any) -> Any:
            stack = self._stack()
            if not stack or self._is_aside:
                return process(stubber, event_name, request, **options)
            operation = event_name.removeprefix("before-send.")
            fault = self._fault(stack, operation, request)
            if fault is None:
                return process(stubber, event_name, request, **options)
            if fault.mode == "throttled":
                return throttled(operation.partition(".")[0], request.url)
            if fault.mode == "killed before":
                raise Killed
            if fault.mode != "lost request":
                process(stubber, event_name, request, **options)
            if fault.mode == "killed after":
                raise Killed
            raise ReadTimeoutError(endpoint_url=request.url)

        return answered

    def _fault(self, stack: list[_Frame], operation: str, request: Any) -> Fault | None:
        """What goes wrong with this attempt; what the SDK sends again fails again.

        Only a lost reply is different: what is sent again arrives, and that is the danger.
        """
        frame, task = stack[-1], (stack[0].function, stack[0].task)
        if _attempt(request) > 1 and frame.failing is not None:
            return frame.failing
        frame.failing = None
        site = Site(frame.function, frame.task, operation, target_of(request))
        frame.met[site] += 1
        with self._lock:
            self.reached[site] += 1
            self.most[site] = max(self.most[site], frame.met[site])
            self.met.add((site, frame.met[site]))
            due = [f for f in self._armed.get(site, ()) if f.nth == frame.met[site]]
            if frame.spent or not due or self._failed[task] == MOST_FAILURES:
                return None
            self._armed[site].remove(due[0])
            self.done.append(due[0])
            self._failed[task] += not due[0].is_mended
        if due[0].mode in {"throttled", "lost request"}:
            frame.failing = due[0]
        frame.spent = not due[0].is_mended
        return due[0]

    def _stack(self) -> list[_Frame]:
        if not hasattr(self._frames, "stack"):
            self._frames.stack = []
        stack: list[_Frame] = self._frames.stack
        return stack


def task_of(event: Any) -> str:
    """What a function is asked for, by what it was given."""
    if not isinstance(event, dict):
        return ""
    if "routeKey" in event:
        return str(event["routeKey"])
    if event.get("Records"):
        return str(event["Records"][0]["eventSource"])
    asked = [event[name] for name in ("Step", "action", "notice", "edition") if name in event]
    return " ".join(map(str, asked))


def target_of(request: Any) -> str:
    """What a request acts on, alike for all topics, shards and runs."""
    document = _document(request.body)
    if "TransactItems" in document:
        actions = (next(iter(each.items())) for each in document["TransactItems"])
        return " ".join(sorted({f"{kind} {_table(what['TableName'])}" for kind, what in actions}))
    if "TableName" in document:
        return _table(document["TableName"], document.get("IndexName"))
    if "RequestItems" in document:
        return " ".join(sorted(map(_table, document["RequestItems"])))
    path = urlsplit(request.url).path
    if function := re.search(r"functions/([^/]+)/invocations", path):
        return function[1].removeprefix(PREFIX)
    # Of an object what leads to it: the names of files and topics are many, and much alike.
    return " ".join(part for part in path.split("/") if part.isalpha())


def forget(service: str) -> None:
    """Empty what a new container of a service has not yet: its caches, but for the AWS clients."""
    for name, module in list(lambdas.sys.modules.items()):
        if name.startswith((f"services.{service}.", "services.shared.")):
            for value in list(vars(module).values()):
                if hasattr(value, "cache_clear") and name != "services.shared.aws":
                    value.cache_clear()


def _document(body: Any) -> dict[str, Any]:
    if not isinstance(body, (bytes, str)):
        return {}
    try:
        document = json.loads(body)
    except ValueError:
        return {}
    return document if isinstance(document, dict) else {}


def _table(name: str, index: str | None = None) -> str:
    service = re.sub(r"^.*?-(\w+?)Table\w*$", r"\1", name).lower()
    return f"{service}/{index}" if index else service


def _attempt(request: Any) -> int:
    """Number of the SDK's attempt that a request is, from 1."""
    told = request.headers.get("amz-sdk-request", b"attempt=1")
    text = told.decode() if isinstance(told, bytes) else str(told)
    found = re.search(r"attempt=(\d+)", text)
    return int(found[1]) if found else 1
