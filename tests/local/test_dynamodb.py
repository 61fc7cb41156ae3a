import copy
from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError
from moto.dynamodb.models import dynamodb_backends

from local.emulator import ACCOUNT, REGION
from local.stack import LocalStack
from tests.local import functions


def put(sk: str, *, pk: str, **more: Any) -> dict[str, Any]:
    item = {"pk": {"S": pk}, "sk": {"S": sk}, "n": {"N": "1"}}
    return {"Put": {"TableName": "little", "Item": item, **more}}


def add(sk: str, *, pk: str, **more: Any) -> dict[str, Any]:
    return {
        "Update": {
            "TableName": "little",
            "Key": {"pk": {"S": pk}, "sk": {"S": sk}},
            "UpdateExpression": "ADD n :one",
            "ExpressionAttributeValues": {":one": {"N": "1"}},
            **more,
        }
    }


def numbers(stack: LocalStack, pk: str) -> dict[str, str]:
    found = stack.client("dynamodb").query(
        TableName="little",
        KeyConditionExpression="pk = :pk",
        ExpressionAttributeValues={":pk": {"S": pk}},
    )["Items"]
    return {item["sk"]["S"]: item["n"]["N"] for item in found}


def transact(stack: LocalStack, *items: Any, **more: Any) -> Any:
    return stack.client("dynamodb").transact_write_items(TransactItems=list(items), **more)


def test_a_repeated_request_token_has_no_second_effect(stack: LocalStack) -> None:
    transact(stack, put("a", pk="token"))
    for _ in range(3):
        transact(stack, add("a", pk="token"), ClientRequestToken="once")
    assert numbers(stack, "token") == {"a": "2"}
    stack.settle()
    assert len(functions.CALLS["stream"]) == 1


def test_a_request_token_holds_for_ten_minutes(stack: LocalStack) -> None:
    transact(stack, put("a", pk="ten"), ClientRequestToken="ten")
    stack.advance(timedelta(minutes=9))
    transact(stack, put("a", pk="ten"), ClientRequestToken="ten")
    stack.advance(timedelta(minutes=2))
    with pytest.raises(ClientError):
        # Applied anew: the condition no longer holds.
        transact(
            stack,
            put("a", pk="ten", ConditionExpression="attribute_not_exists(pk)"),
            ClientRequestToken="ten",
        )


def test_a_request_token_with_another_request_is_refused(stack: LocalStack) -> None:
    client = stack.client("dynamodb")
    transact(stack, put("a", pk="mismatch"), ClientRequestToken="mismatch")
    with pytest.raises(client.exceptions.IdempotentParameterMismatchException):
        transact(stack, put("b", pk="mismatch"), ClientRequestToken="mismatch")


def test_a_failed_transaction_is_not_replayed(stack: LocalStack) -> None:
    condition = {"ConditionExpression": "attribute_exists(pk)"}
    for _ in range(2):
        with pytest.raises(ClientError):
            transact(stack, put("a", pk="failed", **condition), ClientRequestToken="failed")


def test_a_failing_write_undoes_the_others_and_names_its_reason(stack: LocalStack) -> None:
    transact(stack, put("old", pk="undo"))
    stack.settle()
    functions.CALLS.clear()
    before = copy.deepcopy(numbers(stack, "undo"))
    client = stack.client("dynamodb")
    with pytest.raises(client.exceptions.TransactionCanceledException) as caught:
        transact(
            stack,
            put("new", pk="undo"),
            add("old", pk="undo"),
            put("third", pk="undo", ConditionExpression="attribute_exists(pk)"),
            {"Delete": {"TableName": "little", "Key": {"pk": {"S": "undo"}, "sk": {"S": "x"}}}},
        )
    reasons = [reason["Code"] for reason in caught.value.response["CancellationReasons"]]
    assert reasons == ["None", "None", "ConditionalCheckFailed", "None"]
    assert numbers(stack, "undo") == before
    stack.settle()
    assert "stream" not in functions.CALLS


def test_the_old_item_is_returned_where_it_is_asked_for(stack: LocalStack) -> None:
    client = stack.client("dynamodb")
    transact(stack, put("a", pk="old"))
    asked = {
        "ConditionExpression": "n = :two",
        "ExpressionAttributeValues": {":two": {"N": "2"}},
        "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
    }
    with pytest.raises(client.exceptions.TransactionCanceledException) as caught:
        transact(stack, put("a", pk="old", **asked))
    assert caught.value.response["CancellationReasons"][0]["Item"]["n"] == {"N": "1"}


def test_two_writes_of_one_item_are_refused_and_undone(stack: LocalStack) -> None:
    with pytest.raises(ClientError, match="multiple operations"):
        transact(stack, put("a", pk="twice"), add("a", pk="twice"))
    assert numbers(stack, "twice") == {}


def test_an_update_that_cannot_be_applied_undoes_the_others(stack: LocalStack) -> None:
    transact(stack, put("text", pk="type"))
    stack.client("dynamodb").update_item(
        TableName="little",
        Key={"pk": {"S": "type"}, "sk": {"S": "text"}},
        UpdateExpression="SET word = :w",
        ExpressionAttributeValues={":w": {"S": "w"}},
    )
    wrong = add("text", pk="type", UpdateExpression="ADD word :one")
    with pytest.raises(ClientError):
        transact(stack, put("other", pk="type"), wrong)
    assert "other" not in numbers(stack, "type")


def test_more_than_a_hundred_writes_are_refused(stack: LocalStack) -> None:
    with pytest.raises(ClientError):
        transact(stack, *(put(str(n), pk="many") for n in range(101)))


def test_a_transaction_costs_no_more_in_a_full_table(stack: LocalStack) -> None:
    table = dynamodb_backends[ACCOUNT][REGION].tables["little"]
    copied: list[object] = []
    original = type(table).__deepcopy__ if hasattr(type(table), "__deepcopy__") else None
    type(table).__deepcopy__ = lambda self, memo: copied.append(self) or self  # type: ignore[attr-defined]
    try:
        transact(stack, put("a", pk="full"))
    finally:
        if original is None:
            del type(table).__deepcopy__  # type: ignore[attr-defined]
    assert copied == []


def test_items_are_deleted_within_a_day_of_their_time_to_live(stack: LocalStack) -> None:
    soon = int(stack.clock.timestamp()) + 3600
    for sk, instant in (("soon", soon), ("later", soon + 30 * 86400)):
        item = put(sk, pk="ttl")["Put"]["Item"] | {"expires_at": {"N": str(instant)}}
        stack.client("dynamodb").put_item(TableName="little", Item=item)
    transact(stack, put("never", pk="ttl"))
    stack.advance(timedelta(days=2))
    assert sorted(numbers(stack, "ttl")) == ["later", "never"]


def test_a_row_of_every_type_is_read_as_it_was_written(stack: LocalStack) -> None:
    client = stack.client("dynamodb")
    nested = {"n": {"N": "1.50"}, "no": {"NULL": True}, "is": {"BOOL": False}}
    item = {
        "pk": {"S": "types"},
        "sk": {"S": "a"},
        "binary": {"B": b"\x00\xff"},
        "sets": {"L": [{"SS": ["ا", "b"]}, {"NS": ["1", "2"]}, {"BS": [b"\x01", b"\x02"]}]},
        "map": {"M": {**nested, "deep": {"L": [{"M": nested}, {"L": []}, {"M": {}}]}}},
        "S": {"S": "named as a type"},
    }
    client.put_item(TableName="little", Item=item)
    key = {"pk": item["pk"], "sk": item["sk"]}
    assert client.get_item(TableName="little", Key=key)["Item"] == item
    found = client.query(
        TableName="little",
        KeyConditionExpression="pk = :pk",
        ExpressionAttributeValues={":pk": item["pk"]},
    )
    assert found["Items"] == [item]
