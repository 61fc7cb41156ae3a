"""Every change is published once it stands, in order; what fails comes again, the rest does not."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from aws_lambda_powertools.utilities.typing import LambdaContext as PowertoolsContext

from services.shared import aws, relay
from services.shared.consumer import consume
from services.shared.events import SYSTEM, Envelope, EventData, audit, event_id
from services.shared.stream import changes
from services.shared.table import Table
from tests.support.calls import LambdaContext, sqs_event, stream_records

pytestmark = pytest.mark.usefixtures("account")
AT = datetime(2026, 12, 1, tzinfo=UTC)


class SomethingHappened(EventData):
    """An event of these tests."""

    count: int


class Bus:
    """An event bus that keeps what it takes, and refuses some entries."""

    def __init__(self, refuse: int | None = None) -> None:
        self.taken: list[dict[str, Any]] = []
        self.refuse = refuse

    def put_events(self, *, Entries: list[dict[str, Any]]) -> dict[str, Any]:  # noqa: N803
        results = []
        for entry in Entries:
            refused = json.loads(entry["Detail"])["data"]["count"] == self.refuse
            results.append({"ErrorCode": "Throttled"} if refused else {"EventId": "1"})
            if not refused:
                self.taken.append(entry)
        return {"Entries": results}


@pytest.fixture
def bus(monkeypatch: pytest.MonkeyPatch) -> Bus:
    found = Bus()
    real = aws.client
    monkeypatch.setattr(aws, "client", lambda name: found if name == "events" else real(name))
    return found


def record(count: int) -> None:
    put = audit(
        SomethingHappened(count=count),
        pk="T#1",
        version=count,
        topic_id="1",
        round_=1,
        actor=SYSTEM,
        at=AT,
    )
    Table("topics").transact(put)


def test_each_audit_item_becomes_one_event_with_an_id_of_its_own(bus: Bus) -> None:
    for count in range(12):
        record(count)
    answer = relay.relay({"Records": stream_records("topics")}, bus="b", source="tashawur.test")
    assert answer == {"batchItemFailures": []}
    details = [json.loads(entry["Detail"]) for entry in bus.taken]
    assert [detail["data"]["count"] for detail in details] == list(range(12))
    assert details[3]["id"] == event_id("T#1", "A#001#00000003", 3)
    assert {entry["DetailType"] for entry in bus.taken} == {"SomethingHappened"}
    assert Envelope.model_validate(details[0]).actor == SYSTEM


def test_what_the_bus_refuses_is_delivered_again_from_there_on(bus: Bus) -> None:
    for count in range(3):
        record(count)
    bus.refuse = 1
    records = stream_records("topics")
    answer = relay.relay({"Records": records}, bus="b", source="tashawur.test")
    sequence = records[1]["dynamodb"]["SequenceNumber"]
    assert answer == {"batchItemFailures": [{"itemIdentifier": sequence}]}


def test_binaries_of_a_stream_record_are_bytes_again() -> None:
    image = {"pk": {"S": "x"}, "raw": {"M": {"in": {"L": [{"B": "AP8="}]}}}}
    event = {
        "Records": [{"eventName": "INSERT", "dynamodb": {"SequenceNumber": "1", "NewImage": image}}]
    }
    [change] = changes(event)
    assert change.new == {"pk": "x", "raw": {"in": [b"\x00\xff"]}}


def test_a_poisoned_message_does_not_hold_the_others() -> None:
    detail = {
        "version": "1",
        "id": "e",
        "occurred_at": "2026-12-01T00:00:00.000Z",
        "topic_id": "1",
        "round": 1,
        "actor": {"role": "system", "id": "workflow"},
        "data": {},
    }
    event = sqs_event(("A", detail), ("B", {"no": "event"}), ("C", detail))
    seen: list[str] = []

    def handle(kind: str, _envelope: Envelope) -> None:
        seen.append(kind)

    context: PowertoolsContext = LambdaContext()  # type: ignore[assignment]
    answer = consume(event, context, handle=handle)
    assert answer == {"batchItemFailures": [{"itemIdentifier": "1"}]}
    assert seen == ["A", "C"]
