"""Tell an operator how an execution stands: what happened, what it waits for, what went wrong."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from services.shared import clock
from services.shared.language import Language
from services.topics.executions import LOST, Execution, Executions
from services.topics.model.execution import execution_name, status_of
from services.topics.model.failure import Failure, named, told_cause
from services.topics.model.narration import (
    WAITING_FOR,
    Event,
    Happening,
    happenings,
    present_state,
    sentences,
    told,
)
from services.topics.model.schedule import next_instant
from services.topics.model.topic import Topic

EVENTS_AT_ONCE = 500
"""At most a hundred of these become sentences: a step has five events or more."""
_EXECUTIONS_SHOWN = 10


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where a page of the round's history begins: in which execution, and after what there."""

    number: int
    token: str | None = None


@dataclass(frozen=True, kw_only=True)
class Page:
    """A page of the round's history: events of one execution, newest first."""

    number: int
    events: list[Event]
    next: Place | None


def page_of_history(topic: Topic, *, begin: Place | None, executions: Executions) -> Page:
    """Read a page; after the first event of an execution comes the last of the one before it."""
    place = begin or Place(number=topic.execution)
    name = execution_name(topic, place.number)
    events, token = executions.events(name, after=place.token, limit=EVENTS_AT_ONCE)
    following = None
    if token is not None:
        following = Place(number=place.number, token=token)
    elif place.number > 1:
        following = Place(number=place.number - 1)
    return Page(number=place.number, events=list(events), next=following)


def story(page: Page, *, language: Language) -> list[dict[str, Any]]:
    """A page of the history in words, newest first."""
    return [
        {
            "at": clock.to_text(happening.at),
            "execution": page.number,
            "state": happening.state,
            "text": told(happening, number=page.number, language=language),
        }
        for happening in happenings(page.events)
    ]


def attempts(topic: Topic, *, executions: Executions) -> list[Execution]:
    """Executions of the round that exist, newest first, at most ten."""
    oldest = max(0, topic.execution - _EXECUTIONS_SHOWN)
    numbers = range(topic.execution, oldest, -1)
    found = (executions.described(execution_name(topic, number)) for number in numbers)
    return [execution for execution in found if execution is not None]


def waiting(
    topic: Topic, newest: Page, *, changed_at: datetime, language: Language
) -> dict[str, Any] | None:
    """What the topic waits for, since when and until when; ``None`` at its end."""
    if status_of(topic) == "ended":
        return None
    state = present_state(newest.events) if newest.number == topic.execution else None
    reason, since, until = "start", changed_at, None
    if topic.attention_needed:
        reason = "operator"
    elif state is not None:
        reason, since = WAITING_FOR.get(state[0], "step"), state[1]
        until = next_instant(topic) if state[0] in WAITING_FOR else None
    zone = topic.definition.time_zone
    shown = f"{until.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M} ({zone})" if until else "–"
    return {
        "for": reason,
        "since": clock.to_text(since),
        "until": clock.to_text(until) if until else None,
        "text": sentences()["waiting"][reason][language].format(until=shown),
    }


def last_error(
    topic: Topic, newest: Page, tried: list[Execution], *, changed_at: datetime
) -> dict[str, Any] | None:
    """What went wrong last in the round: its name, and its cause without anything that was written.

    Parameters
    ----------
    newest : Page
        First page of the round's history.
    tried : list of Execution
        See `attempts`.
    """
    present = execution_name(topic)
    lost = topic.attention_needed and present not in {found.name for found in tried}
    failed = [found for found in happenings(newest.events) if found.failure is not None]
    if failed:
        return _error(_told_best(failed), at=failed[0].at, name=present)
    unhappy = (found for found in tried if found.ended_badly)
    if not lost and (found := next(unhappy, None)) is not None:
        failure = Failure(
            name=named(found.error, otherwise=found.status), cause=told_cause(found.cause)
        )
        return _error(failure, at=found.stopped_at or found.started_at, name=found.name)
    return _error(Failure(name=LOST), at=changed_at, name=present) if lost else None


def _told_best(failed: list[Happening]) -> Failure | None:
    """The failed step, where the execution failed because of one: it knows state and function."""
    newest = failed[0].failure
    same = (found.failure for found in failed if found.failure and found.failure.state)
    return next((each for each in same if newest and each.name == newest.name), newest)


def _error(failure: Failure | None, *, at: datetime, name: str) -> dict[str, Any] | None:
    if failure is None:
        return None
    return {
        "name": failure.name,
        "cause": failure.cause,
        "at": clock.to_text(at),
        "execution": name,
        "state": failure.state,
        "function": failure.function,
    }
