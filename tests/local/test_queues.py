import json
from datetime import timedelta
from typing import Any

import pytest

from local.stack import LocalStack
from tests.local import functions


def send(stack: LocalStack, *bodies: str) -> None:
    url = stack.client("sqs").get_queue_url(QueueName="work")["QueueUrl"]
    for body in bodies:
        stack.client("sqs").send_message(QueueUrl=url, MessageBody=body)


def bodies(event: Any) -> list[str]:
    return [record["body"] for record in event["Records"]]


def dead(stack: LocalStack) -> list[str]:
    url = stack.client("sqs").get_queue_url(QueueName="dead")["QueueUrl"]
    found = stack.client("sqs").receive_message(QueueUrl=url, MaxNumberOfMessages=10)
    for message in found.get("Messages", []):
        stack.client("sqs").delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    return [message["Body"] for message in found.get("Messages", [])]


def test_messages_are_handed_over_once_and_deleted(stack: LocalStack) -> None:
    send(stack, "a", "b")
    stack.settle()
    assert sorted(body for event in functions.CALLS["queue"] for body in bodies(event)) == [
        "a",
        "b",
    ]
    assert {q["name"]: q["visible"] + q["in_flight"] for q in stack.queues()}["work"] == 0


def test_a_message_that_fails_comes_again_after_its_timeout_and_ends_in_the_dead_letter_queue(
    stack: LocalStack,
) -> None:
    def refuse(event: Any) -> Any:
        failed = [r["messageId"] for r in event["Records"] if r["body"] == "bad"]
        return {"batchItemFailures": [{"itemIdentifier": name} for name in failed]}

    functions.ANSWERS["queue"] = refuse
    before = stack.clock.now()
    send(stack, "good", "bad")
    stack.settle()
    attempts = [body for event in functions.CALLS["queue"] for body in bodies(event)]
    assert attempts.count("good") == 1
    assert attempts.count("bad") == 3
    assert dead(stack) == ["bad"]
    assert timedelta(minutes=9) <= stack.clock.now() - before < timedelta(minutes=9, seconds=1)


def test_an_exception_fails_the_whole_batch(stack: LocalStack) -> None:
    tried: list[str] = []

    def fail_once(event: Any) -> None:
        tried.extend(bodies(event))
        if tried.count("a") == 1:
            raise ValueError

    functions.ANSWERS["queue"] = fail_once
    send(stack, "a")
    stack.settle()
    assert tried == ["a", "a"]
    assert functions.CALLS["queue"][1]["Records"][0]["attributes"]["ApproximateReceiveCount"] == "2"
    assert dead(stack) == []


def test_an_unknown_identifier_fails_the_whole_batch(stack: LocalStack) -> None:
    functions.ANSWERS["queue"] = lambda event: {"batchItemFailures": [{"itemIdentifier": "?"}]}
    send(stack, "a")
    stack.settle()
    assert dead(stack) == ["a"]


def test_an_event_reaches_the_queue_of_a_rule_that_it_matches(stack: LocalStack) -> None:
    def entry(source: str, n: int) -> dict[str, str]:
        detail = json.dumps({"data": {"n": n}})
        return {
            "EventBusName": "little-bus",
            "Source": source,
            "DetailType": "Counted",
            "Detail": detail,
        }

    stack.client("events").put_events(
        Entries=[entry("tashawur.little", 1), entry("tashawur.little", 2), entry("other", 2)]
    )
    stack.settle()
    (record,) = [r for event in functions.CALLS["queue"] for r in event["Records"]]
    event = json.loads(record["body"])
    assert event["detail"] == {"data": {"n": 2}}
    assert event["detail-type"] == "Counted"
    assert event["time"] == stack.clock.now().strftime("%Y-%m-%dT%H:%M:%SZ")


def test_events_over_the_limit_are_refused(stack: LocalStack) -> None:
    events = stack.client("events")
    half = {"Source": "s", "DetailType": "d", "Detail": json.dumps({"text": "x" * 140_000})}
    assert events.put_events(Entries=[half])["FailedEntryCount"] == 0
    with pytest.raises(events.exceptions.ClientError, match="Total size"):
        events.put_events(Entries=[half, half])


def test_an_event_without_a_detail_object_is_refused_alone(stack: LocalStack) -> None:
    good = {"Source": "s", "DetailType": "d", "Detail": "{}"}
    reply = stack.client("events").put_events(Entries=[good, good | {"Detail": "[1]"}])
    assert [entry.get("ErrorCode") for entry in reply["Entries"]] == [None, "MalformedDetail"]


def test_a_message_that_is_put_back_can_be_seen_at_once(stack: LocalStack) -> None:
    sqs = stack.client("sqs")
    url = sqs.get_queue_url(QueueName="dead")["QueueUrl"]
    sqs.send_message(QueueUrl=url, MessageBody="x")
    for _ in range(2):
        [message] = sqs.receive_message(QueueUrl=url, VisibilityTimeout=60)["Messages"]
        assert "Messages" not in sqs.receive_message(QueueUrl=url)
        handle = message["ReceiptHandle"]
        sqs.change_message_visibility(QueueUrl=url, ReceiptHandle=handle, VisibilityTimeout=0)
    assert dead(stack) == ["x"]
