"""Deliveries in parts in the outreach table; `store` has the rest of their keys.

``pk = D#…`` of the delivery: ``sk = split`` (how it was split), ``P#<part>`` (what came of a part
so far, and what ended it before everybody was attended to).
"""

from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import datetime

from services.outreach.model.delivery import Delivery, Tally
from services.outreach.model.parts import Split
from services.outreach.plan_store import delivery_pk, heard_of, under_way
from services.outreach.store import to_be_found
from services.shared import clock
from services.shared.table import ConditionFailed, Put, Table

_SPLIT = "split"
_PART = "P#"


@dataclass(frozen=True, kw_only=True)
class PartTold:
    """What came of one part.

    Attributes
    ----------
    stopped : str or None
        Code of what ended it before everybody was attended to.
    """

    tally: Tally
    stopped: str | None

    @property
    def is_complete(self) -> bool:
        """Whether there is nobody left in it to be told."""
        return self.stopped is None


class PartStore:
    """Parts of deliveries in DynamoDB.

    Parameters
    ----------
    table : Table
        The outreach table.
    """

    def __init__(self, table: Table) -> None:
        self._table = table

    def split(self, delivery: Delivery) -> Split | None:
        """How a delivery was split; ``None`` if it was not."""
        item = self._table.get(delivery_pk(delivery), _SPLIT)
        return Split(digits=item["digits"], expected=item["expected"]) if item else None

    def begun(self, delivery: Delivery) -> str | None:
        """When a delivery was split (RFC 3339); ``None`` if it was not."""
        item = self._table.get(delivery_pk(delivery), _SPLIT)
        return str(item["at"]) if item else None

    def keep_split(self, delivery: Delivery, split: Split, *, at: datetime) -> Split:
        """Note how a delivery is split, and that it is to be gone on with until it is complete.

        The split that is noted first holds.
        """
        item = {"pk": delivery_pk(delivery), "sk": _SPLIT, "at": clock.to_text(at)} | asdict(split)
        with suppress(ConditionFailed):
            self._table.write(under_way(delivery, at=at))
        try:
            self._table.transact(Put(item=item), *to_be_found(delivery))
        except ConditionFailed:
            return self.split(delivery) or split
        return split

    def told(self, delivery: Delivery) -> dict[str, PartTold]:
        """What came of each part that somebody has set about."""
        return {
            item["sk"].removeprefix(_PART): PartTold(
                tally=Tally(**item["tally"]), stopped=item.get("stopped")
            )
            for item in self._table.items(delivery_pk(delivery), prefix=_PART)
        }

    def tell(self, delivery: Delivery, part: str, told: PartTold, *, at: datetime) -> None:
        """Note what came of a part; what was noted later holds."""
        item = {
            "pk": delivery_pk(delivery),
            "sk": _PART + part,
            "tally": asdict(told.tally),
            "stopped": told.stopped,
            "at": clock.to_text(at),
        }
        self._table.write(Put(item=item, replace=True))
        with suppress(ConditionFailed):
            self._table.write(heard_of(delivery, at=at))
