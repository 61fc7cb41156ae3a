"""The audit trail: each event once, in one chain a topic, for auditors alone."""

import itertools
import json
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from botocore.exceptions import HTTPClientError
from moto.core.botocore_stubber import BotocoreStubber

from services.archive.handlers import audit, audit_store
from services.archive.handlers import trail as trail_handler
from services.archive.model.audit import Head, head_of, verify
from services.shared import aws, ids
from services.shared.table import ConditionFailed, Put, Table
from tests.support import calls

AUDITOR = ("auditor",)
Detail = dict[str, Any]


def told(topic_id: str, number: int, **changes: Any) -> Detail:
    fields: Detail = {
        "version": "1",
        "id": f"{number:064x}",
        "occurred_at": "2026-12-01T08:59:00.000Z",
        "topic_id": topic_id,
        "round": 1,
        "actor": {"role": "officer", "id": "officer-1"},
        "data": {"number": number},
    }
    return fields | changes


def record(*details: Detail, kind: str = "TopicRevised") -> Any:
    messages = [(kind, detail) for detail in details]
    return audit.handler(calls.sqs_event(*messages), calls.LambdaContext())


def read(groups: tuple[str, ...] = AUDITOR, **query: str) -> calls.Answer:
    return calls.http(trail_handler.handler, "GET /v1/audit", query=query, groups=groups)


def whole(topic_id: str) -> list[Detail]:
    items: list[Detail] = []
    query = {"topic": topic_id}
    while True:
        answer = read(**query).json
        items += answer["items"]
        if answer["next_cursor"] is None:
            assert verify(items, anchors=[head_of(answer["head"])]).count == len(items)
            return items
        query["cursor"] = answer["next_cursor"]


def numbers(items: list[Detail]) -> list[int]:
    return [entry["data"]["number"] for entry in items]


@pytest.fixture
def topic(account: None, clock: Any) -> str:
    return ids.random_id()


def test_events_are_chained_in_the_order_of_recording(topic: str, clock: Any) -> None:
    assert record(told(topic, 2), told(topic, 1)) == {"batchItemFailures": []}
    clock.advance(minutes=1)
    record(told(topic, 3))
    items = whole(topic)
    assert numbers(items) == [2, 1, 3]
    assert [entry["sequence"] for entry in items] == [1, 2, 3]
    assert items[0]["recorded_at"] == "2026-12-01T09:00:00.000Z"
    assert items[2]["recorded_at"] == "2026-12-01T09:01:00.000Z"
    assert items[0]["occurred_at"] == "2026-12-01T08:59:00.000Z"


def test_each_topic_has_a_chain_of_its_own(topic: str) -> None:
    other = ids.random_id()
    record(told(topic, 1), told(other, 2), told(topic, 3))
    assert numbers(whole(topic)) == [1, 3]
    assert numbers(whole(other)) == [2]


def test_an_event_that_comes_again_adds_nothing(topic: str) -> None:
    record(told(topic, 1), told(topic, 1))
    first = whole(topic)
    record(told(topic, 1))
    assert whole(topic) == first
    record(told(topic, 1), told(topic, 2))
    assert numbers(whole(topic)) == [1, 2]


def test_events_of_two_services_with_the_same_id_are_two_events(topic: str) -> None:
    record(told(topic, 1))
    message = ("ResponsesAnalysed", told(topic, 1, data={"number": 2}))
    other = calls.sqs_event(message, source="tashawur.analysis")
    for _ in range(2):
        assert audit.handler(other, calls.LambdaContext()) == {"batchItemFailures": []}
    items = whole(topic)
    assert numbers(items) == [1, 2]
    assert [entry["source"] for entry in items] == ["tashawur.topics", "tashawur.analysis"]


def test_events_that_come_at_the_same_time_have_one_entry_each(
    topic: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    _one_call_at_a_time(monkeypatch)
    batches = [[told(topic, n % 12), told(topic, (n + 1) % 12)] for n in range(24)]
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda batch: record(*batch), batches))
    waiting = [b for b, answer in zip(batches, answers, strict=True) if answer["batchItemFailures"]]
    for batch in waiting:
        assert record(*batch) == {"batchItemFailures": []}
    assert sorted(numbers(whole(topic))) == list(range(12))


def _one_call_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep threads out of each other's transactions, as AWS does and the emulator does not."""
    real: Callable[..., Any] = BotocoreStubber.__call__
    turn = threading.RLock()

    def call(self: Any, *args: Any, **more: Any) -> Any:
        with turn:
            return real(self, *args, **more)

    monkeypatch.setattr(BotocoreStubber, "__call__", call)


def test_a_batch_between_whose_reading_and_writing_another_came_is_chained_after_it(
    topic: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    rivals = iter([told(topic, 7), told(topic, 2)])
    real = Table.transact

    def late(self: Table, *writes: Any) -> None:
        for rival in rivals:
            record(rival)
        real(self, *writes)

    monkeypatch.setattr(Table, "transact", late)
    assert record(told(topic, 1), told(topic, 2)) == {"batchItemFailures": []}
    assert sorted(numbers(whole(topic))) == [1, 2, 7]


def test_a_lost_reply_leaves_one_entry(topic: str, monkeypatch: pytest.MonkeyPatch) -> None:
    lost = _losing(monkeypatch, "TransactWriteItems")
    assert record(told(topic, 1), told(topic, 2)) == {"batchItemFailures": []}
    assert lost
    assert numbers(whole(topic)) == [1, 2]


def _losing(monkeypatch: pytest.MonkeyPatch, operation: str) -> list[str]:
    """Carry out calls of an operation but lose every reply, the SDK's repetitions among them."""
    real: Callable[..., Any] = BotocoreStubber.__call__
    lost: list[str] = []

    def call(self: Any, event_name: str, request: Any, **more: Any) -> Any:
        answer = real(self, event_name, request, **more)
        if request.headers.get("X-Amz-Target", b"").decode().endswith(operation):
            lost.append(operation)
            raise HTTPClientError(error="the reply was lost")
        return answer

    monkeypatch.setattr(BotocoreStubber, "__call__", call)
    return lost


@pytest.mark.parametrize("carried_out", [False, True], ids=["not carried out", "reply lost"])
@pytest.mark.parametrize("healthy", range(6))
def test_a_recording_that_broke_off_anywhere_is_made_good_by_the_next_delivery(
    healthy: int, carried_out: bool, topic: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    record(told(topic, 1))
    batch = [told(topic, number) for number in (1, 2, 3)]
    with monkeypatch.context() as broken:
        _breaking_off(broken, after=healthy, carried_out=carried_out)
        record(*batch)
    assert record(*batch) == {"batchItemFailures": []}
    assert sorted(numbers(whole(topic))) == [1, 2, 3]


def _breaking_off(monkeypatch: pytest.MonkeyPatch, *, after: int, carried_out: bool) -> None:
    """Let some calls of AWS succeed and the others not, or lose their replies."""
    real: Callable[..., Any] = BotocoreStubber.__call__
    calls_made = itertools.count()

    def call(self: Any, *args: Any, **more: Any) -> Any:
        if next(calls_made) < after:
            return real(self, *args, **more)
        if carried_out:
            real(self, *args, **more)
        raise HTTPClientError(error="broken off")

    monkeypatch.setattr(BotocoreStubber, "__call__", call)


def test_an_event_that_cannot_be_read_holds_no_other(topic: str) -> None:
    event = calls.sqs_event(
        ("TopicRevised", {"id": "no envelope"}),
        ("TopicRevised", told(topic, 1)),
        ("TopicRevised", told(ids.random_id(), 2, data={"share": 0.5})),
    )
    event["Records"].append({**event["Records"][0], "messageId": "9", "body": "no JSON"})
    answer = audit.handler(event, calls.LambdaContext())
    failed = [entry["itemIdentifier"] for entry in answer["batchItemFailures"]]
    assert sorted(failed) == ["0", "2", "9"]
    assert numbers(whole(topic)) == [1]


def test_an_entry_is_never_written_over(topic: str) -> None:
    record(told(topic, 1))
    chain = audit_store().chain(topic)
    [row] = audit_store().entries(topic, count=1)
    with pytest.raises(ConditionFailed):
        audit_store().append([row], to=chain, agency=None)
    with pytest.raises(ConditionFailed):
        audit_store().append([row | {"event_id": "other"}], to=chain, agency=None)
    assert audit_store().chain(topic).head == Head(count=1, hash=row["hash"])


def test_the_trail_carries_no_event_of_its_own(topic: str) -> None:
    record(told(topic, 1))
    images = [record_["dynamodb"]["NewImage"] for record_ in calls.stream_records("archive")]
    assert images
    assert not [image for image in images if "event" in image]


def test_a_row_changed_in_the_table_is_found_out(topic: str) -> None:
    record(told(topic, 1), told(topic, 2))
    [first, _] = audit_store().entries(topic, count=2)
    forged = {**first, "actor": {**first["actor"], "id": "somebody"}}
    item = {"pk": f"AUDIT#{topic}", "sk": f"{1:010d}", **forged}
    Table("archive").write(Put(item=item, replace=True))
    with pytest.raises(Exception, match="entry 1: its actor"):
        whole(topic)


def test_the_trail_comes_page_by_page_in_the_order_of_the_chain(
    topic: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trail_handler, "PAGE_SIZE", 2)
    for number in range(5):
        record(told(topic, number))
    assert numbers(whole(topic)) == [0, 1, 2, 3, 4]
    first = read(topic=topic).json
    assert len(first["items"]) == 2
    assert first["head"]["count"] == 5
    cursor = first["next_cursor"]
    assert read(topic=ids.random_id(), cursor=cursor).status == 400
    assert read(topic=topic, cursor=cursor[:-1] + "A").status == 400


def test_a_page_has_a_hundred_entries_at_most(topic: str) -> None:
    for start in range(0, 110, 10):
        record(*(told(topic, start + n) for n in range(10)))
    assert len(read(topic=topic).json["items"]) == 100
    assert len(read().json["items"]) == 100
    assert numbers(whole(topic)) == list(range(110))


def test_without_a_topic_all_entries_come_the_newest_first(
    topic: str, clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trail_handler, "PAGE_SIZE", 2)
    for number in range(5):
        record(told(topic if number % 2 else ids.random_id(), number))
        clock.advance(minutes=1)
    seen, query = [], dict[str, str]()
    while True:
        page = read(**query).json
        seen += numbers(page["items"])
        assert "head" not in page
        if page["next_cursor"] is None:
            break
        query = {"cursor": page["next_cursor"]}
    assert seen == [4, 3, 2, 1, 0]


@pytest.mark.parametrize("role", ["officer", "approver", "moderator", "operator", "participant"])
def test_nobody_else_reads_it(topic: str, role: str) -> None:
    record(told(topic, 1))
    assert read((role,), topic=topic).status == 403
    assert read((), topic=topic).status == 401


def test_an_auditor_of_an_agency_reads_its_topics_alone(topic: str) -> None:
    other = ids.random_id()
    for number, (topic_id, agency) in enumerate([(topic, "health"), (other, "works")]):
        data = {"agency": agency, "number": number}
        record(told(topic_id, number, data=data), kind="TopicDefined")
        record(told(topic_id, number + 5))
    auditor = ("auditor", "agency.health")
    assert numbers(read(auditor, topic=topic).json["items"]) == [0, 5]
    assert read(auditor, topic=other).status == 404
    answer = read(auditor)
    assert answer.status == 403
    assert "topic" in answer.json["detail"]


def test_what_is_no_topic_is_told_apart_from_an_unknown_one(topic: str) -> None:
    assert read(topic="../etc").status == 400
    assert read(topic="").status == 400
    assert read(topic=topic).status == 404


def test_entries_hold_what_was_told_and_no_more(topic: str) -> None:
    record(told(topic, 1))
    [item] = aws.client("dynamodb").query(
        TableName="archive",
        KeyConditionExpression="pk = :p",
        ExpressionAttributeValues={":p": {"S": f"AUDIT#{topic}"}},
    )["Items"]
    kept = {"pk", "sk", "audit_pk", "audit_sk"}
    assert item.keys() - kept == read(topic=topic).json["items"][0].keys()
    assert "expires_at" not in json.dumps(item)
