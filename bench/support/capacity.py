"""What DynamoDB bills for: sizes of items and request units, as its developer guide has them.

Sizes: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html
Units: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/read-write-operations.html
Items are in the form of the wire (``{"name": {"S": "…"}}``), binaries as base64 text or bytes.
"""

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

WRITE_UNIT_BYTES = 1024
READ_UNIT_BYTES = 4096
STORED_OVERHEAD_BYTES = 100
"""Of each item and of each of its entries in an index, as storage is billed; not in the units."""
TRANSACTION_FACTOR = 2
_COLLECTION_BYTES = 3
_ELEMENT_BYTES = 1

Item = Mapping[str, Any]


@dataclass(frozen=True)
class Index:
    """A global secondary index that projects whole items, sparse by its two key attributes."""

    partition_key: str
    sort_key: str

    def entry(self, item: Item | None) -> Item | None:
        """The entry that an item has in it, if any."""
        if item is None or not {self.partition_key, self.sort_key} <= item.keys():
            return None
        return item

    def key(self, item: Item) -> tuple[Any, Any]:
        """Key of an entry."""
        return item[self.partition_key], item[self.sort_key]


def item_bytes(item: Item) -> int:
    """Size of an item: its attributes' names and values."""
    return sum(len(name.encode()) + _value_bytes(value) for name, value in item.items())


def write_units(before: Item | None, after: Item | None) -> int:
    """Write units of one put, update or deletion: the larger of the item before and after."""
    sizes = [item_bytes(item) for item in (before, after) if item]
    return _units(max(sizes, default=0), WRITE_UNIT_BYTES)


def index_units(index: Index, before: Item | None, after: Item | None) -> int:
    """Write units that a change of an item costs in an index.

    An entry that comes or goes is one write, one that moves to another key two, one of which only
    projected attributes change one; what is not indexed costs nothing.
    """
    old, new = index.entry(before), index.entry(after)
    if old is not None and new is not None and index.key(old) != index.key(new):
        return write_units(old, None) + write_units(None, new)
    if old == new:
        return 0
    return write_units(old, new)


def read_units(items: Sequence[Item], *, consistent: bool) -> float:
    """Read units of one request that examined these items; an absent item is read all the same."""
    units = _units(sum(map(item_bytes, items)), READ_UNIT_BYTES)
    return units if consistent else units / 2


def _units(size: int, unit: int) -> int:
    return max(1, -(-size // unit))


def _value_bytes(value: Mapping[str, Any]) -> int:
    kind, content = next(iter(value.items()))
    match kind:
        case "S":
            return len(content.encode())
        case "N":
            return _number_bytes(content)
        case "B":
            raw = content if isinstance(content, bytes) else base64.b64decode(content)
            return len(raw)
        case "BOOL" | "NULL":
            return 1
        case "L":
            return _COLLECTION_BYTES + sum(_ELEMENT_BYTES + _value_bytes(each) for each in content)
        case "M":
            inner = item_bytes(content) + _ELEMENT_BYTES * len(content)
            return _COLLECTION_BYTES + inner
        case "SS" | "NS" | "BS":
            return sum(_value_bytes({kind[0]: each}) for each in content)
    raise ValueError(f"no type of DynamoDB's: {kind}")


def _number_bytes(text: str) -> int:
    """One byte for two significant digits, and one; a sign takes another one.

    Digits are stored in pairs from the decimal point on, so that one may be alone at either end.
    """
    sign, digits, exponent = Decimal(text).normalize().as_tuple()
    if digits == (0,):
        return 1
    odd = int(exponent) % 2
    return -(-(len(digits) + odd) // 2) + 1 + sign
