"""What operators are told of an execution: every step in both languages, and nobody's words."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from services.topics.model.failure import failure_of, named, told_cause
from services.topics.model.narration import (
    WAITING_FOR,
    Happening,
    happenings,
    present_state,
    sentences,
    told,
)
from tests.infra.architecture import definition, states

AT = datetime(2026, 12, 1, 9, tzinfo=UTC)
SILENT = {"EnterAt", "ChooseStage", "ChooseReview", "ChooseAnalysis", "ChooseAnnouncement"}


def entered(number: int, name: str, *, minute: int = 0) -> dict[str, Any]:
    return {
        "id": number,
        "previousEventId": number - 1,
        "type": "TaskStateEntered",
        "timestamp": AT.replace(minute=minute),
        "stateEnteredEventDetails": {"name": name, "input": "{}"},
    }


def test_every_step_of_the_workflow_has_its_sentence() -> None:
    steps = {name for name, state in states(definition()) if state["Type"] != "Choice"} - SILENT
    assert steps == set(sentences()["entered"])


def test_every_state_that_waits_says_what_for() -> None:
    waits = {n for n, s in states(definition()) if "waitForTaskToken" in s.get("Resource", "")}
    assert waits == set(WAITING_FOR)
    assert set(WAITING_FOR.values()) | {"operator", "start", "step"} == set(sentences()["waiting"])


def test_every_sentence_is_in_both_languages() -> None:
    for kind in sentences().values():
        for code, texts in kind.items():
            assert texts.keys() == {"ar", "en"}, code
            assert any("\u0600" <= letter <= "\u06ff" for letter in texts["ar"]), code


def test_a_step_of_an_older_definition_is_still_told() -> None:
    happening = Happening(at=AT, code="entered", state="AwaitMoonlight")
    assert told(happening, number=1, language="en") == "Step AwaitMoonlight."


def test_a_ring_for_nothing_is_not_told_twice() -> None:
    page = [
        entered(7, "AwaitClosing", minute=9),
        entered(6, "EnterAt", minute=8),
        entered(5, "AwaitClosing", minute=3),
        entered(4, "RecordPublication", minute=2),
    ]
    assert [found.state for found in happenings(page)] == ["AwaitClosing", "RecordPublication"]
    assert present_state(page) == ("AwaitClosing", AT.replace(minute=3))


@pytest.mark.parametrize(
    ("cause", "shown"),
    [
        (
            json.dumps(
                {
                    "errorMessage": "bad value 'call me on 36000001, amal@example.org'",
                    "errorType": "ValidationError",
                    "stackTrace": [
                        '  File "/var/task/services/topics/handlers/workflow.py", line 72, in h\n',
                        '  File "/opt/python/pydantic/main.py", line 7, in validate\n',
                    ],
                }
            ),
            "services/topics/handlers/workflow.py:72 (h)",
        ),
        ('The JSONPath could not be found in the input {"text": "أمل"}', None),
        ("stopped for amal@example.org, +973 3600 0001", "stopped for … …"),
        ('{"errorMessage": "without a trace"}', ""),
        ("[1, 2]", ""),
        (None, ""),
    ],
)
def test_a_cause_tells_the_place_and_nobodys_words(cause: str | None, shown: str | None) -> None:
    expected = "The JSONPath could not be found in the input …" if shown is None else shown
    assert told_cause(cause) == expected


def test_an_error_is_told_by_its_name_alone() -> None:
    assert named("States.Timeout", otherwise="FAILED") == "States.Timeout"
    assert named("amal@example.org wrote", otherwise="FAILED") == "FAILED"
    assert named(None, otherwise="ABORTED") == "ABORTED"


def test_a_failed_step_names_its_state_and_function() -> None:
    arn = "arn:aws:lambda:me-south-1:1:function:tashawur-dev-topics-workflow"
    scheduled = {
        "id": 3,
        "previousEventId": 2,
        "type": "TaskScheduled",
        "timestamp": AT,
        "taskScheduledEventDetails": {"parameters": json.dumps({"FunctionName": arn})},
    }
    failed = {
        "id": 4,
        "previousEventId": 3,
        "type": "TaskFailed",
        "timestamp": AT,
        "taskFailedEventDetails": {"error": "TransientError"},
    }
    events = [failed, scheduled, entered(2, "Publish")]
    failure = failure_of(failed, {event["id"]: event for event in events})
    assert failure is not None
    assert (failure.name, failure.state) == ("TransientError", "Publish")
    assert failure.function == "tashawur-dev-topics-workflow"
    assert told(happenings(events)[0], number=1, language="en") == (
        "Step Publish failed (TransientError)."
    )


def test_a_wait_that_ends_at_its_time_is_no_failure() -> None:
    over = {
        "id": 3,
        "previousEventId": 2,
        "type": "TaskTimedOut",
        "timestamp": AT,
        "taskTimedOutEventDetails": {"error": "States.Timeout"},
    }
    [happening, _] = happenings([over, entered(2, "AwaitClosing")])
    assert (happening.code, happening.failure) == ("wait_over", None)
    [late, _] = happenings([over, entered(2, "Analyse")])
    assert late.failure is not None
