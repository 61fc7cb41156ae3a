import json
from typing import Any

import pytest

from local.stack import LocalStack
from tests.local import functions


def put(stack: LocalStack, *names: str, pk: str) -> None:
    for name in names:
        item = {"pk": {"S": pk}, "sk": {"S": name}, "n": {"N": "1"}}
        stack.client("dynamodb").put_item(TableName="little", Item=item)


def names(event: Any) -> list[str]:
    return [record["dynamodb"]["Keys"]["sk"]["S"] for record in event["Records"]]


def handed_over() -> list[str]:
    return [name for event in functions.CALLS.get("stream", []) for name in names(event)]


def test_records_come_in_order_with_their_images(stack: LocalStack) -> None:
    written_at = stack.clock.timestamp()
    put(stack, "a", "b", "c", pk="order")
    stack.settle()
    assert handed_over() == ["a", "b", "c"]
    record = functions.CALLS["stream"][0]["Records"][0]
    assert record["eventName"] == "INSERT"
    assert record["eventSourceARN"].endswith(stack.outputs["State"]["StreamArn"][-20:])
    assert record["dynamodb"]["NewImage"]["n"] == {"N": "1"}
    assert record["dynamodb"]["ApproximateCreationDateTime"] == pytest.approx(written_at)


def test_only_what_the_filter_lets_through_is_handed_over(stack: LocalStack) -> None:
    put(stack, "a", pk="filter")
    stack.client("dynamodb").update_item(
        TableName="little",
        Key={"pk": {"S": "filter"}, "sk": {"S": "a"}},
        UpdateExpression="SET n = :two",
        ExpressionAttributeValues={":two": {"N": "2"}},
    )
    stack.settle()
    assert handed_over() == ["a"]


def test_an_update_that_makes_an_item_is_one_insert_with_all_of_it(stack: LocalStack) -> None:
    stack.client("dynamodb").update_item(
        TableName="little",
        Key={"pk": {"S": "upsert"}, "sk": {"S": "a"}},
        UpdateExpression="SET n = :two",
        ExpressionAttributeValues={":two": {"N": "2"}},
    )
    stack.settle()
    assert handed_over() == ["a"]
    assert functions.CALLS["stream"][0]["Records"][0]["dynamodb"]["NewImage"]["n"] == {"N": "2"}


def test_a_write_that_changes_nothing_is_not_told(stack: LocalStack) -> None:
    put(stack, "a", "a", pk="same")
    stack.settle()
    assert handed_over() == ["a"]


def test_a_bad_record_is_found_by_bisection_retried_and_parked(stack: LocalStack) -> None:
    def refuse(event: Any) -> None:
        if "bad" in names(event):
            raise ValueError("bad record")

    functions.ANSWERS["stream"] = refuse
    before = stack.clock.now()
    put(stack, "1", "2", "3", "bad", "4", "5", "6", "7", pk="bisect")
    stack.settle()
    assert len(functions.CALLS["stream"][0]["Records"]) == 8
    good = [
        name
        for event in functions.CALLS["stream"]
        if "bad" not in names(event)
        for name in names(event)
    ]
    assert good == ["1", "2", "3", "4", "5", "6", "7"]
    alone = [event for event in functions.CALLS["stream"] if names(event) == ["bad"]]
    assert len(alone) == 6
    pauses = (stack.clock.now() - before).total_seconds()
    assert 1 + 2 + 4 + 8 + 16 <= pauses < 32
    parked = stack.client("s3").list_objects_v2(Bucket="parked")["Contents"]
    assert len(parked) == 1
    body = stack.client("s3").get_object(Bucket="parked", Key=parked[0]["Key"])["Body"].read()
    document = json.loads(body)
    assert document["requestContext"]["condition"] == "RetryAttemptsExhausted"
    assert document["DDBStreamBatchInfo"]["batchSize"] == 1
    assert names(json.loads(document["payload"])) == ["bad"]


def test_a_partial_failure_starts_again_at_the_first_failed_record(stack: LocalStack) -> None:
    failed: list[str] = []

    def fail_second(event: Any) -> Any:
        for record in event["Records"]:
            if record["dynamodb"]["Keys"]["sk"]["S"] == "b" and not failed:
                failed.append("b")
                number = record["dynamodb"]["SequenceNumber"]
                return {"batchItemFailures": [{"itemIdentifier": number}]}
        return {"batchItemFailures": []}

    functions.ANSWERS["stream"] = fail_second
    put(stack, "a", "b", "c", pk="partial")
    stack.settle()
    assert handed_over().count("a") == 1
    assert handed_over().count("b") == 2
    assert handed_over()[-1] == "c"


def test_binary_values_come_in_base64(stack: LocalStack) -> None:
    item = {"pk": {"S": "binary"}, "sk": {"S": "a"}, "m": {"M": {"sealed": {"B": b"\xff\x00"}}}}
    for token in ("first", "first"):
        stack.client("dynamodb").transact_write_items(
            TransactItems=[{"Put": {"TableName": "little", "Item": item}}],
            ClientRequestToken=token,
        )
    stack.settle()
    (event,) = functions.CALLS["stream"]
    assert event["Records"][0]["dynamodb"]["NewImage"]["m"] == {"M": {"sealed": {"B": "/wA="}}}
