"""What stands for a theme: statements nearest to its centre, word for word."""

from collections.abc import Iterable
from typing import NamedTuple

SHOWN = 5
_READABLE = range(20, 401)
"""Characters of a text that is read at a glance."""


class Quote(NamedTuple):
    """A statement that may stand for its theme.

    Attributes
    ----------
    distance : float
        Its similarity to the theme's centre, negative: the nearest sorts first.
    """

    distance: float
    comment_id: str
    language: str
    text: str

    @property
    def shown(self) -> dict[str, str]:
        """As results have it."""
        return {"comment_id": self.comment_id, "language": self.language, "text": self.text}


def best(quotes: Iterable[Quote]) -> list[Quote]:
    """The five best, those of readable length before all others; of several shards as of one."""
    return sorted(quotes, key=lambda each: (len(each.text) not in _READABLE, *each))[:SHOWN]
