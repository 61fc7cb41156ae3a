"""The programme's queues in SQS; each is named after the function that it is for.

Beside a queue stand two others: ``<name>-dead-letters`` (what its function could not take) and
``<name>-undelivered`` (what never reached the queue). SQS moves messages back by itself only from
the first kind (``StartMessageMoveTask``), tells neither which nor, before the end, how many, and
has no dry run; so messages are moved here, one batch after the other.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any, Literal

from services.shared import aws

Part = Literal["", "-dead-letters", "-undelivered"]
ASIDE: tuple[Part, ...] = ("-dead-letters", "-undelivered")
_BATCH = 10
_HIDDEN_SECONDS = 60
_EMPTY_LOOKS = 2
"""A look at a queue sees some of its servers only; twice nothing is taken for empty."""
_METRICS_BACK = timedelta(minutes=15)
_METRIC_SECONDS = 60


@dataclass(frozen=True, kw_only=True)
class Depth:
    """How many messages a queue has, about."""

    waiting: int
    in_flight: int


@dataclass(frozen=True, kw_only=True)
class Message:
    """One message; what it says is nobody's business here."""

    id: str
    sent_at: datetime
    receipt: str
    body: str


@cache
def _url(name: str) -> str:
    return str(aws.client("sqs").get_queue_url(QueueName=name)["QueueUrl"])


def depth(name: str) -> Depth:
    """Depth of a queue."""
    names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    reply = aws.client("sqs").get_queue_attributes(QueueUrl=_url(name), AttributeNames=names)
    waiting, in_flight = (int(reply["Attributes"].get(each, 0)) for each in names)
    return Depth(waiting=waiting, in_flight=in_flight)


def ages(names: Sequence[str], *, at: datetime) -> dict[str, int]:
    """Seconds that each queue's oldest message has waited, where CloudWatch knows."""
    reply = aws.client("cloudwatch").get_metric_data(
        StartTime=at - _METRICS_BACK,
        EndTime=at,
        ScanBy="TimestampDescending",
        MetricDataQueries=[_age(name, number) for number, name in enumerate(names)],
    )
    values = {found["Id"]: found["Values"] for found in reply["MetricDataResults"]}
    known = {name: values.get(f"q{number}") for number, name in enumerate(names)}
    return {name: int(found[0]) for name, found in known.items() if found}


def take(name: str, *, most: int) -> Iterator[list[Message]]:
    """Batches of messages, hidden from others for a minute; `most` in all, fewer if it ends."""
    taken = empty = 0
    while taken < most and empty < _EMPTY_LOOKS:
        reply = aws.client("sqs").receive_message(
            QueueUrl=_url(name),
            MaxNumberOfMessages=min(_BATCH, most - taken),
            VisibilityTimeout=_HIDDEN_SECONDS,
            MessageSystemAttributeNames=["SentTimestamp"],
        )
        batch = [_message(found) for found in reply.get("Messages", [])]
        taken += len(batch)
        empty = 0 if batch else empty + 1
        if batch:
            yield batch


def put_back(name: str, batch: Sequence[Message]) -> None:
    """Let others see messages again that were only looked at."""
    entries = [
        {"Id": str(number), "ReceiptHandle": message.receipt, "VisibilityTimeout": 0}
        for number, message in enumerate(batch)
    ]
    aws.client("sqs").change_message_visibility_batch(QueueUrl=_url(name), Entries=entries)


def move(batch: Sequence[Message], *, source: str, target: str) -> list[Message]:
    """Send messages to another queue, then delete them here; gives those that went.

    What is cut off in between is delivered twice, which consumers bear.
    """
    sqs = aws.client("sqs")
    by_place = {str(number): message for number, message in enumerate(batch)}
    sent = sqs.send_message_batch(
        QueueUrl=_url(target),
        Entries=[{"Id": key, "MessageBody": each.body} for key, each in by_place.items()],
    )
    went = [entry["Id"] for entry in sent.get("Successful", [])]
    if went:
        entries = [{"Id": key, "ReceiptHandle": by_place[key].receipt} for key in went]
        sqs.delete_message_batch(QueueUrl=_url(source), Entries=entries)
    return [by_place[key] for key in went]


def _age(name: str, number: int) -> dict[str, Any]:
    metric = {
        "Namespace": "AWS/SQS",
        "MetricName": "ApproximateAgeOfOldestMessage",
        "Dimensions": [{"Name": "QueueName", "Value": name}],
    }
    statistic = {"Metric": metric, "Period": _METRIC_SECONDS, "Stat": "Maximum"}
    return {"Id": f"q{number}", "MetricStat": statistic}


def _message(found: dict[str, Any]) -> Message:
    sent = int(found.get("Attributes", {}).get("SentTimestamp", 0)) / 1000
    return Message(
        id=found["MessageId"],
        sent_at=datetime.fromtimestamp(sent, UTC),
        receipt=found["ReceiptHandle"],
        body=found["Body"],
    )
