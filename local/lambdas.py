"""Lambda: every invocation, whoever it comes from, runs the handler from the checkout in process.

Invoke, Step Functions and the pollers all meet in `Functions.call`. The event and the answer pass
through JSON as they do on AWS, an exception comes back as an error document, and the environment
variables of all functions are one environment.
"""

import importlib
import json
import logging
import os
import sys
import traceback
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from moto.awslambda.exceptions import UnknownFunctionException
from moto.awslambda.models import LambdaBackend
from moto.core.exceptions import JsonRESTError

from local.clock import LocalClock, LocalThread
from local.seams import Seam

PAYLOAD_LIMIT_BYTES = 6 * 1024 * 1024
ASYNC_PAYLOAD_LIMIT_BYTES = 256 * 1024
_ASYNC_RETRY_SECONDS = (60, 120)
_LOG = logging.getLogger(__name__)


class DeploymentError(Exception):
    """The template asks for something that the local stack cannot stand up."""


@dataclass(frozen=True, kw_only=True)
class Function:
    """One Lambda function of the template."""

    name: str
    arn: str
    handler: str
    timeout_seconds: int
    memory_mb: int
    environment: Mapping[str, str]

    def load(self) -> Callable[[Any, "Context"], Any]:
        """Import the handler from the checkout."""
        module, _, name = self.handler.rpartition(".")
        found: Callable[[Any, Context], Any] = getattr(importlib.import_module(module), name)
        return found


class Context:
    """What a handler is given beside the event."""

    function_version = "$LATEST"
    client_context = None
    identity = None

    def __init__(self, function: Function) -> None:
        self.function_name = function.name
        self.invoked_function_arn = function.arn
        self.memory_limit_in_mb = function.memory_mb
        self.aws_request_id = str(uuid.uuid4())
        self.log_group_name = f"/aws/lambda/{function.name}"
        self.log_stream_name = "local"
        self._timeout_seconds = function.timeout_seconds

    def get_remaining_time_in_millis(self) -> int:
        """Milliseconds left; the local stack cannot end a handler, so always all of them."""
        return self._timeout_seconds * 1000


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What an invocation came to: JSON, and whether it is an error document."""

    payload: str
    failed: bool

    def value(self) -> Any:
        """The JSON as a value."""
        return json.loads(self.payload)


@dataclass
class Functions:
    """The functions of the stack.

    Parameters
    ----------
    clock : LocalClock
        The clock; retries of asynchronous invocations wait on it.
    """

    clock: LocalClock
    by_name: dict[str, Function] = field(default_factory=dict)

    def add(self, function: Function) -> None:
        """Make a function known."""
        self.by_name[function.name] = function

    def call(self, name: str, event: Any) -> Answer:
        """Invoke a function, by name or ARN, and wait for its answer."""
        function = self.by_name[name.rpartition(":")[2]]
        request = json.dumps(event, ensure_ascii=False)
        _must_fit(len(request.encode()), PAYLOAD_LIMIT_BYTES)
        with self.clock.busy():
            answer = _run(function, json.loads(request))
        if answer.failed:
            fault = answer.value()
            _LOG.warning("%s: %s: %s", function.name, fault["errorType"], fault["errorMessage"])
        return answer

    def call_later(self, name: str, event: Any) -> None:
        """Invoke a function without waiting for it; a failing one is tried twice more."""
        thread = LocalThread(self.clock, target=self._call_with_retries, args=(name, event))
        thread.start()

    def environment(self) -> dict[str, str]:
        """Variables of all the functions.

        Raises
        ------
        DeploymentError
            If two functions want different values under one name: they share this process.
        """
        merged: dict[str, str] = {}
        for function in self.by_name.values():
            for name, value in function.environment.items():
                if merged.setdefault(name, value) != value:
                    raise DeploymentError(
                        f"{function.name}: {name} is {value!r} here and {merged[name]!r} elsewhere"
                    )
        return merged

    def seams(self) -> list[Seam]:
        """Where moto's Lambda is changed."""

        def invoke(
            backend: Any, function: str, _qualifier: Any, body: Any, headers: Any, reply: Any
        ) -> bytes:
            if function.rpartition(":")[2] not in self.by_name:
                raise UnknownFunctionException(function)
            if headers.get("x-amz-invocation-type") == "Event":
                _must_fit(len(body), ASYNC_PAYLOAD_LIMIT_BYTES)
                self.call_later(function, json.loads(body or "{}"))
                return b""
            answer = self.call(function, json.loads(body or "{}"))
            if answer.failed:
                reply["x-amz-function-error"] = "Unhandled"
            return answer.payload.encode()

        return [Seam(LambdaBackend, "invoke", invoke)]

    def _call_with_retries(self, name: str, event: Any) -> None:
        for pause in (*_ASYNC_RETRY_SECONDS, None):
            if not self.call(name, event).failed or pause is None:
                return
            self.clock.sleep(pause)


@contextmanager
def variables(values: Mapping[str, str]) -> Iterator[None]:
    """Have these environment variables while this lasts, in containers that have just started."""
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    _forget_cached()
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
        _forget_cached()


def _forget_cached() -> None:
    """Empty the caches (clients, settings, keys) that a handler's container keeps."""
    for name, module in list(sys.modules.items()):
        if name.startswith("services."):
            for value in list(vars(module).values()):
                if hasattr(value, "cache_clear"):
                    value.cache_clear()


def _must_fit(size: int, limit: int) -> None:
    if size > limit:
        raise JsonRESTError("RequestTooLargeException", f"the payload is over {limit} bytes")


def _run(function: Function, event: Any) -> Answer:
    try:
        result = function.load()(event, Context(function))
    except Exception as error:  # noqa: BLE001 - whatever a handler raises is Lambda's answer
        return _failure(type(error).__name__, str(error), traceback.format_tb(error.__traceback__))
    try:
        payload = json.dumps(result, ensure_ascii=False, default=_plain_number)
    except TypeError as error:
        return _failure("Runtime.MarshalError", str(error), [])
    if len(payload.encode()) > PAYLOAD_LIMIT_BYTES:
        return _failure("Function.ResponseSizeTooLarge", f"over {PAYLOAD_LIMIT_BYTES} bytes", [])
    return Answer(payload=payload, failed=False)


def _failure(kind: str, message: str, trace: list[str]) -> Answer:
    document = {"errorMessage": message, "errorType": kind, "stackTrace": trace}
    return Answer(payload=json.dumps(document, ensure_ascii=False), failed=True)


def _plain_number(value: Any) -> Any:
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    raise TypeError(f"{type(value).__name__} is not JSON serializable")
