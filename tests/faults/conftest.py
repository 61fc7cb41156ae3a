"""One local stack for each module of hazards; each test takes a topic of its own through it."""

from tests.workflow.conftest import journey, stack

__all__ = ["journey", "stack"]
