"""Rules that fire because time has passed, without stopping whoever moves the clock on."""

import json
from datetime import timedelta
from typing import Any

import pytest

from local.lambdas import DeploymentError
from local.schedules import seconds_of
from local.stack import LocalStack


def fired(stack: LocalStack) -> list[Any]:
    sqs = stack.client("sqs")
    url = sqs.get_queue_url(QueueName="timed")["QueueUrl"]
    found = []
    while messages := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
        for message in messages:
            sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
            found.append(json.loads(message["Body"]))
    return found


def test_a_schedule_fires_once_its_time_has_passed_and_again(stack: LocalStack) -> None:
    stack.advance(timedelta(hours=1))
    fired(stack)
    stack.advance(timedelta(minutes=30))
    assert fired(stack) == []
    for _ in range(2):
        stack.advance(timedelta(hours=1))
        event, said = fired(stack)
        assert (event["detail-type"], event["source"]) == ("Scheduled Event", "aws.events")
        assert said == {"said": "so"}


def test_a_long_leap_fires_once_and_stops_nowhere(stack: LocalStack) -> None:
    fired(stack)
    stack.advance(timedelta(hours=20))
    assert len(fired(stack)) <= 4


def test_only_rates_are_known() -> None:
    assert [seconds_of(f"rate({text})") for text in ("1 minute", "2 hours", "3 days")] == [
        60,
        7_200,
        259_200,
    ]
    with pytest.raises(DeploymentError, match="cron"):
        seconds_of("cron(0 4 * * ? *)")
