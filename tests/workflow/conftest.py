"""One local stack for all workflow tests; each test takes a topic of its own through it."""

from collections.abc import Iterator

import pytest

from local.stack import LocalStack
from local.synth import assembly
from tests.workflow.journey import Journey


@pytest.fixture(scope="module")
def stack() -> Iterator[LocalStack]:
    """The synthesized template, standing; time passes only when it is moved on.

    It ends with its module: beside a standing stack no other test may have an account of its own.
    """
    with LocalStack(assembly(), speed=0) as running:
        yield running


@pytest.fixture
def journey(stack: LocalStack) -> Journey:
    """A new topic's journey through the stack."""
    return Journey(stack)
