"""The moderation service's neighbours are the real ones, called as Lambda would call them."""

from collections.abc import Callable
from typing import Any

import pytest

from services.comments.handlers import count, set_window
from services.moderation import handlers
from services.moderation.handlers import terms
from services.topics.handlers import manage, serve
from tests.support.calls import invoke

NEIGHBOURS: dict[str, Callable[..., Any]] = {
    "comments-count": count.handler,
    "comments-set-window": set_window.handler,
    "topics-serve": serve.handler,
}


@pytest.fixture(autouse=True)
def neighbours(monkeypatch: pytest.MonkeyPatch) -> None:
    """Calls between functions find the handlers of this checkout; nothing is remembered."""
    handlers.topic_terms.cache_clear()

    def called(name: str, payload: dict[str, Any]) -> Any:
        return invoke(NEIGHBOURS[name], payload)

    for module in (handlers, terms, manage):
        monkeypatch.setattr(module, "invoke", called)
