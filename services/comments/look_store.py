"""Looks at who takes part, in the comments table; `store` has the rest of its keys.

* ``LOOKS`` / ``<topic>#<round>``: a round that is looked at, until some time after its closing
* ``G#<topic>#<round>`` / ``look``: the last look; ``A#<r>#<v>``: audit item of one that found a gap
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from services.comments.events import InclusionGapFound
from services.comments.model.inclusion import Look
from services.comments.model.window import Window
from services.shared.events import SYSTEM, audit
from services.shared.table import ConditionFailed, Put, Table, Update

_WATCHED = "LOOKS"
_KEPT = timedelta(days=2)
_ROW = "look"


def watch(window: Window) -> list[Put]:
    """Write that has a round looked at, if it asks for anything that tells of a target group."""
    if not any(group.asked_as for group in window.target_groups):
        return []
    item = {
        "pk": _WATCHED,
        "sk": f"{window.topic_id}#{window.round:03d}",
        "topic_id": window.topic_id,
        "round": window.round,
        "expires_at": int((window.closes_at + _KEPT).timestamp()),
    }
    return [Put(item=item, replace=True)]


class LookStore:
    """Looks in DynamoDB.

    Parameters
    ----------
    table : Table
        The comments table.
    """

    def __init__(self, table: Table) -> None:
        self._table = table

    def watched(self) -> Iterator[tuple[str, int]]:
        """Topic and round of all that are looked at."""
        for item in self._table.items(_WATCHED):
            yield item["topic_id"], item["round"]

    def last(self, topic_id: str, round_: int) -> Look | None:
        """The last look at a round, or ``None``."""
        row = self._table.get(_pk(topic_id, round_), _ROW)
        if row is None:
            return None
        return Look.model_validate({n: v for n, v in row.items() if n not in ("pk", "sk")})

    def keep(self, look: Look, window: Window, found: InclusionGapFound | None) -> bool:
        """Write a look and, in the same transaction, what it found.

        Returns
        -------
        bool
            ``False`` if somebody else had a look meanwhile; then nothing is written.
        """
        pk = _pk(window.topic_id, window.round)
        former = look.version - 1
        row = look.model_dump(mode="json")
        writes: list[Put | Update] = [
            Update(pk=pk, sk=_ROW, set=row, when={"version": former or None})
        ]
        if found is not None:
            entry = audit(
                found,
                pk=pk,
                version=look.version,
                topic_id=window.topic_id,
                round_=window.round,
                actor=SYSTEM,
                at=datetime.fromisoformat(look.looked_at),
            )
            writes.append(entry)
        try:
            self._table.transact(*writes)
        except ConditionFailed:
            return False
        return True


def _pk(topic_id: str, round_: int) -> str:
    return f"G#{topic_id}#{round_}"
