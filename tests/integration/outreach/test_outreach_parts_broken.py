"""A part of a delivery, broken off at each AWS call in turn: nobody is told twice or forgotten."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

import pytest
from botocore.exceptions import EndpointConnectionError, ReadTimeoutError
from moto.core.botocore_stubber import BotocoreStubber

from services.outreach import handlers
from services.outreach.handlers import deliver
from services.outreach.model import parts
from services.outreach.model.address import recipient_hash
from services.outreach.model.delivery import Delivery
from services.outreach.use_cases.progress import progress
from services.shared.errors import TransientError
from tests.integration.outreach.outreach_scene import TOPIC_ID, Ses
from tests.support.calls import invoke
from tests.support.crowd import crowd

TASK = {"topic_id": TOPIC_ID, "round": 1, "notice": "announced", "channel": "email"}
TRIES = 4
pytestmark = pytest.mark.usefixtures("clock", "topics", "ses")


@pytest.fixture
def people(monkeypatch: pytest.MonkeyPatch, account: None) -> list[str]:
    """Those of one part, three at least."""
    monkeypatch.setattr(parts, "WHOLE_UP_TO", 10)
    by_part: dict[str, list[str]] = {}
    for each in crowd(40, scope=TOPIC_ID):
        by_part.setdefault(part_with(each), []).append(each)
    return next(each for each in by_part.values() if len(each) == 3)


def part_with(address: str) -> str:
    return recipient_hash(address, key=handlers.keyring().recipient)[0]


@contextmanager
def broken(number: int, mode: str) -> Iterator[list[str]]:
    """Break one call to AWS, counted from nought: before its effect, after it, or the process."""
    real: Callable[..., Any] = BotocoreStubber.__call__
    asked: list[str] = []
    happened: list[str] = []

    def breaking(stubber: Any, event_name: str, request: Any, **kwargs: Any) -> Any:
        asked.append(event_name)
        if len(asked) - 1 != number:
            return real(stubber, event_name, request, **kwargs)
        happened.append(event_name)
        if mode == "before" and not event_name.endswith(".SendEmail"):
            raise EndpointConnectionError(endpoint_url="lost before the effect")
        reply = real(stubber, event_name, request, **kwargs)
        if mode == "after":
            raise ReadTimeoutError(endpoint_url="lost after the effect")
        if mode == "killed":
            raise KeyboardInterrupt
        return reply

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(BotocoreStubber, "__call__", breaking)
        yield happened


@pytest.mark.parametrize("mode", ["before", "after", "killed"])
def test_wherever_a_part_breaks_off_its_repetition_tells_the_others_and_nobody_twice(
    people: list[str], ses: Ses, mode: str
) -> None:
    broke: list[str] = []
    for number in range(100):
        task = {**TASK, "occasion": f"{mode}-{number}"}
        invoke(deliver.handler, {**task, "step": "begin"})
        ses.accepted.clear()
        with broken(number, mode) as happened:
            for _ in range(TRIES):
                with suppress(TransientError, KeyboardInterrupt):
                    invoke(deliver.handler, {**task, "step": "part", "part": part_with(people[0])})
        if not happened:
            break
        broke += happened
        told = Counter(ses.accepted)
        assert max(told.values()) == 1, happened
        found = progress(
            Delivery.model_validate(task),
            deliveries=handlers.delivery_store(),
            parts=handlers.part_store(),
        )
        assert (found.done, found.sent + found.unknown) == (1, len(people)), happened
        assert found.unknown <= (mode != "before"), happened
        assert len(people) - len(told) <= found.unknown, happened
    assert len(broke) > 15
    assert {each.rpartition(".")[2] for each in broke} >= {"Query", "PutItem", "UpdateItem"}
