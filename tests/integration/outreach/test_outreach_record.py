"""What the record, the bus and the real topics service see of outreach."""

import json
from typing import Any

import pytest

from services.outreach import handlers
from services.outreach.handlers import deliver, export, relay
from services.shared import aws, exports
from services.topics.handlers import manage, serve
from tests.conftest import FixedClock
from tests.integration.outreach.outreach_scene import TOPIC_ID, Ses
from tests.support import topics as topics_scene
from tests.support.calls import LambdaContext, invoke, stream_records

ROUND = {"topic_id": TOPIC_ID, "round": 1}


def send(channel: str, **fields: Any) -> dict[str, Any]:
    task = {**ROUND, "notice": "published", "channel": channel, **fields}
    return dict(invoke(deliver.handler, task))


@pytest.mark.usefixtures("topics", "ses")
def test_the_record_has_every_outcome_and_no_address(clock: FixedClock, ses: Ses) -> None:
    send("web", error={"Error": "States.Timeout", "Cause": ""})
    clock.advance(minutes=1)
    send("web")
    clock.advance(minutes=1)
    send("email")
    answer = invoke(export.handler, ROUND)
    (file, *_) = answer["files"]
    assert answer["service"] == "outreach"
    assert file["key"] == f"parts/{TOPIC_ID}/1/outreach/deliveries.jsonl"
    assert file["items"] == 3
    rows = exports.read_lines(file["bucket"], file["key"])
    assert [(row["channel"], row["outcome"], row["reason"]) for row in rows] == [
        ("web", "failed", "timed_out"),
        ("web", "sent", None),
        ("email", "sent", None),
    ]
    assert rows[2] == {
        "notice": "published",
        "occasion": "",
        "channel": "email",
        "outcome": "sent",
        "reason": None,
        "recipients": 1,
        "failed": 0,
        "unknown": 0,
        "reasons": {},
        "at": "2026-12-01T09:02:00.000Z",
    }
    assert invoke(export.handler, ROUND) == answer


@pytest.mark.usefixtures("topics", "ses")
def test_the_record_has_the_notices_as_they_are_read(clock: FixedClock) -> None:
    for channel in ("web", "atom"):
        send(channel)
        clock.advance(minutes=1)
    answer = invoke(export.handler, ROUND)
    _, file = answer["files"]
    assert file["key"] == f"parts/{TOPIC_ID}/1/outreach/notices.jsonl"
    rows = exports.read_lines(file["bucket"], file["key"])
    assert [(row["channel"], row["notice"]) for row in rows] == [
        ("web", "published"),
        ("atom", "published"),
    ]
    assert rows[0]["title"].keys() == rows[0]["summary"].keys() == {"ar", "en"}
    assert rows[0]["link"].endswith(TOPIC_ID)
    _, other = invoke(export.handler, {**ROUND, "round": 2})["files"]
    assert other["items"] == 0
    assert invoke(export.handler, ROUND) == answer


@pytest.mark.usefixtures("account", "clock")
def test_a_round_that_nobody_was_told_of_has_an_empty_report() -> None:
    (file, *_) = invoke(export.handler, ROUND)["files"]
    assert (file["items"], file["bytes"]) == (0, 0)


@pytest.mark.usefixtures("topics", "ses", "clock")
def test_each_outcome_is_one_event() -> None:
    queue = aws.client("sqs").create_queue(QueueName="seen")["QueueUrl"]
    arn = "arn:aws:sqs:me-south-1:123456789012:seen"
    events = aws.client("events")
    pattern = json.dumps({"source": ["tashawur.outreach"]})
    events.put_rule(Name="seen", EventBusName="consultations", EventPattern=pattern)
    target = {"Id": "seen", "Arn": arn}
    events.put_targets(Rule="seen", EventBusName="consultations", Targets=[target])
    send("web")
    send("email")
    records = {"Records": stream_records("outreach")}
    assert relay.handler(records, LambdaContext()) == {"batchItemFailures": []}
    found = aws.client("sqs").receive_message(QueueUrl=queue, MaxNumberOfMessages=10)["Messages"]
    messages = [json.loads(message["Body"]) for message in found]
    assert {message["detail-type"] for message in messages} == {"NoticeDelivered"}
    assert {message["detail"]["data"]["channel"] for message in messages} == {"web", "email"}
    assert all(message["detail"]["actor"]["role"] == "system" for message in messages)


@pytest.mark.usefixtures("ses")
def test_a_topic_of_the_real_topics_service_is_told(
    clock: FixedClock, ses: Ses, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(handlers, "invoke", lambda _name, asked: invoke(serve.handler, asked))
    monkeypatch.setattr(manage, "invoke", lambda _name, _window: {})
    topic_id = topics_scene.scheduled(clock.instant)
    clock.advance(hours=1)
    topics_scene.task(topic_id, "publish")
    for channel in ("web", "atom", "email"):
        assert send(channel, topic_id=topic_id)["outcome"] == "sent"
    answer = topics_scene.act(
        topic_id,
        "withdraw",
        groups=topics_scene.APPROVER,
        subject="approver-1",
        reason="The project was dropped.",
    )
    assert answer.status == 202, answer.text
    assert send("email", topic_id=topic_id, notice="withdrawn")["outcome"] == "sent"
    last = ses.requests[-1]["Content"]["Simple"]["Body"]["Text"]["Data"]
    assert "Reason for the withdrawal: The project was dropped." in last


@pytest.mark.usefixtures("topics", "ses", "clock")
def test_the_record_of_a_reopened_round_has_what_was_told_after_the_reopening() -> None:
    send("web", notice="announced")
    send("web", notice="announced", occasion="edition-2")
    send("email", notice="announced", occasion="edition-2")
    send("web", notice="announced", occasion="edition-3", round=2)
    (file, *_) = invoke(export.handler, ROUND)["files"]
    rows = exports.read_lines(file["bucket"], file["key"])
    assert sorted((row["occasion"], row["channel"]) for row in rows) == [
        ("", "web"),
        ("edition-2", "email"),
        ("edition-2", "web"),
    ]
