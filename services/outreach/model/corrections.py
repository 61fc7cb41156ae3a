"""Corrections of what comments were answered: whom one concerns, and what is due for it."""

from dataclasses import dataclass
from typing import Self

from services.outreach.model.asker import Told
from services.outreach.model.delivery import Delivery
from services.outreach.model.slices import Slice, slices

OF_MANY = "c-"
"""Begins the occasions of corrections that are for more than one comment: no id has a hyphen."""


@dataclass(frozen=True, kw_only=True)
class Concerned:
    """Whose answers a correction may have changed.

    Attributes
    ----------
    version : int
        Which correction of the round.
    comment_id : str
        The one comment that it is for; empty if it is for some, of which the analysis knows which.
    """

    version: int
    comment_id: str = ""

    @property
    def occasions(self) -> list[str]:
        """Occasions of what is due: one for one comment, else one for each part of the round."""
        if self.comment_id:
            return [Told(comment_id=self.comment_id, edition=self.version).occasion]
        return [part.occasion for part in slices(f"{OF_MANY}{self.version}")]

    @classmethod
    def by(cls, occasion: str) -> Self:
        """Who is meant by an occasion."""
        name, _, number = occasion.rpartition(".")
        if name.startswith(OF_MANY):
            return cls(version=int(name.removeprefix(OF_MANY)))
        return cls(version=int(number), comment_id=name)


def only_comment(delivery: Delivery) -> str:
    """Comment whose author alone a delivery to authors is for; empty if it is for many."""
    if delivery.notice != "corrected":
        return ""
    return Concerned.by(delivery.occasion).comment_id


def first_place(delivery: Delivery) -> str:
    """Where a delivery to authors begins among the comments of a round."""
    return "" if only_comment(delivery) else Slice.of(delivery.occasion).place
