"""One stack per module, and a scene on it for the modules that look at what exists."""

from collections.abc import Iterator

import pytest

from local.stack import LocalStack
from local.synth import assembly
from tests.access.crowd import Crowd
from tests.contract.scene import Scene


@pytest.fixture(scope="module")
def stack() -> Iterator[LocalStack]:
    """The whole system, its clock standing."""
    with LocalStack(assembly(), speed=0) as running:
        yield running


@pytest.fixture(scope="module")
def scene(stack: LocalStack) -> Scene:
    """Consultations of the agency ``health`` in every stage."""
    played = Scene(stack)
    played.play()
    return played


@pytest.fixture(scope="module")
def crowd(stack: LocalStack) -> Crowd:
    """Everybody, with their tokens."""
    return Crowd(stack)
