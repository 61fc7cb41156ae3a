"""A model of how DynamoDB throttles: what each partition key and the table take in a second.

On purpose harder than AWS: a partition key never takes more than 1,000 write units a second, though
unused ones are kept for bursts of up to five minutes; keys that are hot are not split, though the
items of one key are spread over partitions by their sort key when it lasts; what is throttled is
not tried again within the second. The table takes what it was warmed for and no more. Source:
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/burst-adaptive-capacity.html
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

KEY_UNITS = 1_000
"""Write units a second that a partition, and so a key, takes."""


@dataclass
class Partitions:
    """One table, or one index of it, under load.

    Attributes
    ----------
    table_units : int
        Write units a second of the whole.
    used : Counter
        Units by second and key; by second alone for the whole.
    """

    table_units: int
    used: Counter[tuple[int, str]] = field(default_factory=Counter)

    def take(self, second: int, units: Mapping[str, int]) -> bool:
        """Write to keys within one second, all or none; tell whether it was taken."""
        whole = (second, "")
        if self.used[whole] + sum(units.values()) > self.table_units:
            return False
        if any(self.used[second, key] + each > KEY_UNITS for key, each in units.items()):
            return False
        self.spend(second, units)
        return True

    def spend(self, second: int, units: Mapping[str, int]) -> None:
        """Count units that are used, whatever comes of it."""
        self.used[second, ""] += sum(units.values())
        for key, each in units.items():
            self.used[second, key] += each

    def busiest(self) -> tuple[str, int]:
        """Key with the most units in any one second, and how many."""
        found = ((units, key) for (_, key), units in self.used.items() if key)
        units, key = max(found, default=(0, ""))
        return key, units

    def peak(self) -> int:
        """Most units of the whole in any one second."""
        return max((units for (_, key), units in self.used.items() if not key), default=0)


@dataclass
class Rows:
    """Rows that transactions hold while they run: whoever comes meanwhile is refused.

    Parameters
    ----------
    seconds : float
        How long a transaction takes.
    """

    seconds: float
    _held_until: dict[str, float] = field(default_factory=dict)

    def is_held(self, row: str, at: float) -> bool:
        """Tell whether a transaction is at work on a row at an instant (s)."""
        return self._held_until.get(row, 0.0) > at

    def hold(self, row: str, at: float) -> None:
        """Begin a transaction on a row at an instant (s)."""
        self._held_until[row] = at + self.seconds
