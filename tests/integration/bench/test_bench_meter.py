"""The meter, on what the services' own table code sends."""

from collections.abc import Iterator

import pytest

from bench.support.emulated import watched
from bench.support.meter import Meter, mean_item_bytes, stored_bytes
from services.shared import aws
from services.shared.table import Check, ConditionFailed, Put, Table, Update

ITEM = {"pk": "T#a", "sk": "1", "text": "x" * 1500}


@pytest.fixture
def meter(account: None) -> Iterator[Meter]:
    meter = Meter()
    with watched(meter):
        yield meter


def test_a_put_takes_a_unit_for_each_kilobyte_of_its_partition(meter: Meter) -> None:
    Table("comments").write(Put(item=ITEM))
    assert meter.now.writes == {"comments T#a": 2}
    assert meter.now.calls == {"PutItem": 1}


def test_a_transaction_takes_twice_as_much_for_each_of_its_writes_and_checks(meter: Meter) -> None:
    table = Table("comments")
    table.write(Put(item=ITEM))
    with meter.part("transaction"):
        table.transact(
            Update(pk="T#a", sk="1", set={"status": "held"}),
            Update(pk="N#a", sk="00", add={"held": 1}),
            Check(pk="T#a", sk="2", when={"sk": None}),
        )
    assert meter.used["transaction"].writes == {"comments T#a": 4 + 2, "comments N#a": 2}
    assert meter.used["transaction"].calls == {"TransactWriteItems": 1}


def test_what_comes_into_the_index_is_written_there_too(meter: Meter) -> None:
    table = Table("comments")
    table.write(Put(item=ITEM))
    place = {"public_pk": "P#a", "public_sk": "2026#1"}
    table.transact(Update(pk="T#a", sk="1", set=place))
    assert meter.now.index_writes == {"comments P#a": 2}


def test_a_write_whose_condition_fails_is_billed(meter: Meter) -> None:
    table = Table("comments")
    table.write(Put(item=ITEM))
    with meter.part("again"), pytest.raises(ConditionFailed):
        table.write(Put(item={**ITEM, "text": "another"}))
    assert meter.used["again"].writes == {"comments T#a": 2}


def test_reads_are_billed_by_what_they_find(meter: Meter) -> None:
    table = Table("comments")
    for number in range(4):
        table.write(Put(item={**ITEM, "sk": str(number)}))
    table.get("T#a", "1")
    table.get("T#a", "absent")
    assert meter.now.reads == 1 + 1
    table.query("T#a")
    assert meter.now.reads == 2 + 2


def test_events_are_counted_and_kept(meter: Meter) -> None:
    entry = {"EventBusName": "consultations", "Source": "s", "DetailType": "t", "Detail": "{}"}
    aws.client("events").put_events(Entries=[entry, entry])
    assert (meter.now.events, meter.now.event_bytes) == (2, 2 * len("st{}"))
    assert len(meter.events) == 2


def test_what_s3_is_asked_is_counted_by_what_it_is(meter: Meter) -> None:
    client = aws.client("s3")
    client.put_object(Bucket="exports", Key="a", Body=b"1")
    client.get_object(Bucket="exports", Key="a")
    assert meter.now.calls == {"PutObject": 1, "GetObject": 1}


def test_an_operation_of_unknown_units_is_refused(meter: Meter) -> None:
    with pytest.raises(ValueError, match="Scan"):
        aws.client("dynamodb").scan(TableName="comments")


def test_storage_has_the_overhead_of_each_item_and_each_index_entry(meter: Meter) -> None:
    item = {"pk": "T#a", "sk": "1", "public_pk": "P#a", "public_sk": "2"}
    size = sum(len(name) + len(value) for name, value in item.items())
    Table("comments").write(Put(item=item))
    assert stored_bytes("comments") == 2 * (size + 100)
    assert mean_item_bytes("comments", "T#") == size
