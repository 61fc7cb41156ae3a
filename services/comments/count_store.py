"""Corrections of the counters in the comments table; `store` has the rest of its keys.

``pk = W#<topic>#<round>``: ``sk = recount`` (counts the corrections), ``A#<round>#<version>``
(audit, one per correction).
"""

from collections.abc import Mapping
from datetime import datetime

from services.comments.events import CountersCorrected
from services.comments.partitions import counter_pk, window_pk
from services.shared.events import SYSTEM, audit
from services.shared.table import ConditionFailed, Put, Table, Update

_ROW = "recount"
_STRIPE = "00"


class CountStore:
    """Corrections of the counters in DynamoDB.

    Parameters
    ----------
    table : Table
        The comments table.
    """

    def __init__(self, table: Table) -> None:
        self._table = table

    def version(self, topic_id: str, round_: int) -> int:
        """How many corrections a round has had."""
        row = self._table.get(window_pk(topic_id, round_), _ROW)
        return int(row["version"]) if row else 0

    def correct(
        self, topic_id: str, round_: int, changes: Mapping[str, int], *, version: int, at: datetime
    ) -> bool:
        """Add changes to a round's counters, as its correction of a version.

        Returns
        -------
        bool
            ``False`` if somebody else made that correction.
        """
        pk = window_pk(topic_id, round_)
        row = Update(pk=pk, sk=_ROW, set={"version": version}, when={"version": version - 1})
        first = Put(item={"pk": pk, "sk": _ROW, "version": version})
        event = CountersCorrected(changes=dict(changes))
        entry = audit(
            event,
            pk=pk,
            version=version,
            topic_id=topic_id,
            round_=round_,
            actor=SYSTEM,
            at=at,
        )
        counters = Update(pk=counter_pk(topic_id, round_), sk=_STRIPE, add=changes)
        try:
            self._table.transact(first if version == 1 else row, counters, entry)
        except ConditionFailed:
            return False
        return True
