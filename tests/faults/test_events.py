"""What the bus and the queues may do to events: bring them again, late, out of order, spoilt."""

import json
import uuid
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from typing import Any, NamedTuple

import pytest

from local.demo.client import Client
from local.events import Bus
from local.stack import LocalStack
from services.analysis.handlers import consume
from services.archive.handlers import audit
from services.archive.model.audit import verify
from tests.faults import ground
from tests.faults.staging import Held, deliveries, held_back, queue_url, waiting
from tests.workflow.journey import Journey

ABUSE = "You are all idiots and bastards"
CONSUMERS = (
    "comments-consume",
    "moderation-consume",
    "analysis-consume",
    "outreach-consume",
    "archive-audit",
)
TRIES = 5
_TEXT = {"ar": "نص", "en": "A text"}


def collect(journey: Journey) -> None:
    """From a topic's publication on all that some consumer wants to know of."""
    journey.move("publish-now")
    journey.pass_time(days=20)
    journey.comment(ABUSE)
    journey.stack.settle()
    cases = journey.moderator.get(f"/v1/moderation/cases?topic={journey.topic_id}").json["items"]
    path = f"/v1/moderation/cases/{cases[0]['case_id']}/decision"
    decision = {"decision": "reject", "reason_code": "abusive"}
    journey.moderator.post(path, decision, expect=200)
    sent = journey.comment(f"{ABUSE}!").json
    journey.stack.settle()
    path = f"{journey.path}/comments/{sent['comment_id']}/withdrawal"
    journey.citizen.post(path, {"receipt_secret": sent["receipt_secret"]}, expect=200)
    inquiry = journey.participate("When does it begin?", kind="inquiry").json
    path = f"{journey.path}/comments/{inquiry['comment_id']}/answer"
    journey.officer.post(path, {"text": _TEXT}, expect=200)
    later = (journey.closes_at() + timedelta(days=3)).isoformat()
    journey.move("extend", reason="inquiries", closes_at=later)


def outcome(journey: Journey) -> dict[str, Any]:
    """What consumers have made of a topic's events."""
    notices = ground.rows(journey.stack, "outreach", of=journey.topic_id)
    path = f"/v1/moderation/cases?topic={journey.topic_id}"
    return {
        "counts": journey.counts(),
        "entries": Counter(entry["type"] for entry in trail(journey)),
        "planned": Counter(row["sk"].split("#")[2] for row in notices if row["sk"][:2] == "O#"),
        "due": Counter(row["pk"].split("#")[3] for row in notices if row["pk"][:2] == "Q#"),
        "open cases": len(journey.moderator.get(path).json["items"]),
    }


def trail(journey: Journey) -> list[Any]:
    """The topic's audit trail, whose chain is sound and tells each event once."""
    token = journey.stack.token("auditor", None, "auditor-1")
    path = f"/v1/audit?topic={journey.topic_id}"
    entries = list(Client(journey.stack.url, token=token).get(path).json["items"])
    verify(entries)
    assert len({(entry["source"], entry["event_id"]) for entry in entries}) == len(entries)
    return entries


def letters(stack: LocalStack, name: str) -> list[Any]:
    """A consumer's dead letters, which stay where they are."""
    url = queue_url(stack, f"{name}-dead-letters")
    reply = stack.client("sqs").receive_message(
        QueueUrl=url, MaxNumberOfMessages=10, VisibilityTimeout=0
    )
    return list(reply.get("Messages", []))


def send(stack: LocalStack, name: str, *messages: dict[str, Any]) -> list[str]:
    """Put messages into a queue all at once, so that they are one batch; their ids."""
    entries = [
        {"Id": str(n), "MessageBody": json.dumps(message, ensure_ascii=False)}
        for n, message in enumerate(messages)
    ]
    reply = stack.client("sqs").send_message_batch(QueueUrl=queue_url(stack, name), Entries=entries)
    return [each["MessageId"] for each in reply["Successful"]]


def again(held: Held, **changes: Any) -> dict[str, Any]:
    """An event like another one, with an id of its own."""
    return {**held.message, "detail": {**held.message["detail"], "id": uuid.uuid4().hex, **changes}}


def pass_retries(stack: LocalStack) -> None:
    """Let the time pass in which a queue tries everything that it has."""
    stack.settle()
    stack.advance(timedelta(hours=2))


class Told(NamedTuple):
    """A topic that had all kinds of events, in order.

    Attributes
    ----------
    outcome : dict
        What consumers made of them.
    one_of : dict of Held
        For each consumer an event that it took.
    """

    journey: Journey
    outcome: dict[str, Any]
    one_of: dict[str, Held]


@pytest.fixture(scope="module")
def told(stack: LocalStack) -> Told:
    """Events that were delivered as they should be."""
    journey = Journey(stack).scheduled()
    with held_back(journey.topic_id) as kept:
        collect(journey)
    for held in kept:
        held.send()
    pass_retries(stack)
    return Told(journey, outcome(journey), {held.queue: held for held in kept})


@pytest.fixture(autouse=True)
def no_dead_letters(stack: LocalStack) -> Iterator[None]:
    """Whatever a test leaves beside a queue is gone after it."""
    yield
    for name in CONSUMERS:
        url = queue_url(stack, f"{name}-dead-letters")
        for letter in letters(stack, name):
            stack.client("sqs").delete_message(QueueUrl=url, ReceiptHandle=letter["ReceiptHandle"])


def test_events_that_come_reversed_25_hours_late_and_twice_end_as_those_in_order(
    stack: LocalStack, told: Told
) -> None:
    late = Journey(stack).scheduled()
    with held_back(late.topic_id) as kept:
        collect(late)
    assert {held.queue for held in kept} >= set(CONSUMERS)
    stack.advance(timedelta(hours=25))
    for held in reversed(kept):
        for _ in range(2):
            held.send()
            stack.settle()
    pass_retries(stack)
    assert [waiting(stack, f"{name}-dead-letters") for name in CONSUMERS] == [0] * len(CONSUMERS)
    found = outcome(late)
    assert found == told.outcome
    assert (found["counts"]["rejected"], found["counts"]["withdrawn"]) == (1, 1)
    assert (found["open cases"], found["planned"]["extended"]) == (0, 1)


@pytest.mark.parametrize("name", CONSUMERS)
def test_an_event_of_an_unknown_version_is_not_guessed_at_but_put_aside(
    stack: LocalStack, told: Told, name: str
) -> None:
    journey, _, taken = told
    before = outcome(journey)
    event = again(taken[name], version="2")
    send(stack, name, event)
    pass_retries(stack)
    assert [json.loads(letter["Body"]) for letter in letters(stack, name)] == [event]
    assert outcome(journey) == before


@pytest.mark.parametrize("name", CONSUMERS)
def test_of_ten_events_the_poisoned_one_is_given_up_after_five_tries_and_nine_are_taken_at_once(
    stack: LocalStack, told: Told, name: str
) -> None:
    journey, _, taken = told
    recorded = len(trail(journey))
    poison = {"detail-type": taken[name].message["detail-type"], "detail": {"نص": None}}
    batch = [again(taken[name]) for _ in range(9)]
    with deliveries() as counted:
        ids = send(stack, name, *batch[:4], poison, *batch[4:])
        pass_retries(stack)
    assert [counted[each] for each in ids] == [1] * 4 + [TRIES] + [1] * 5
    assert [json.loads(letter["Body"]) for letter in letters(stack, name)] == [poison]
    assert len(trail(journey)) - recorded == (9 if name == "archive-audit" else 0)


def test_a_batch_whose_process_ends_after_its_work_comes_again_whole_and_has_no_second_effect(
    stack: LocalStack, told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    journey, _, taken = told
    recorded, real = len(trail(journey)), audit.handler
    ended: list[int] = []

    def dying(event: dict[str, Any], context: Any) -> Any:
        answer = real(event, context)
        if not ended:
            ended.append(len(event["Records"]))
            raise MemoryError
        return answer

    monkeypatch.setattr(audit, "handler", dying)
    with deliveries() as counted:
        ids = send(stack, "archive-audit", *(again(taken["archive-audit"]) for _ in range(10)))
        pass_retries(stack)
    assert (ended, [counted[each] for each in ids]) == ([10], [2] * 10)
    assert waiting(stack, "archive-audit-dead-letters") == 0
    assert len(trail(journey)) - recorded == 10


def test_what_the_bus_refuses_of_a_batch_comes_again_from_there_on_and_counts_once(
    stack: LocalStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    journey, put, calls = Journey(stack), Bus.put, []

    def refusing(bus: Bus, backend: Any, entries: list[dict[str, Any]]) -> list[dict[str, Any]]:
        if entries[0]["Source"] != "tashawur.topics":
            return put(bus, backend, entries)
        calls.append([entry["DetailType"] for entry in entries])
        if len(calls) > 1:
            return put(bus, backend, entries)
        taken = put(bus, backend, [*entries[:2], *entries[3:]])
        refused = {"ErrorCode": "InternalException", "ErrorMessage": "try again"}
        return [*taken[:2], refused, *taken[2:]]

    monkeypatch.setattr(Bus, "put", refusing)
    journey.defined()
    for who, body in (
        (journey.officer, {"action": "submit"}),
        (journey.approver, {"action": "return", "reason": "no target group"}),
        (journey.officer, {"action": "submit"}),
        (journey.approver, {"action": "approve"}),
    ):
        who.post(f"{journey.path}/transitions", body, expect=202)
    pass_retries(stack)
    kinds = ["TopicDefined", "TopicSubmitted", "TopicReturned", "TopicSubmitted", "TopicApproved"]
    assert calls[0] == kinds
    assert [kind for call in calls[1:] for kind in call][:3] == kinds[2:]
    assert Counter(entry["type"] for entry in trail(journey)) >= Counter(kinds)


def test_a_letter_redriven_three_times_is_each_time_the_one_that_was_sent(
    stack: LocalStack, told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    journey, _, taken = told
    kind, seen = consume._note, []

    def refuse(envelope: Any, **_options: Any) -> None:
        seen.append(envelope)
        if len(seen) <= 3 * TRIES:
            raise RuntimeError("broken")
        kind(envelope, **_options)

    monkeypatch.setattr(consume, "_note", refuse)
    data = taken["analysis-consume"].message["detail"]["data"]
    event = again(taken["analysis-consume"], data={**data, "remark": "نص  👍\n"})
    event["detail-type"] = "CommentWithdrawn"
    send(stack, "analysis-consume", event)
    for _ in range(3):
        pass_retries(stack)
        [letter] = letters(stack, "analysis-consume")
        assert letter["Body"] == json.dumps(event, ensure_ascii=False)
        journey.operator.post("/v1/ops/queues/analysis-consume/redrive", {}, expect=200)
    pass_retries(stack)
    assert letters(stack, "analysis-consume") == []
    assert len(seen) == 3 * TRIES + 1
    assert {envelope.model_dump_json() for envelope in seen} == {seen[0].model_dump_json()}
