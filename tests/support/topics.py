"""A definition to start from, and topics taken to a stage through the real handlers."""

import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from services.shared import clock
from services.topics.handlers import manage, workflow
from tests.support.calls import Answer, http, invoke

EXAMPLES = Path(__file__).parents[2] / "examples"
OFFICER = ("officer", "agency.health")
APPROVER = ("approver",)


def definition(at: datetime, **changes: Any) -> dict[str, Any]:
    """The example topic with a timetable that begins an hour after an instant."""
    document: dict[str, Any] = json.loads((EXAMPLES / "topic.json").read_text("utf-8"))
    publish_at = at + timedelta(hours=1)
    document["timetable"] = {
        "publish_at": clock.to_text(publish_at),
        "opens_at": clock.to_text(publish_at),
        "closes_at": clock.to_text(publish_at + timedelta(days=28)),
    }
    if "demographics" in changes:
        # What the example measures its target groups by is then perhaps not offered.
        for group in document["target_groups"]:
            group.pop("demographic")
    return document | changes


def define(at: datetime, **changes: Any) -> dict[str, Any]:
    """A new draft, as its officer sees it."""
    answer = http(
        manage.handler,
        "POST /v1/topics",
        body=definition(at, **changes),
        groups=OFFICER,
        subject="officer-1",
    )
    assert answer.status == 201, answer.text
    return dict(answer.json)


def act(
    topic_id: str,
    action: str,
    *,
    groups: tuple[str, ...] = OFFICER,
    subject: str = "officer-1",
    **fields: Any,
) -> Answer:
    """Ask for a transition."""
    return http(
        manage.handler,
        "POST /v1/topics/{topic}/transitions",
        path={"topic": topic_id},
        body={"action": action, **fields},
        groups=groups,
        subject=subject,
    )


def scheduled(at: datetime, **changes: Any) -> str:
    """Id of a topic that is approved and waits for its publication."""
    topic_id = str(define(at, **changes)["topic_id"])
    assert act(topic_id, "submit").status == 202
    assert act(topic_id, "approve", groups=APPROVER, subject="approver-1").status == 202
    return topic_id


def task(topic_id: str, action: str, **fields: Any) -> Any:
    """Do what the state machine asks the topics service for."""
    payload = {"action": action, "topic_id": topic_id, "round": 1, "execution": 1, **fields}
    return invoke(workflow.handler, payload)


def decide(topic_id: str) -> Answer:
    """Record a decision."""
    text = {"ar": "قرار", "en": "A decision"}
    return http(
        manage.handler,
        "PUT /v1/topics/{topic}/decision",
        path={"topic": topic_id},
        body={"summary": text, "rationale": text, "clauses": [{"id": "c1", "text": text}]},
        groups=OFFICER,
        subject="officer-1",
    )


def taken_to(stage: str, clock: Any) -> str:
    """Id of a topic that the real handlers took to a stage, the clock moved on as far as needed.

    What the other services would answer to the way there has to stand in for them already.
    """
    topic_id = str(define(clock())["topic_id"])
    approver = {"groups": APPROVER, "subject": "approver-1"}
    steps = (
        ("draft", 0, lambda: None),
        ("submitted", 0, lambda: act(topic_id, "submit")),
        ("scheduled", 0, lambda: act(topic_id, "approve", **approver)),
        ("collecting", 1, lambda: task(topic_id, "publish")),
        ("reviewing", 28 * 24 + 1, lambda: task(topic_id, "close_collection")),
        ("analysing", 0, lambda: task(topic_id, "start_analysis", pending=0)),
        ("deciding", 0, lambda: task(topic_id, "analysed")),
        ("announcing", 0, lambda: (decide(topic_id), act(topic_id, "announce"))),
        ("announced", 0, lambda: task(topic_id, "announced")),
        ("closed", 0, lambda: act(topic_id, "close")),
        ("archived", 0, lambda: task(topic_id, "archived", record_root="ab" * 32)),
    )
    for reached, hours, step in steps:
        clock.advance(hours=hours)
        step()
        if reached == stage:
            return topic_id
    raise LookupError(stage)
