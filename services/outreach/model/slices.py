"""The authors of a round in parts that know nothing of each other: queues and ledgers of their own.

So a million of them are told side by side, each part a page of comments after the other.
"""

from dataclasses import dataclass
from typing import Self

SLICES = 8
_LONGEST = 60


@dataclass(frozen=True, kw_only=True)
class Slice:
    """One part: every eighth shard of the comments, from this one on.

    Attributes
    ----------
    announcement : str
        Tells apart the announcements of a round that was reopened.
    """

    announcement: str
    number: int

    @property
    def occasion(self) -> str:
        """Text that tells it apart."""
        return f"{self.announcement}.{self.number}"

    @property
    def place(self) -> str:
        """Where it begins among the shards."""
        return f"{self.number}."

    @classmethod
    def of(cls, occasion: str) -> Self:
        """The part of an occasion."""
        announcement, _, number = occasion.rpartition(".")
        return cls(announcement=announcement, number=int(number))


def slices(announcement: str) -> list[Slice]:
    """All parts of an announcement, named by its event."""
    name = announcement[:_LONGEST]
    return [Slice(announcement=name, number=number) for number in range(SLICES)]
