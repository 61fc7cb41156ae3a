"""A service's DynamoDB table: keys ``pk`` and ``sk``, plain Python values in and out."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from services.shared import aws
from services.shared.errors import TransientError
from services.shared.expressions import Containing, Expression
from services.shared.items import Item, from_item, to_item

__all__ = [
    "TRANSACTION_LIMIT",
    "Check",
    "ConditionFailed",
    "Containing",
    "Count",
    "Item",
    "Page",
    "Put",
    "Table",
    "Update",
    "Write",
    "from_item",
    "to_item",
]
_CONDITION_FAILED = "ConditionalCheckFailed"
TRANSACTION_LIMIT = 100
"""Actions that DynamoDB takes in one transaction."""


class ConditionFailed(Exception):
    """A write's condition did not hold.

    Attributes
    ----------
    failed : tuple of int
        Positions, in the transaction, of the writes whose condition failed; ``(0,)`` for a single
        write.
    """

    def __init__(self, failed: tuple[int, ...]) -> None:
        self.failed = failed
        super().__init__(f"condition of write {failed} failed")


@dataclass(frozen=True, kw_only=True)
class Put:
    """Write a whole item; only if no item has its key, unless `replace`."""

    item: Item
    replace: bool = False


@dataclass(frozen=True, kw_only=True)
class Update:
    """Change attributes of an item.

    Attributes
    ----------
    pk, sk : str
        Key of the item.
    set : mapping
        Attributes to set; none of them ``None``, see `remove`.
    add : mapping
        Numbers to add; only inside a transaction, where a repeated request has no second effect.
    remove : tuple of str
        Attributes to remove.
    when : mapping
        What must hold: attribute → value, or a tuple of values of which one must hold; ``None``:
        the attribute must be absent.
    """

    pk: str
    sk: str
    set: Mapping[str, Any] = field(default_factory=dict)
    add: Mapping[str, int] = field(default_factory=dict)
    remove: tuple[str, ...] = ()
    when: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Check:
    """Demand in a transaction that an item is as `when` says (see `Update`)."""

    pk: str
    sk: str
    when: Mapping[str, Any]


Write = Put | Update | Check
Where = Sequence[Mapping[str, Any]]


@dataclass(frozen=True, kw_only=True)
class Page:
    """Items of one query and the key after which the next one begins (``None`` at the end).

    Attributes
    ----------
    examined : int
        How many items were read, those included that `Table.query` was to leave out.
    """

    items: list[Item]
    last: Item | None
    examined: int


@dataclass(frozen=True, kw_only=True)
class Count:
    """How many items there are, and how many of them fit."""

    fitting: int
    all: int


class Table:
    """One DynamoDB table.

    Parameters
    ----------
    name : str
        Name of the table.
    """

    def __init__(self, name: str) -> None:
        self.name = name

    def get(self, pk: str, sk: str, *, consistent: bool = True) -> Item | None:
        """Item with a key, or ``None``."""
        reply = aws.client("dynamodb").get_item(
            TableName=self.name, Key=to_item({"pk": pk, "sk": sk}), ConsistentRead=consistent
        )
        return from_item(reply["Item"]) if "Item" in reply else None

    def get_many(self, keys: Iterable[tuple[str, str]]) -> list[Item]:
        """Items of at most 100 keys, each key once, those that there are; in any order.

        Raises
        ------
        TransientError
            If DynamoDB, being throttled, left some out.
        """
        wanted = [to_item({"pk": pk, "sk": sk}) for pk, sk in keys]
        if not wanted:
            return []
        asked = {self.name: {"Keys": wanted, "ConsistentRead": True}}
        reply = aws.client("dynamodb").batch_get_item(RequestItems=asked)
        if reply.get("UnprocessedKeys"):
            raise TransientError("items were left out")
        return [from_item(item) for item in reply["Responses"][self.name]]

    def query(
        self,
        pk: str,
        *,
        prefix: str = "",
        beyond: str = "",
        index: str | None = None,
        after: Item | None = None,
        limit: int | None = None,
        newest_first: bool = False,
        where: Where = (),
        only: Sequence[str] = (),
    ) -> Page:
        """One page of the items with a partition key, in the order of the sort key.

        Parameters
        ----------
        pk : str
            Partition key, of the table or of `index`.
        prefix : str
            Beginning of the sort key.
        beyond : str
            Sort key after which to begin, in the order asked for, whether an item has it or not;
            in the place of `prefix`.
        index : str, optional
            Name of a sparse index; its keys are ``<index>_pk`` and ``<index>_sk``.
        after : dict, optional
            `Page.last` of the page before.
        limit : int, optional
            Most items to read.
        newest_first : bool
            Descending order.
        where : sequence of mapping
            What the items given back must be like, one of these (see `Update.when`); attributes
            inside a map as ``"map.attribute"``, and `Containing` for parts of a text. The others
            are read and paid for, and left out: a page may be empty and not the last.
        only : sequence of str
            Attributes to give back; all, if it is empty.
        """
        expression = Expression()
        relation = ("<" if newest_first else ">") if beyond else "prefix"
        request = self._keyed(expression, pk, index=index, sk=(relation, beyond or prefix))
        request["ScanIndexForward"] = not newest_first
        if where:
            request["FilterExpression"] = expression.either(where)
        if only:
            request["ProjectionExpression"] = expression.projection(only)
        if after:
            request["ExclusiveStartKey"] = to_item(after)
        if limit:
            request["Limit"] = limit
        reply = aws.client("dynamodb").query(**request, **expression.placeholders())
        last = from_item(reply["LastEvaluatedKey"]) if reply.get("LastEvaluatedKey") else None
        items = [from_item(item) for item in reply["Items"]]
        return Page(items=items, last=last, examined=reply["ScannedCount"])

    def count(self, pk: str, *, where: Where, prefix: str = "", index: str | None = None) -> Count:
        """How many items have a partition key, and how many of them are as `where` says."""
        expression = Expression()
        request = self._keyed(expression, pk, index=index, sk=("prefix", prefix))
        request["FilterExpression"] = expression.either(where)
        paginator = aws.client("dynamodb").get_paginator("query")
        pages = list(paginator.paginate(**request, **expression.placeholders(), Select="COUNT"))
        return Count(
            fitting=sum(page["Count"] for page in pages),
            all=sum(page["ScannedCount"] for page in pages),
        )

    def items(
        self, pk: str, *, prefix: str = "", where: Where = (), only: Sequence[str] = ()
    ) -> Iterator[Item]:
        """All items with a partition key, page by page; the rest as for `query`."""
        after: Item | None = None
        while True:
            page = self.query(pk, prefix=prefix, after=after, where=where, only=only)
            yield from page.items
            if (after := page.last) is None:
                return

    def write(self, write: Put | Update) -> None:
        """Make one conditional write.

        A reply that was lost makes the SDK repeat the request, and the repetition then fails its
        own condition; so an item that stands exactly as it was put counts as written.

        Raises
        ------
        ConditionFailed
            If the condition did not hold.
        """
        kind, request = self._action(write)
        client = aws.client("dynamodb")
        call = client.put_item if kind == "Put" else client.update_item
        try:
            call(**request)
        except client.exceptions.ConditionalCheckFailedException as error:
            if isinstance(write, Put) and self._stands(write.item):
                return
            raise ConditionFailed((0,)) from error

    def transact(self, *writes: Write) -> None:
        """Make all writes or none (≤ 100); the SDK's request token makes its own retries harmless.

        Raises
        ------
        ConditionFailed
            If a condition did not hold; `failed` says which.
        """
        client = aws.client("dynamodb")
        actions = [{kind: request} for kind, request in map(self._action, writes)]
        try:
            client.transact_write_items(TransactItems=actions)
        except client.exceptions.TransactionCanceledException as error:
            reasons = error.response.get("CancellationReasons", [])
            failed = [n for n, reason in enumerate(reasons) if reason["Code"] == _CONDITION_FAILED]
            if failed:
                raise ConditionFailed(tuple(failed)) from error
            raise

    def _stands(self, item: Item) -> bool:
        return self.get(item["pk"], item["sk"]) == from_item(to_item(item))

    def _keyed(
        self, expression: Expression, pk: str, *, index: str | None, sk: tuple[str, str]
    ) -> Item:
        of = f"{index}_" if index else ""
        condition = expression.key((f"{of}pk", pk), (f"{of}sk", *sk))
        request: Item = {"TableName": self.name, "KeyConditionExpression": condition}
        return request | ({"IndexName": index} if index else {"ConsistentRead": True})

    def _action(self, write: Write) -> tuple[Literal["Put", "Update", "ConditionCheck"], Item]:
        if isinstance(write, Put):
            request: Item = {"TableName": self.name, "Item": to_item(write.item)}
            if not write.replace:
                request["ConditionExpression"] = "attribute_not_exists(pk)"
            return "Put", request
        expression = Expression()
        request = {"TableName": self.name, "Key": to_item({"pk": write.pk, "sk": write.sk})}
        if write.when:
            request["ConditionExpression"] = expression.condition(write.when)
        if isinstance(write, Check):
            return "ConditionCheck", request | expression.placeholders()
        request["UpdateExpression"] = expression.update(
            to_set=write.set, to_add=write.add, to_remove=write.remove
        )
        return "Update", request | expression.placeholders()
