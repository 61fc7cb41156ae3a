"""One little stack for the tests of the seams; its time stands still unless a test moves it."""

from collections.abc import Iterator

import pytest

from local.stack import LocalStack
from tests.local import functions, little


@pytest.fixture(scope="module")
def little_stack() -> Iterator[LocalStack]:
    with LocalStack(little.assembly(), speed=0) as running:
        yield running


@pytest.fixture
def stack(little_stack: LocalStack) -> Iterator[LocalStack]:
    functions.CALLS.clear()
    functions.ANSWERS.clear()
    yield little_stack
    functions.ANSWERS.clear()
    little_stack.settle()
