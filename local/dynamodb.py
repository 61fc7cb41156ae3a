"""DynamoDB: transactions and streams as AWS makes them.

moto copies each table once per write of a transaction to be able to undo it, applies a repeated
request twice, puts two records on the stream for an update that makes an item, and one for a write
that changes nothing. Here only the touched items are kept, a ``ClientRequestToken`` is honoured,
and the stream tells each change once. What is read is written out as it is, where moto looks for
each value of a row under several names, which was most of what a large row cost.
"""

import base64
import copy
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from moto.core.exceptions import JsonRESTError
from moto.core.responses import ActionResult
from moto.core.serialize import BaseJSONSerializer
from moto.dynamodb.comparisons import get_filter_expression
from moto.dynamodb.exceptions import (
    ConditionalCheckFailed,
    MockValidationException,
    MultipleTransactionsException,
    TooManyTransactionsException,
    TransactionCanceledException,
    TransactWriteSingleOpException,
)
from moto.dynamodb.models import DynamoDBBackend, table
from moto.dynamodb.models.table import StreamShard
from moto.dynamodb.parsing.expressions import UpdateExpressionParser  # type: ignore[attr-defined]
from moto.dynamodb.responses import DynamoHandler

from local.clock import LocalClock
from local.seams import Seam

TRANSACTION_LIMIT = 100
TOKEN_LIFE = timedelta(minutes=10)
_CONDITION = ("ConditionExpression", "ExpressionAttributeNames", "ExpressionAttributeValues")

Reason = tuple[str | None, str | None, Any]
Written = Callable[[str], None]


def seams(clock: LocalClock, written: Written) -> list[Seam]:
    """Where moto's DynamoDB is changed; `written` is told the name of a table whose stream grew."""
    return [
        Seam(DynamoDBBackend, "transact_write_items", transact_write_items),
        Seam(DynamoDBBackend, "update_item", _telling_once(DynamoDBBackend.update_item)),
        Seam(
            DynamoHandler,
            "transact_write_items",
            _replaying(DynamoHandler.transact_write_items, clock),
        ),
        # The same few texts again and again; moto does not change what it parsed.
        Seam(UpdateExpressionParser, "make", lru_cache(UpdateExpressionParser.make)),
        Seam(table, "utcnow", lambda: clock.now().replace(tzinfo=None)),
        Seam(StreamShard, "add", _telling_changes(StreamShard.add, written)),
        Seam(
            BaseJSONSerializer,
            "_serialize_type_structure",
            _as_they_are(BaseJSONSerializer._serialize_type_structure),
        ),
    ]


def _telling_changes(add: Callable[..., None], written: Written) -> Callable[..., None]:
    def add_change(shard: Any, old: Any, new: Any) -> None:
        if old is None or new is None or old.attrs != new.attrs:
            add(shard, old, new)
            written(shard.table.name)

    return add_change


def _as_they_are(serialize: Callable[..., None]) -> Callable[..., None]:
    def serialize_structure(
        serializer: Any, serialized: dict[str, Any], value: Any, shape: Any, key: str
    ) -> None:
        if shape.name == "AttributeValue" and isinstance(value, dict):
            serialized[key] = _written(value)
        else:
            serialize(serializer, serialized, value, shape, key)

    return serialize_structure


def _written(value: Any) -> Any:
    """Value of an attribute as JSON has it: binary ones in base64."""
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if isinstance(value, dict):
        return {name: _written(inner) for name, inner in value.items()}
    return [_written(inner) for inner in value] if isinstance(value, list) else value


def _telling_once(update_item: Callable[..., Any]) -> Callable[..., Any]:
    def update(backend: Any, table_name: str, *args: Any, **kwargs: Any) -> Any:
        shard = backend.get_table(table_name).stream_shard
        length = len(shard.items) if shard else 0
        item = update_item(backend, table_name, *args, **kwargs)
        if shard and len(shard.items) == length + 2:
            # An item was made: first its bare key, then all of it, both as INSERT.
            bare = shard.items.pop(length)
            made = shard.items[length].record["dynamodb"]
            made["SequenceNumber"] = bare.record["dynamodb"]["SequenceNumber"]
        return item

    return update


def transact_write_items(backend: DynamoDBBackend, transact_items: list[dict[str, Any]]) -> None:
    """Make all writes of a transaction or none.

    Raises
    ------
    TransactionCanceledException
        With a reason for each write, if one could not be made.
    """
    if len(transact_items) > TRANSACTION_LIMIT:
        raise TooManyTransactionsException
    undo = _Undo(backend)
    reasons: list[Reason] = []
    try:
        for item in transact_items:
            reasons.append(_attempt(backend, item, undo))
    except (MultipleTransactionsException, MockValidationException, TransactWriteSingleOpException):
        undo.all()
        raise
    if any(code is not None for code, _, _ in reasons):
        undo.all()
        raise TransactionCanceledException(reasons)


class _Undo:
    """What the items of a transaction were before it, and how long the streams."""

    def __init__(self, backend: DynamoDBBackend) -> None:
        self._backend = backend
        self._before: dict[tuple[str, str], Callable[[], None]] = {}

    def remember(self, table_name: str, key: dict[str, Any]) -> None:
        identity = (table_name, repr(sorted(key.items())))
        if identity in self._before:
            raise MultipleTransactionsException
        touched = self._backend.get_table(table_name)
        hash_value, range_value = self._backend.get_keys_value(touched, key)
        saved = copy.deepcopy(touched.get_item(hash_value, range_value))
        length = len(touched.stream_shard.items) if touched.stream_shard else 0

        def restore() -> None:
            _put_back(touched, hash_value, range_value, saved)
            if touched.stream_shard:
                del touched.stream_shard.items[length:]

        self._before[identity] = restore

    def all(self) -> None:
        for restore in reversed(self._before.values()):
            restore()


def _put_back(touched: Any, hash_value: Any, range_value: Any, item: Any) -> None:
    items, key = touched.items, hash_value
    if range_value is not None:
        items, key = touched.items[hash_value], range_value
    if item is None:
        items.pop(key, None)
    else:
        items[key] = item


def _attempt(backend: DynamoDBBackend, item: dict[str, Any], undo: _Undo) -> Reason:
    if len(item) > 1:
        raise TransactWriteSingleOpException
    kind, request = next(iter(item.items()))
    current: Any = None
    try:
        table_name = request["TableName"]
        key = _key(backend, table_name, kind, request)
        undo.remember(table_name, key)
        current = backend.get_item(table_name, key)
        _check(request, current)
        _apply(backend, kind, table_name, key, request)
    except (MultipleTransactionsException, MockValidationException):
        raise
    except ConditionalCheckFailed as error:
        wanted = request.get("ReturnValuesOnConditionCheckFailure") == "ALL_OLD"
        old = current.to_json()["Attributes"] if wanted and current else None
        return "ConditionalCheckFailed", str(error.message), old
    except Exception as error:  # noqa: BLE001 - as moto: any other error is that write's reason
        return type(error).__name__, str(error), None
    return None, None, None


def _key(backend: DynamoDBBackend, table_name: str, kind: str, request: Any) -> dict[str, Any]:
    if kind != "Put":
        return dict(request["Key"])
    found = backend.get_table(table_name)
    names = (found.hash_key_attr, found.range_key_attr)
    return {name: request["Item"][name] for name in names if name is not None}


def _check(request: dict[str, Any], current: Any) -> None:
    if request.get("ConditionExpression") is None:
        return
    if not get_filter_expression(*(request.get(name) for name in _CONDITION)).expr(current):
        raise ConditionalCheckFailed


def _apply(
    backend: DynamoDBBackend, kind: str, table_name: str, key: dict[str, Any], request: Any
) -> None:
    """Make a write whose condition has been checked."""
    if kind == "Put":
        backend.put_item(table_name, request["Item"])
    elif kind == "Delete":
        backend.delete_item(table_name, key)
    elif kind == "Update":
        backend.update_item(
            table_name,
            key,
            update_expression=request["UpdateExpression"],
            expression_attribute_names=request.get("ExpressionAttributeNames"),
            expression_attribute_values=request.get("ExpressionAttributeValues"),
        )


def _replaying(transact: Callable[[Any], Any], clock: LocalClock) -> Callable[[Any], Any]:
    known: dict[str, tuple[datetime, str]] = {}

    def transact_once(handler: Any) -> Any:
        token = handler.body.get("ClientRequestToken")
        request = repr(handler.body["TransactItems"])
        while known and (oldest := next(iter(known))) and known[oldest][0] <= clock.now():
            del known[oldest]
        if token in known:
            if known[token][1] != request:
                raise _parameter_mismatch()
            return ActionResult({"ConsumedCapacity": [], "ItemCollectionMetrics": {}})
        answer = transact(handler)
        if token:
            known[token] = (clock.now() + TOKEN_LIFE, request)
        return answer

    return transact_once


def _parameter_mismatch() -> JsonRESTError:
    return JsonRESTError(
        "com.amazonaws.dynamodb.v20120810#IdempotentParameterMismatchException",
        "Another request had the same client request token",
    )
