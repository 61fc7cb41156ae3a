"""DynamoDB expressions: conditions, filters, updates and projections with their placeholders."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from services.shared.items import Item, to_item


@dataclass(frozen=True)
class Containing:
    """What a text attribute must contain: every one of the parts."""

    parts: tuple[str, ...]


class Expression:
    """Collects the placeholders of one request; every name is aliased, as any may be reserved.

    A name with dots, ``"map.attribute"``, is that of an attribute inside a map.
    """

    def __init__(self) -> None:
        self._names: dict[str, str] = {}
        self._values: Item = {}

    def condition(self, when: Mapping[str, Any]) -> str:
        """What must hold of an item: every one of these (see `services.shared.table.Update`)."""
        return " AND ".join(self._holds(name, value) for name, value in when.items())

    def either(self, where: Sequence[Mapping[str, Any]]) -> str:
        """What must hold of an item: one of these conditions."""
        return " OR ".join(f"({self.condition(each)})" for each in where)

    def key(self, pk: tuple[str, str], sk: tuple[str, str, str]) -> str:
        """Which items a query reads: name and value of ``pk``; name, relation and value of ``sk``.

        The relation is ``"<"``, ``">"`` or ``"prefix"``; an empty value means all sort keys.
        """
        condition = f"{self._name(pk[0])} = {self._value(pk[1])}"
        name, relation, value = sk
        if not value:
            return condition
        if relation == "prefix":
            return f"{condition} AND begins_with({self._name(name)}, {self._value(value)})"
        return f"{condition} AND {self._name(name)} {relation} {self._value(value)}"

    def projection(self, names: Sequence[str]) -> str:
        """Attributes to read."""
        return ", ".join(map(self._name, names))

    def update(
        self, *, to_set: Mapping[str, Any], to_add: Mapping[str, int], to_remove: Sequence[str]
    ) -> str:
        """What an update does to an item."""
        clauses = []
        if to_set:
            pairs = [f"{self._name(n)} = {self._value(v)}" for n, v in to_set.items()]
            clauses.append("SET " + ", ".join(pairs))
        if to_add:
            pairs = [f"{self._name(n)} {self._value(v)}" for n, v in to_add.items()]
            clauses.append("ADD " + ", ".join(pairs))
        if to_remove:
            clauses.append("REMOVE " + ", ".join(map(self._name, to_remove)))
        return " ".join(clauses)

    def placeholders(self) -> Item:
        """Names and values of the placeholders, as a request has them."""
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
