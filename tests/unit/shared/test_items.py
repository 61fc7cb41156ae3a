"""Values go to DynamoDB and come back as they were, however the answer was read."""

import base64
import json
from decimal import Decimal
from typing import Any

import boto3
import pytest
from boto3.dynamodb.types import Binary, TypeDeserializer
from hypothesis import given
from hypothesis import strategies as st

from services.shared import aws
from services.shared.items import from_item, to_item
from services.shared.table import Put, Table

FLOATS = st.floats(-1e15, 1e15).filter(lambda number: number == 0 or abs(number) > 1e-100)
"""Beyond 2**53 a float stands for several whole numbers, and comes back as one of them."""
SCALARS = st.text() | st.integers(-(10**37), 10**37) | FLOATS | st.booleans() | st.binary()
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)
ITEMS = st.dictionaries(st.text(min_size=1), VALUES, max_size=6)


def on_the_wire(value: Any) -> Any:
    """As DynamoDB's JSON has it: binaries are base64 text there."""
    if isinstance(value, dict):
        return {name: on_the_wire(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [on_the_wire(inner) for inner in value]
    return base64.b64encode(value).decode() if isinstance(value, bytes) else value


@given(values=ITEMS)
def test_what_is_written_is_read(values: dict[str, Any]) -> None:
    written = to_item(values)
    assert from_item(written) == values


@given(values=ITEMS)
def test_boto3_reads_what_is_written(values: dict[str, Any]) -> None:
    def plain(value: Any) -> Any:
        if isinstance(value, dict):
            return {name: plain(inner) for name, inner in value.items()}
        if isinstance(value, list):
            return [plain(inner) for inner in value]
        if isinstance(value, Binary):
            return bytes(value)
        return float(value) if isinstance(value, Decimal) and value != int(value) else value

    read = TypeDeserializer().deserialize({"M": to_item(values)})
    assert plain(read) == values


def test_what_no_item_has_is_not_written() -> None:
    with pytest.raises(TypeError, match="set"):
        to_item({"words": {"a", "b"}})


@given(values=ITEMS)
def test_an_item_that_nobody_parsed_is_read_as_well(values: dict[str, Any]) -> None:
    sent = json.loads(json.dumps(on_the_wire(to_item(values))))
    assert from_item(sent) == values


def test_sets_numbers_and_null_are_read_as_dynamodb_may_write_them() -> None:
    item = {
        "texts": {"SS": ["a", "b"]},
        "numbers": {"NS": ["1", "2.5"]},
        "binaries": {"BS": [base64.b64encode(b"\x00").decode()]},
        "null": {"NULL": True},
        "whole": {"N": "3.0"},
        "large": {"N": "1E+3"},
    }
    assert from_item(item) == {
        "texts": {"a", "b"},
        "numbers": {1, 2.5},
        "binaries": {b"\x00"},
        "null": None,
        "whole": 3,
        "large": 1000,
    }


@pytest.mark.usefixtures("account")
def test_a_query_gives_what_botocore_would_have_parsed() -> None:
    item = {"pk": "T#1", "sk": "x", "raw": b"\x00\xff", "n": 3, "deep": {"l": [1, b"\x01", None]}}
    Table("topics").write(Put(item=item))
    assert Table("topics").query("T#1").items == [item]
    request: dict[str, Any] = {
        "TableName": "topics",
        "KeyConditionExpression": "pk = :p",
        "ExpressionAttributeValues": {":p": {"S": "T#1"}},
    }
    parsed = boto3.client("dynamodb").query(**request)
    left = aws.client("dynamodb").query(**request)
    assert from_item(parsed["Items"][0]) == from_item(left["Items"][0]) == item
    assert parsed["Count"] == left["Count"] == 1
