"""The workflow's bell lost, rung twice or at the wrong door; starts repeated; nothing unbounded."""

from datetime import timedelta
from typing import Any, get_args

import pytest

from local.stack import LocalStack
from services.topics.handlers import bell as bell_handler
from services.topics.handlers import store
from services.topics.model.schedule import LONGEST_WAIT, wait_seconds
from services.topics.model.stages import Stage
from services.topics.use_cases import bell
from tests.infra.architecture import definition, states
from tests.workflow.journey import Journey

LAMBDA_LIMIT_SECONDS = 900
HISTORY_LIMIT_EVENTS = 25_000
PAYLOAD_LIMIT_BYTES = 256 * 1024
TASKS = {name: state for name, state in states(definition()) if state["Type"] == "Task"}
TOKEN_WAITS = {n: s for n, s in TASKS.items() if s["Resource"].endswith(".waitForTaskToken")}


@pytest.fixture
def records(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What the topics stream hands to the bell from now on."""
    seen: list[Any] = []
    real = bell_handler.handler

    def handler(event: dict[str, Any], context: Any) -> Any:
        seen.extend(event["Records"])
        return real(event, context)

    monkeypatch.setattr(bell_handler, "handler", handler)
    return seen


def swap_token(journey: Journey, token: str) -> str:
    """Write another token beside a topic's row; the one that was there."""
    before = store().token(journey.topic_id)
    key = {"pk": {"S": f"T#{journey.topic_id}"}, "sk": {"S": "token"}}
    table = journey.stack.functions.environment()["TOPICS_TABLE_NAME"]
    item = {**key, "token": {"S": token}}
    journey.stack.client("dynamodb").put_item(TableName=table, Item=item)
    assert store().token(journey.topic_id) == token
    return str(before)


def test_the_longest_path_stays_far_below_what_a_history_may_hold(journey: Journey) -> None:
    """Held comments until the bound of the review, inquiries, an extension, a late decision."""
    journey.collecting()
    journey.pass_time(days=20)
    journey.participate("When does it begin?", kind="inquiry")
    journey.comment("You are all idiots and bastards")
    journey.move("extend", reason="inquiries", closes_at=later(journey, days=2))
    journey.pass_time(days=60)
    assert journey.stage == "deciding"
    assert journey.states().count("AwaitReview") > 20
    journey.pass_time(days=31)
    journey.decide()
    journey.dispose()
    journey.move("announce")
    journey.move("close")
    assert (journey.stage, len(journey.executions())) == ("archived", 1)
    events = journey.history()
    assert len(events) < HISTORY_LIMIT_EVENTS / 10
    assert max(map(payload, events)) < PAYLOAD_LIMIT_BYTES / 10


def test_with_every_ring_lost_the_timeouts_alone_take_a_topic_to_its_decision(
    journey: Journey, monkeypatch: pytest.MonkeyPatch
) -> None:
    journey.scheduled()
    monkeypatch.setattr(bell, "ring", lambda *_arguments, **_options: None)
    journey.pass_time(hours=1, seconds=1)
    assert journey.stage == "collecting"
    journey.comment("in time")
    journey.move("extend", reason="inquiries", closes_at=later(journey, days=2))
    journey.stack.advance(journey.closes_at() - journey.now() - timedelta(seconds=1))
    assert (journey.stage, "CollectionClosed" in journey.timeline()) == ("collecting", False)
    journey.pass_time(minutes=10)
    assert (journey.stage, journey.counts()["received"]) == ("deciding", 1)
    assert not journey.attention_needed


def later(journey: Journey, **delta: float) -> str:
    return (journey.closes_at() + timedelta(**delta)).isoformat()


def test_a_token_that_is_lost_keeps_nobody_longer_than_the_present_wait(journey: Journey) -> None:
    journey.scheduled()
    swap_token(journey, "a token that was never given")
    journey.move("publish-now")
    assert journey.stage == "scheduled"
    journey.pass_time(hours=1, seconds=1)
    assert (journey.stage, journey.attention_needed) == ("collecting", False)
    journey.move("end-collection", reason="rung as ever", expect=409)


def test_the_token_of_another_topic_wakes_that_one_which_goes_on_waiting(
    journey: Journey, stack: LocalStack
) -> None:
    other = Journey(stack).scheduled()
    journey.scheduled()
    swap_token(journey, str(store().token(other.topic_id)))
    looks = other.states().count("AwaitPublication")
    journey.move("publish-now")
    assert (other.stage, other.states().count("AwaitPublication")) == ("scheduled", looks + 1)
    assert journey.stage == "scheduled"
    stack.advance(timedelta(hours=1, minutes=1))
    assert (journey.stage, other.stage) == ("collecting", "collecting")
    both = [entry["status"] for each in (journey, other) for entry in each.executions()]
    assert both == ["RUNNING", "RUNNING"]


def test_a_change_whose_ring_comes_twice_has_no_second_effect(
    journey: Journey, stack: LocalStack, records: list[Any]
) -> None:
    journey.collecting()
    own = [record for record in records if journey.topic_id in str(record["dynamodb"]["Keys"])]
    before, timeline = len(stack.outbox.listed()), journey.timeline()
    for batch in (own, own[::-1]):
        answer = stack.invoke("topics-bell", {"Records": batch})
        assert answer == {"batchItemFailures": []}
        stack.settle()
    assert (journey.stage, journey.timeline()) == ("collecting", timeline)
    assert len(stack.outbox.listed()) == before
    assert [entry["status"] for entry in journey.executions()] == ["RUNNING"]
    assert journey.states().count("Publish") == 1


def test_a_start_that_is_repeated_starts_nothing_while_it_runs_nor_when_it_has_ended(
    journey: Journey, stack: LocalStack, records: list[Any]
) -> None:
    journey.defined().move("submit")
    started = [record for record in records if journey.topic_id in str(record["dynamodb"]["Keys"])]
    for repeat in range(3):
        assert stack.invoke("topics-bell", {"Records": started}) == {"batchItemFailures": []}
        stack.settle()
        assert len(journey.executions()) == 1, repeat
    journey.move("withdraw", reason="overtaken")
    assert [entry["status"] for entry in journey.executions()] == ["SUCCEEDED"]
    assert stack.invoke("topics-bell", {"Records": started}) == {"batchItemFailures": []}
    stack.settle()
    assert [entry["status"] for entry in journey.executions()] == ["SUCCEEDED"]


@pytest.mark.parametrize("name", TASKS)
def test_no_task_may_take_longer_than_its_function_or_than_the_longest_wait(name: str) -> None:
    state = TASKS[name]
    if name in TOKEN_WAITS:
        assert state["TimeoutSecondsPath"] == "$.topic.wait_seconds"
    else:
        assert 0 < state["TimeoutSeconds"] <= LAMBDA_LIMIT_SECONDS
    for rule in state["Retry"]:
        # No rule without an end: with Step Functions' default of 3, or one that is told. A part of
        # a delivery that ran out of time goes on where it was, as often as many mails take; a
        # sealing waits until what was killed as it sealed can write no more.
        most = {"OutOfTime": 50, "Unsettled": 20}.get(rule["ErrorEquals"][0], 10)
        assert 0 < rule.get("MaxAttempts", 3) <= most
        assert rule.get("MaxDelaySeconds", rule["IntervalSeconds"]) <= 60 * 60
        assert "MaxDelaySeconds" in rule or rule["BackoffRate"] == 1


def test_the_machine_waits_in_tasks_and_its_maps_go_through_channels_parts_or_shards() -> None:
    kinds = {state["Type"] for _, state in states(definition())}
    assert kinds <= {"Task", "Choice", "Map", "Parallel", "Pass", "Succeed", "Fail"}
    maps = [state for _, state in states(definition()) if state["Type"] == "Map"]
    of_shards = [state for state in maps if "ItemReader" in state]
    assert {state["ItemReader"]["Parameters"]["Key.$"] for state in of_shards} == {
        "$.analysis.items_key"
    }
    others = [state for state in maps if state not in of_shards]
    assert {state["ItemsPath"] for state in others} == {"$.topic.channels", "$.plan.parts"}


@pytest.mark.parametrize("days", [0, 1, 29, 31, 365, 100_000])
def test_whatever_the_row_says_the_next_look_is_a_second_to_thirty_days_away(
    journey: Journey, days: int
) -> None:
    journey.defined()
    topic = store().get(journey.topic_id)
    assert topic is not None
    at = journey.now() + timedelta(days=days)
    for stage in get_args(Stage):
        since = {"reviewing_since": journey.now(), "announced_at": journey.now()}
        changed = topic.changed(stage=stage, published_at=journey.now(), **since)
        assert 1 <= wait_seconds(changed, at=at) <= LONGEST_WAIT.total_seconds(), stage


def payload(event: dict[str, Any]) -> int:
    """Bytes of the largest input or output of an event of a history."""
    details: dict[str, Any] = next(
        (value for name, value in event.items() if name.endswith("Details")), {}
    )
    texts = (details.get(name, "") for name in ("input", "output", "parameters"))
    return max(len(str(text).encode()) for text in texts)
