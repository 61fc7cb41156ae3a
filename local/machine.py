"""Step Functions: moto's interpreter on the local clock, within AWS's limits, telling the bus.

The interpreter takes `threading`, `time` and `datetime` from its own modules' globals; local ones
are put there. What moto does not enforce or announce is wrapped: the length of the history, the
size of an input, the errors that ``States.ALL`` never catches, task tokens rung too late, aborting
a waiting execution, and the event that AWS puts on the default bus when an execution has ended. A
definition is read once, not anew for each execution.
"""

import datetime as dt
import threading
from collections.abc import Callable
from functools import lru_cache, partial
from types import SimpleNamespace
from typing import Any

from moto.core.exceptions import AWSError
from moto.core.responses import ActionResult
from moto.stepfunctions.exceptions import InvalidExecutionInput
from moto.stepfunctions.parser import models
from moto.stepfunctions.parser.api import HistoryEventType
from moto.stepfunctions.parser.asl.component.common.error_name import error_equals_decl
from moto.stepfunctions.parser.asl.component.common.error_name.failure_event import (
    FailureEvent,
    FailureEventException,
)
from moto.stepfunctions.parser.asl.component.common.error_name.states_error_name import (
    StatesErrorName,
)
from moto.stepfunctions.parser.asl.component.common.error_name.states_error_name_type import (
    StatesErrorNameType,
)
from moto.stepfunctions.parser.asl.component.common.retry import retrier_decl
from moto.stepfunctions.parser.asl.component.program import program
from moto.stepfunctions.parser.asl.component.state import state
from moto.stepfunctions.parser.asl.component.state.exec import execute_state
from moto.stepfunctions.parser.asl.component.state.exec.state_map.iteration import (
    inline_iteration_component,
    job,
)
from moto.stepfunctions.parser.asl.component.state.exec.state_map.iteration.itemprocessor import (
    distributed_item_processor_worker,
    map_run_record,
)
from moto.stepfunctions.parser.asl.component.state.exec.state_parallel import (
    branch_worker,
    branches_decl,
)
from moto.stepfunctions.parser.asl.component.state.wait.wait_function import (
    timestamp,
    wait_function,
)
from moto.stepfunctions.parser.asl.eval import environment
from moto.stepfunctions.parser.asl.eval.callback import callback
from moto.stepfunctions.parser.asl.eval.event import event_manager
from moto.stepfunctions.parser.asl.eval.program_state import ProgramError, ProgramStopped
from moto.stepfunctions.parser.asl.parse.asl_parser import AmazonStateLanguageParser
from moto.stepfunctions.parser.asl.parse.preprocessor import Preprocessor
from moto.stepfunctions.parser.backend import execution, execution_worker
from moto.stepfunctions.responses import StepFunctionResponse

from local.clock import LocalClock, LocalEvent, LocalThread
from local.seams import Seam

HISTORY_LIMIT_EVENTS = 25_000
PAYLOAD_LIMIT_BYTES = 256 * 1024
UNCATCHABLE = ("States.DataLimitExceeded", "States.Runtime")
"""Errors that the wildcard ``States.ALL`` does not match."""

_HISTORY_PAGE = 100
_ENDS = frozenset(
    {
        HistoryEventType.ExecutionFailed,
        HistoryEventType.ExecutionAborted,
        HistoryEventType.ExecutionTimedOut,
    }
)

Announce = Callable[[Any], None]
"""Takes an execution of moto's that has ended."""


class TaskTimedOut(AWSError):
    """The task that a token stands for waits no longer."""

    TYPE = "TaskTimedOut"
    STATUS = 400


class HistoryTooLong(Exception):
    """The execution reached the most events that a history may have."""


def seams(clock: LocalClock, announce: Announce) -> list[Seam]:
    """Where moto's interpreter is changed."""
    backend = models.StepFunctionsParserBackend
    comm = execution.BaseExecutionWorkerCommunication
    manager = event_manager.EventManager
    env = environment.Environment
    worker = distributed_item_processor_worker.DistributedItemProcessorWorker
    return [
        *_time_seams(clock),
        Seam(wait_function.WaitFunction, "_wait_interval", _wait_interval(clock)),
        Seam(manager, "add_event", _history_limited(manager.add_event)),
        Seam(error_equals_decl.ErrorEqualsDecl, "_eval_body", _matches),
        Seam(callback.CallbackPoolManager, "notify", _notify),
        Seam(env, "set_stop", _interrupting(env.set_stop)),
        Seam(env, "set_error", _unless_stopped(env.set_error)),
        Seam(worker, "_eval_job", _failing_the_map(worker._eval_job)),
        Seam(backend, "_get_executions", _executions),
        Seam(backend, "start_execution", _input_limited(backend.start_execution)),
        Seam(StepFunctionResponse, "get_execution_history", _history_page),
        Seam(comm, "terminated", _ended(comm.terminated, announce)),
        Seam(AmazonStateLanguageParser, "parse", _reading_once(AmazonStateLanguageParser.parse)),
    ]


def _reading_once(parse: Callable[[str], tuple[Any, Any]]) -> Callable[[str], tuple[Any, Any]]:
    """What an execution runs is its own; the tree that it is made from never changes."""
    tree_of = lru_cache(lambda definition: parse(definition)[1])

    def parse_once(definition: str) -> tuple[Any, Any]:
        tree = tree_of(definition)
        return Preprocessor().visit(tree), tree

    return parse_once


def _time_seams(clock: LocalClock) -> list[Seam]:
    thread, event = partial(LocalThread, clock), partial(LocalEvent, clock)
    threads = SimpleNamespace(
        Thread=thread, Event=event, Lock=threading.Lock, RLock=threading.RLock
    )
    threaded = (
        branch_worker,
        branches_decl,
        environment,
        execute_state,
        inline_iteration_component,
        job,
        map_run_record,
        program,
    )
    dated = (event_manager, execution, map_run_record, models, state, timestamp)
    return [
        *(Seam(module, "threading", threads) for module in threaded),
        Seam(execute_state, "Thread", thread),
        Seam(execution_worker, "Thread", thread),
        Seam(callback, "Event", event),
        Seam(retrier_decl, "time", SimpleNamespace(sleep=clock.sleep)),
        *(Seam(module, "datetime", _local_datetime(clock)) for module in dated),
    ]


def _local_datetime(clock: LocalClock) -> SimpleNamespace:
    class LocalDatetime(dt.datetime):
        @classmethod
        def now(cls, tz: dt.tzinfo | None = None) -> dt.datetime:  # type: ignore[override]
            instant = clock.now()
            return instant.astimezone(tz) if tz else instant.replace(tzinfo=None)

    return SimpleNamespace(
        datetime=LocalDatetime,
        timezone=dt.timezone,
        timedelta=dt.timedelta,
    )


def _wait_interval(clock: LocalClock) -> Callable[..., None]:
    def wait(_self: Any, env: Any, wait_seconds: float) -> None:
        until = clock.now() + dt.timedelta(seconds=wait_seconds)
        while env.is_running() and (left := (until - clock.now()).total_seconds()) > 0:
            env.program_state_event.wait(left)

    return wait


def _history_limited(add_event: Callable[..., int]) -> Callable[..., int]:
    def add(self: Any, context: Any, event_type: Any, *args: Any, **kwargs: Any) -> int:
        if len(self._history_event_list) >= HISTORY_LIMIT_EVENTS - 1 and event_type not in _ENDS:
            raise HistoryTooLong(f"{HISTORY_LIMIT_EVENTS} events")
        return add_event(self, context, event_type, *args, **kwargs)

    return add


def _matches(self: Any, env: Any) -> None:
    """Tell whether an error is one of a Retry's or Catch's, as AWS does for the wildcards."""
    error = env.stack.pop()
    names = {name.error_name for name in self.error_names}
    matched = error.error_name in names
    if error.error_name not in UNCATCHABLE:
        matched = matched or "States.ALL" in names
        matched = matched or ("States.TaskFailed" in names and error.error_name != "States.Timeout")
    env.stack.append(matched)


def _notify(self: Any, callback_id: str, outcome: Any) -> bool:
    """Ring a task token; refuse one whose task has been answered or has timed out."""
    endpoint = self.get(callback_id)
    if endpoint is None:
        return False
    if endpoint._notify_event.is_set():
        raise TaskTimedOut("Provided task does not exist anymore")
    endpoint.notify(outcome=outcome)
    return True


def _interrupting(set_stop: Callable[..., None]) -> Callable[..., None]:
    def stop(self: Any, *args: Any, **kwargs: Any) -> None:
        set_stop(self, *args, **kwargs)
        for endpoint in list(self.callback_pool_manager._pool.values()):
            endpoint.interrupt_all()

    return stop


def _unless_stopped(set_error: Callable[..., None]) -> Callable[..., None]:
    def fail(self: Any, error: Any) -> None:
        # The task that an abort interrupts ends in an error, which is not why the execution ended.
        if not isinstance(self.program_state(), ProgramStopped):
            set_error(self, error)

    return fail


def _failing_the_map(eval_job: Callable[..., None]) -> Callable[..., None]:
    """Items that fail fail their distributed map once they are more than it tolerates."""

    def evaluate(self: Any, env: Any, job: Any) -> None:
        eval_job(self, env, job)
        ended = env.program_state()
        if isinstance(ended, ProgramError) and _too_many_failed(self):
            kind = StatesErrorNameType.StatesExceedToleratedFailureThreshold
            told: Any = ended.error or {}
            details: Any = {"executionFailedEventDetails": {**told, "error": kind.to_name()}}
            failed = FailureEvent(
                env=env,
                error_name=StatesErrorName(typ=kind),
                event_type=HistoryEventType.MapStateFailed,
                event_details=details,
            )
            job.job_output = FailureEventException(failure_event=failed)

    return evaluate


def _too_many_failed(worker: Any) -> bool:
    run = worker._map_run_record
    return bool(run.item_counter.failed.get() > run.tolerated_failure_count)


def _executions(self: Any, _status: Any = None) -> list[Any]:
    """Executions in which a task token is looked for: ended ones too, as theirs timed out."""
    return [
        found
        for machine in self.state_machines
        for found in machine.executions
        # One whose thread has not had its first turn has no environment, nor any token.
        if found.exec_worker is not None and found.exec_worker.env is not None
    ]


def _history_page(self: Any) -> ActionResult:
    """A page of a history, from either end; moto always gives the whole of it."""
    arn = self._get_param("executionArn")
    events = list(self.stepfunction_backend.get_execution_history(arn)["events"])
    if self._get_bool_param("reverseOrder"):
        events.reverse()
    start = int(self._get_param("nextToken") or 0)
    end = start + (self._get_int_param("maxResults") or _HISTORY_PAGE)
    more = {"nextToken": str(end)} if end < len(events) else {}
    return ActionResult({"events": events[start:end], **more})


def _input_limited(start: Callable[..., Any]) -> Callable[..., Any]:
    def start_execution(self: Any, state_machine_arn: str, name: str, execution_input: str) -> Any:
        if len(execution_input.encode()) > PAYLOAD_LIMIT_BYTES:
            raise InvalidExecutionInput(f"input is longer than {PAYLOAD_LIMIT_BYTES} bytes")
        return start(self, state_machine_arn, name, execution_input)

    return start_execution


def _ended(terminated: Callable[..., None], announce: Announce) -> Callable[..., None]:
    def end(self: Any) -> None:
        terminated(self)
        announce(self.execution)

    return end
