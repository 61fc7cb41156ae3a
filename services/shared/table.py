"""A service's DynamoDB table: keys ``pk`` and ``sk``, plain Python values in and out."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from services.shared import aws
from services.shared.items import Item, from_item, to_item

__all__ = [
    "TRANSACTION_LIMIT",
    "Check",
    "ConditionFailed",
    "Containing",
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


@dataclass(frozen=True)
class Containing:
    """What a text attribute must contain: every one of the parts."""

    parts: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Page:
    """Items of one query and the key after which the next one begins (``None`` at the end)."""

    items: list[Item]
    last: Item | None


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

    def query(
        self,
        pk: str,
        *,
        prefix: str = "",
        index: str | None = None,
        after: Item | None = None,
        limit: int | None = None,
        newest_first: bool = False,
        where: Sequence[Mapping[str, Any]] = (),
    ) -> Page:
        """One page of the items with a partition key, in the order of the sort key.

        Parameters
        ----------
        pk : str
            Partition key, of the table or of `index`.
        prefix : str
            Beginning of the sort key.
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
        """
        names = {"#p": f"{index}_pk" if index else "pk", "#s": f"{index}_sk" if index else "sk"}
        values: Item = {":p": pk} | ({":s": prefix} if prefix else {})
        request: dict[str, Any] = {
            "TableName": self.name,
            "KeyConditionExpression": "#p = :p" + (" AND begins_with(#s, :s)" if prefix else ""),
            "ExpressionAttributeNames": names if prefix else {"#p": names["#p"]},
            "ExpressionAttributeValues": to_item(values),
            "ScanIndexForward": not newest_first,
            "ConsistentRead": index is None,
        }
        if where:
            _Expression().filter(request, where)
        if index:
            request["IndexName"] = index
        if after:
            request["ExclusiveStartKey"] = to_item(after)
        if limit:
            request["Limit"] = limit
        reply = aws.client("dynamodb").query(**request)
        last = from_item(reply["LastEvaluatedKey"]) if reply.get("LastEvaluatedKey") else None
        return Page(items=[from_item(item) for item in reply["Items"]], last=last)

    def items(self, pk: str, *, prefix: str = "", index: str | None = None) -> Iterator[Item]:
        """All items with a partition key, page by page."""
        after: Item | None = None
        while True:
            page = self.query(pk, prefix=prefix, index=index, after=after)
            yield from page.items
            after = page.last
            if after is None:
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

    def _action(self, write: Write) -> tuple[Literal["Put", "Update", "ConditionCheck"], Item]:
        if isinstance(write, Put):
            request: Item = {"TableName": self.name, "Item": to_item(write.item)}
            if not write.replace:
                request["ConditionExpression"] = "attribute_not_exists(pk)"
            return "Put", request
        expression = _Expression()
        request = {"TableName": self.name, "Key": to_item({"pk": write.pk, "sk": write.sk})}
        if write.when:
            request["ConditionExpression"] = expression.condition(write.when)
        if isinstance(write, Check):
            return "ConditionCheck", request | expression.placeholders()
        request["UpdateExpression"] = expression.update(write)
        return "Update", request | expression.placeholders()


class _Expression:
    """Collects the placeholders of one request; every name is aliased, as any may be reserved."""

    def __init__(self) -> None:
        self._names: dict[str, str] = {}
        self._values: Item = {}

    def condition(self, when: Mapping[str, Any]) -> str:
        return " AND ".join(self._holds(name, value) for name, value in when.items())

    def filter(self, request: Item, where: Sequence[Mapping[str, Any]]) -> None:
        request["FilterExpression"] = " OR ".join(f"({self.condition(each)})" for each in where)
        for name, found in self.placeholders().items():
            request[name] |= found

    def update(self, write: Update) -> str:
        clauses = []
        if write.set:
            pairs = [f"{self._name(n)} = {self._value(v)}" for n, v in write.set.items()]
            clauses.append("SET " + ", ".join(pairs))
        if write.add:
            pairs = [f"{self._name(n)} {self._value(v)}" for n, v in write.add.items()]
            clauses.append("ADD " + ", ".join(pairs))
        if write.remove:
            clauses.append("REMOVE " + ", ".join(self._name(n) for n in write.remove))
        return " ".join(clauses)

    def placeholders(self) -> Item:
        found: Item = {"ExpressionAttributeNames": {a: n for n, a in self._names.items()}}
        if self._values:
            found["ExpressionAttributeValues"] = to_item(self._values)
        return found

    def _holds(self, name: str, value: Any) -> str:
        if value is None:
            return f"attribute_not_exists({self._name(name)})"
        if isinstance(value, Containing):
            held = (f"contains({self._name(name)}, {self._value(p)})" for p in value.parts)
            return " AND ".join(held)
        if isinstance(value, tuple):
            return f"{self._name(name)} IN ({', '.join(self._value(v) for v in value)})"
        return f"{self._name(name)} = {self._value(value)}"

    def _name(self, name: str) -> str:
        parts = name.split(".")
        return ".".join(self._names.setdefault(p, f"#n{len(self._names)}") for p in parts)

    def _value(self, value: Any) -> str:
        placeholder = f":v{len(self._values)}"
        self._values[placeholder] = value
        return placeholder
