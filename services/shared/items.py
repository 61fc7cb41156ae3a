"""Plain Python values as DynamoDB writes them, and back.

boto3 has this too, at many times the cost: botocore looks through every value for each of the ten
types that it may have, and `boto3.dynamodb.types` makes decimals of all numbers. For a list of a
hundred comments that was more than all the rest of the request; and importing boto3 for it would
be a sixth of a cold start (see `aws`).
"""

import base64
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from pydantic_core import from_json, to_json

Item = dict[str, Any]


def to_item(values: Mapping[str, Any]) -> Item:
    """DynamoDB form of plain values; ``None`` values are left out.

    Raises
    ------
    TypeError
        If a value is of a type that no item has.
    """
    return {name: _written(value) for name, value in values.items() if value is not None}


def from_item(item: Mapping[str, Any]) -> Item:
    """Plain values of a DynamoDB item; numbers become ``int`` or ``float``, binaries ``bytes``."""
    # Texts, which most are, without a call for each: lists have thousands.
    return {name: value["S"] if "S" in value else _plain(value) for name, value in item.items()}


def leave_items(
    response_dict: dict[str, Any], customized_response_dict: dict[str, Any], **_named: Any
) -> None:
    """Take the items out of an answer before botocore parses it (its event ``before-parse``).

    The items stay as they were sent, binaries as base64 text, which `from_item` reads as well.
    """
    if response_dict["status_code"] != 200 or b'"Items"' not in response_dict["body"]:
        return
    document = from_json(response_dict["body"])
    customized_response_dict["Items"] = document.pop("Items")
    response_dict["body"] = to_json(document)


def _written(value: Any) -> Item:
    if isinstance(value, str):
        return {"S": value}
    if value is None:
        return {"NULL": True}
    if isinstance(value, bool):  # before numbers, of which Python makes them a kind
        return {"BOOL": value}
    if isinstance(value, int | float):
        return {"N": repr(value)}
    if isinstance(value, bytes):
        return {"B": value}
    if isinstance(value, Mapping):
        return {"M": {name: _written(inner) for name, inner in value.items()}}
    if isinstance(value, list | tuple):
        return {"L": [_written(inner) for inner in value]}
    raise TypeError(f"no item has a {type(value).__name__}")


def _plain(value: Mapping[str, Any]) -> Any:
    ((kind, content),) = value.items()
    return _READ[kind](content)


def _number(text: str) -> int | float:
    try:
        return int(text)
    except ValueError:
        number = Decimal(text)
        return int(number) if number == number.to_integral_value() else float(number)


def _binary(content: str | bytes) -> bytes:
    return base64.b64decode(content) if isinstance(content, str) else bytes(content)


_READ: dict[str, Callable[[Any], Any]] = {
    "S": str,
    "N": _number,
    "B": _binary,
    "BOOL": bool,
    "NULL": lambda _: None,
    "M": from_item,
    "L": lambda values: [_plain(value) for value in values],
    "SS": set,
    "NS": lambda texts: {_number(text) for text in texts},
    "BS": lambda contents: {_binary(content) for content in contents},
}
