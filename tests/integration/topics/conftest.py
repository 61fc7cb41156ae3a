"""The functions that the topics service invokes are the real ones."""

from collections.abc import Callable
from typing import Any

import pytest

from services.comments.handlers import count, set_window
from services.topics.handlers import manage
from tests.support.calls import invoke

NEIGHBOURS: dict[str, Callable[..., Any]] = {
    "comments-set-window": set_window.handler,
    "comments-count": count.handler,
}


@pytest.fixture(autouse=True)
def neighbours(monkeypatch: pytest.MonkeyPatch) -> None:
    """Invoke the handlers themselves, JSON in and out."""

    def call(name: str, payload: dict[str, Any]) -> Any:
        return invoke(NEIGHBOURS[name], payload)

    monkeypatch.setattr(manage, "invoke", call)
