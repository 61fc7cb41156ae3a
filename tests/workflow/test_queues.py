"""What a consumer could not take waits beside its queue until an operator sends it once more."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from local.demo.client import Client
from local.stack import LocalStack
from services.analysis.handlers import consume
from tests.workflow.journey import Journey

QUEUES = "/v1/ops/queues"
NAME = "analysis-consume"
REDRIVE = f"{QUEUES}/{NAME}/redrive"


@pytest.fixture
def operator(stack: LocalStack) -> Iterator[Client]:
    """An operator; whatever a test left beside the queue is gone after it."""
    operator = Client(stack.url, token=stack.token("operator", None, "operator-1"))
    yield operator
    operator.post(REDRIVE, {}, expect=200)
    stack.settle()


def queue(operator: Client, name: str = NAME) -> dict[str, Any]:
    items = operator.get(QUEUES).json["items"]
    return next(entry for entry in items if entry["queue"] == name)


def broken(stack: LocalStack, monkeypatch: pytest.MonkeyPatch, *, events: int) -> None:
    """Have events sent while their consumer is broken, until they are given up."""

    def refuse(*_arguments: Any, **_options: Any) -> None:
        raise RuntimeError("broken")

    with monkeypatch.context() as patched:
        patched.setattr(consume, "note", refuse)
        for number in range(events):
            send(stack, f"tashawur-local-{NAME}", number)
        stack.settle()
        stack.advance(timedelta(hours=1))


def send(stack: LocalStack, name: str, number: int = 0) -> None:
    detail = (
        '{"version": "1", "id": "e%d", "occurred_at": "2026-12-01T00:00:00.000Z", "topic_id": '
        '"t", "round": 1, "actor": {"role": "system", "id": "w"}, "data": {"comment_id": "c%d"}}'
    )
    body = '{"detail-type": "CommentWithdrawn", "detail": %s}' % (detail % (number, number))
    sqs = stack.client("sqs")
    sqs.send_message(QueueUrl=sqs.get_queue_url(QueueName=name)["QueueUrl"], MessageBody=body)


def test_every_queue_is_listed_with_what_waits_beside_it_and_who_takes_from_it(
    stack: LocalStack, operator: Client
) -> None:
    items = operator.get(QUEUES).json["items"]
    names = {entry["name"] for entry in stack.queues()}
    assert {f"tashawur-local-{entry['queue']}" for entry in items} == {
        name for name in names if not name.endswith(("-dead-letters", "-undelivered"))
    }
    assert {entry["consumer"] for entry in items} <= set(stack.functions.by_name)
    empty = {"waiting": 0, "in_flight": 0, "oldest_seconds": None}
    found = queue(operator)
    assert (found["dead_letters"], found["undelivered"]) == (empty, empty)


def test_what_was_given_up_is_looked_at_redriven_and_consumed(
    stack: LocalStack, operator: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken(stack, monkeypatch, events=12)
    assert queue(operator)["dead_letters"]["waiting"] == 12
    looks = [operator.post(REDRIVE, {"dry_run": True}, expect=200).json for _ in range(2)]
    for look in looks:
        assert (look["moved"], look["remaining"], len(set(look["message_ids"]))) == (0, 12, 12)
        assert look["oldest_sent_at"] is not None
    assert queue(operator)["dead_letters"]["waiting"] == 12
    consumed: list[str] = []
    real = consume.note

    def note(topic_id: str, round_: int, change: Any, **options: Any) -> None:
        consumed.append(change.comment_id)
        real(topic_id, round_, change, **options)

    monkeypatch.setattr(consume, "note", note)
    done = operator.post(REDRIVE, {}, expect=200).json
    stack.settle()
    assert (done["moved"], done["remaining"]) == (12, 0)
    assert set(done["message_ids"]) == set(looks[0]["message_ids"])
    assert sorted(consumed) == sorted(f"c{number}" for number in range(12))
    again = operator.post(REDRIVE, {}, expect=200).json
    assert (again["moved"], again["message_ids"], again["oldest_sent_at"]) == (0, [], None)


def test_what_never_reached_the_queue_is_sent_there_too(
    stack: LocalStack, operator: Client
) -> None:
    send(stack, f"tashawur-local-{NAME}-undelivered")
    assert queue(operator)["undelivered"]["waiting"] == 1
    assert operator.post(REDRIVE, {}, expect=200).json["moved"] == 1
    stack.settle()
    assert queue(operator)["undelivered"]["waiting"] == queue(operator)["waiting"] == 0


def test_the_age_of_the_oldest_message_is_what_cloudwatch_knows(
    stack: LocalStack, operator: Client
) -> None:
    stack.client("cloudwatch").put_metric_data(
        Namespace="AWS/SQS",
        MetricData=[
            {
                "MetricName": "ApproximateAgeOfOldestMessage",
                "Dimensions": [{"Name": "QueueName", "Value": f"tashawur-local-{NAME}"}],
                "Timestamp": stack.clock.now() - timedelta(minutes=2),
                "Value": 73.0,
            }
        ],
    )
    assert queue(operator)["oldest_seconds"] == 73
    assert queue(operator, "comments-consume")["oldest_seconds"] is None


def test_who_redrove_what_is_in_the_audit_trail(stack: LocalStack, operator: Client) -> None:
    send(stack, f"tashawur-local-{NAME}-dead-letters")
    operator.post(REDRIVE, {"dry_run": True}, expect=200)
    operator.post(REDRIVE, {}, expect=200)
    table = stack.functions.environment()["TOPICS_TABLE_NAME"]
    found = stack.client("dynamodb").query(
        TableName=table,
        KeyConditionExpression="pk = :p AND begins_with(sk, :a)",
        ExpressionAttributeValues={":p": {"S": f"OPS#queue/{NAME}"}, ":a": {"S": "A#"}},
    )["Items"]
    *_, asked, done = (item["event"]["M"] for item in found)
    assert [entry["type"]["S"] for entry in (asked, done)] == [
        "QueueRedriveRequested",
        "QueueRedriven",
    ]
    assert done["actor"]["M"] == {"role": {"S": "operator"}, "id": {"S": "operator-1"}}
    assert done["data"]["M"] == {"queue": {"S": NAME}, "moved": {"N": "1"}}


def test_only_operators_of_the_whole_programme_operate_queues(
    stack: LocalStack, operator: Client, journey: Journey
) -> None:
    operator.post(f"{QUEUES}/no-such/redrive", {}, expect=404)
    operator.post(REDRIVE, {"dry_run": "maybe", "all": 1}, expect=422)
    journey.officer.get(QUEUES, expect=403)
    of_agency = Client(stack.url, token=stack.token("operator", "health", "operator-2"))
    of_agency.get(QUEUES, expect=403)
    of_agency.post(REDRIVE, {}, expect=403)
