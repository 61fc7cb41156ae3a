"""What the tests of the archive share."""

from typing import Any

import pytest

import services.archive.leaves
from services.comments.handlers import leaves
from tests.integration.archive.parts import Round
from tests.support.calls import invoke


@pytest.fixture
def ask_for_leaves(monkeypatch: pytest.MonkeyPatch) -> None:
    """The archive's questions reach the real function of the comments."""

    def ask(function_name: str, payload: dict[str, Any]) -> Any:
        assert function_name == "comments-leaves"
        return invoke(leaves.handler, payload)

    monkeypatch.setattr(services.archive.leaves, "invoke", ask)


@pytest.fixture
def consultation(account: None, clock: Any, ask_for_leaves: None) -> Round:
    """A round of a fresh topic in a fresh account; not sealed."""
    return Round()
