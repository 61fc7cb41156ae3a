"""After a stop, the process is as it was."""

import os
import threading

import pytest
from moto.core.models import botocore_stubber
from moto.stepfunctions.parser.backend import execution_worker

from local.assembly import Assembly
from local.lambdas import DeploymentError
from local.stack import LocalStack
from services.shared import clock
from tests.local import little
from tests.local.test_machine import start


def test_nothing_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GREETING", "before")
    before = (clock._source, execution_worker.Thread, dict(os.environ))
    threads = threading.active_count()
    stack = LocalStack(little.assembly())
    stack.start()
    start(stack, "Ring")
    start(stack, "Wait")
    stack.stop()
    assert (clock._source, execution_worker.Thread, dict(os.environ)) == before
    assert not botocore_stubber.enabled
    _until(lambda: threading.active_count() <= threads)


def test_the_port_is_free_again() -> None:
    with LocalStack(little.assembly()) as stack:
        port = int(stack.url.rpartition(":")[2])
    with LocalStack(little.assembly(), port=port) as again:
        assert again.url.endswith(f":{port}")


def test_a_stack_that_cannot_start_leaves_nothing_either() -> None:
    broken = Assembly(templates={"S": {"Resources": {"X": {"Type": "X::Y"}}}}, assets={})
    before = dict(os.environ)
    with pytest.raises(DeploymentError, match="X::Y"):
        LocalStack(broken).start()
    assert not botocore_stubber.enabled
    assert dict(os.environ) == before


def _until(holds: object) -> None:
    """Threads that have said their last word need a moment to be gone."""
    waiting = threading.Event()
    for _ in range(200):
        if holds():  # type: ignore[operator]
            return
        waiting.wait(0.01)
    raise AssertionError([thread.name for thread in threading.enumerate()])
