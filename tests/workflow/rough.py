"""A rough road: every task fails once, every row changes once, one channel is always down.

Whoever gets mail is told part by part, however few they are.
"""

import importlib
from collections.abc import Callable
from typing import Any

import pytest

from infra.constructs.names import pascal
from services.outreach.model import parts
from services.topics.handlers import store as topics_store
from tests.infra.architecture import documented, placeholders

DEAD_CHANNEL = "atom"
Handler = Callable[[dict[str, Any], Any], Any]


class TransientError(Exception):
    """Has the name by which the machine knows what to repeat."""


class RowChanged(Exception):
    """Has the name by which the machine knows that it has to read the row again."""


def make_rough(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have the functions that the machine calls fail as AWS and people make them fail."""
    called: dict[tuple[str, ...], int] = {}
    monkeypatch.setattr(parts, "WHOLE_UP_TO", -1)
    names = {f"{pascal(name)}Arn": name for name in documented()}
    for name in sorted({names[placeholder] for placeholder in placeholders()}):
        service, _, function = name.partition("-")
        module = importlib.import_module(f"services.{service}.handlers.{function}")
        monkeypatch.setattr(module, "handler", _rough(name, module.handler, called))


def _rough(name: str, real: Handler, called: dict[tuple[str, ...], int]) -> Handler:
    def handler(event: dict[str, Any], context: Any) -> Any:
        if name == "outreach-deliver" and event["channel"] == DEAD_CHANNEL and "error" not in event:
            raise RuntimeError("the feed is on fire")
        key = _key(name, event)
        called[key] = times = called.get(key, 0) + 1
        if times == 1 and _by_the_machine(name, event):
            raise TransientError("throttled")
        if times == 2 and name == "topics-workflow" and event["action"] != "enter":
            raise RowChanged
        answer = real(event, context)
        # Twice, since the row changes once more before the announcement is held.
        if name == "analysis-gate" and event.get("close") and times in (2, 3):
            return {**answer, "outstanding": 1}
        return answer

    return handler


def _by_the_machine(name: str, event: dict[str, Any]) -> bool:
    """Tell whether the machine calls, and not an officer's request, which would fail with it."""
    if name == "analysis-gate":
        return bool(event.get("close"))
    if name == "comments-set_window":
        topic = topics_store().get(event["topic_id"])
        if topic is None or topic.stage != "collecting":
            return False
        return not topic.notified or topic.extended_by_rule or bool(topic.inquiries_looked_at)
    return True


def _key(name: str, event: dict[str, Any]) -> tuple[str, ...]:
    members = ["action", "step", "index", "notice", "channel", "inquiries", "close"]
    if name == "comments-set_window":
        members.append("version")
    key = (name, *(str(event[member]) for member in members if member in event))
    if event.get("action") in {None, "enter"}:
        return key
    topic = topics_store().get(event["topic_id"])
    return (*key, topic.stage if topic else "")
