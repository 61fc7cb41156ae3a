"""Operators see which executions need them and set them going again, once."""

import json
from typing import Any

import pytest

from services.shared import clock as service_clock
from services.shared.table import Put, Table
from services.topics.handlers import failures, operate, store, sweep
from tests.support.calls import Answer, LambdaContext, http
from tests.support.topics import APPROVER, act, define, scheduled

pytestmark = pytest.mark.usefixtures("account")
OPERATOR = ("operator",)


def failed(clock: Any, *, status: str = "FAILED") -> str:
    """Id of a scheduled topic whose execution failed."""
    topic_id = scheduled(clock())
    report(topic_id, status=status)
    return topic_id


def report(topic_id: str, *, status: str = "FAILED", number: int = 1) -> Any:
    detail = {"name": f"{topic_id}-r1-{number}", "status": status}
    body = json.dumps({"detail": detail})
    return failures.handler({"Records": [{"messageId": "1", "body": body}]}, LambdaContext())


def listed(**query: str) -> Answer:
    return http(operate.handler, "GET /v1/ops/executions", query=query or None, groups=OPERATOR)


def ask_to_resume(topic_id: str, *, subject: str = "operator-1") -> Answer:
    route = "POST /v1/ops/executions/{topic}/resume"
    path = {"topic": topic_id}
    return http(operate.handler, route, path=path, groups=OPERATOR, subject=subject)


def events_of(topic_id: str) -> list[str]:
    return [item["event"]["type"] for item in store().timeline(topic_id)]


def test_there_is_nothing_to_list_before_the_first_submission(clock: Any) -> None:
    define(clock())
    assert listed().json == {"items": [], "next_cursor": None}
    assert listed(status="attention_needed").json["items"] == []


def test_the_list_is_narrowed_down_to_a_status(clock: Any) -> None:
    running, broken, over = scheduled(clock()), failed(clock), scheduled(clock())
    act(over, "withdraw", groups=APPROVER, subject="approver-1", reason="law changed")
    for status, topic_id in (("running", running), ("attention_needed", broken), ("ended", over)):
        [entry] = listed(status=status).json["items"]
        assert (entry["topic_id"], entry["status"]) == (topic_id, status)
    assert len(listed().json["items"]) == 3
    assert listed(status="broken").status == 400


def test_a_long_list_comes_in_pages_of_a_hundred(clock: Any) -> None:
    item = Table("topics").get(f"T#{failed(clock)}", "topic")
    assert item is not None
    for number in range(100):
        Table("topics").write(_copy(item, number))
    first = listed(status="attention_needed").json
    rest = listed(status="attention_needed", cursor=first["next_cursor"]).json
    assert (len(first["items"]), len(rest["items"]), rest["next_cursor"]) == (100, 1, None)
    seen = {entry["topic_id"] for page in (first, rest) for entry in page["items"]}
    assert len(seen) == 101
    assert listed(status="running", cursor=first["next_cursor"]).status == 400


def test_a_healthy_execution_is_not_resumed(clock: Any) -> None:
    refused = ask_to_resume(scheduled(clock()))
    assert (refused.status, refused.json["stage"]) == (409, "scheduled")
    assert refused.json["detail"] == "The execution is healthy; there is nothing to resume."


def test_a_resumption_that_is_asked_for_again_starts_nothing_more(clock: Any) -> None:
    topic_id = failed(clock)
    assert ask_to_resume(topic_id).json["execution"] == f"{topic_id}-r1-2"
    assert ask_to_resume(topic_id).status == 409
    topic = store().get(topic_id)
    assert topic is not None
    assert (topic.execution, topic.attention_needed, topic.stage) == (2, False, "scheduled")
    assert events_of(topic_id)[-2:] == ["WorkflowFailed", "WorkflowResumed"]


def test_of_two_operators_at_once_one_resumes(clock: Any, monkeypatch: Any) -> None:
    topic_id = failed(clock)
    seen = store().get(topic_id)
    assert seen is not None
    assert ask_to_resume(topic_id, subject="operator-1").status == 202
    # The second one read the row before the first one had changed it.
    monkeypatch.setattr(operate.read, "staff_topic", lambda *_a, **_k: seen)
    late = ask_to_resume(topic_id, subject="operator-2")
    assert (late.status, events_of(topic_id).count("WorkflowResumed")) == (409, 1)


def test_a_failure_told_late_does_not_mark_the_execution_that_came_after(clock: Any) -> None:
    topic_id = failed(clock)
    ask_to_resume(topic_id)
    for _ in range(2):
        assert report(topic_id, number=1) == {"batchItemFailures": []}
    topic = store().get(topic_id)
    assert topic is not None
    assert not topic.attention_needed


def test_a_failure_is_told_once_however_often_it_is_delivered(clock: Any) -> None:
    topic_id = failed(clock, status="TIMED_OUT")
    report(topic_id, status="TIMED_OUT")
    assert events_of(topic_id).count("WorkflowFailed") == 1


def test_who_resumed_is_in_the_audit_trail(clock: Any) -> None:
    topic_id = failed(clock)
    ask_to_resume(topic_id, subject="operator-7")
    *_, last = store().timeline(topic_id)
    assert last["event"]["actor"] == {"role": "operator", "id": "operator-7"}


def test_a_topic_that_was_never_submitted_has_no_execution(clock: Any) -> None:
    path = {"topic": define(clock())["topic_id"]}
    route = "GET /v1/ops/executions/{topic}"
    assert http(operate.handler, route, path=path, groups=OPERATOR).status == 404
    assert http(operate.handler, route, path={"topic": "no"}, groups=OPERATOR).status == 404
    assert http(operate.handler, route, path=path, groups=("officer",)).status == 403


def _copy(item: dict[str, Any], number: int) -> Put:
    topic_id = f"{number:026d}".translate(str.maketrans("0189", "abcd"))
    created = service_clock.to_text(service_clock.now())
    listed_sk = f"{created}#{topic_id}"
    return Put(item={**item, "pk": f"T#{topic_id}", "topic_id": topic_id, "listed_sk": listed_sk})


def test_lost_executions_are_counted_where_an_alarm_sees_them(
    account: None, monkeypatch: Any, capsys: Any
) -> None:
    monkeypatch.delenv("POWERTOOLS_METRICS_DISABLED", raising=False)
    monkeypatch.setattr(sweep, "mark_lost", lambda *_topics, **_wired: 2)
    message = {"messageId": "1", "body": "{}"}
    sweep.handler({"Records": [message]}, LambdaContext())
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    [counted] = [line for line in lines if "ExecutionsLost" in line]
    assert (counted["ExecutionsLost"], counted["service"]) == ([2.0], "topics")
    assert counted["_aws"]["CloudWatchMetrics"][0]["Namespace"] == "Tashawur"
