"""Who took part, by what people tell of themselves: counts of submissions, never of one person."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from services.comments.model.window import Window
from services.shared.participation import ListCounts, Participation, ValueCount


class Turnout:
    """Counts published submissions by each value that a round offers.

    What is told in words of one's own, where a round has no list, is not counted: the words
    themselves may tell who it was.

    Parameters
    ----------
    window : Window
        The round's, with its lists and target groups.
    """

    def __init__(self, window: Window) -> None:
        self._window = window
        self._published = 0
        self._told: dict[str, Counter[str]] = {name: Counter() for name in window.demographics}

    @property
    def asks(self) -> bool:
        """Whether there is anything to count by."""
        return bool(self._told)

    def add(self, told: Mapping[str, Any]) -> None:
        """Count one submission by what its author told."""
        self._published += 1
        for name, counts in self._told.items():
            if told.get(name) is not None:
                counts[told[name]] += 1

    def counts(self) -> Participation:
        """What was counted so far; lists and values in the order in which they are offered."""
        return Participation(
            submissions=self._published,
            lists=tuple(self._list(name) for name in sorted(self._told)),
            target_groups=self._window.target_groups,
        )

    def _list(self, name: str) -> ListCounts:
        counts = self._told[name]
        values = tuple(
            ValueCount(value=value, count=counts[value])
            for value in self._window.demographics[name]
        )
        told = sum(each.count for each in values)
        return ListCounts(name=name, values=values, not_told=self._published - told)
