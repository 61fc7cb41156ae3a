"""What operators did to the system as a whole, in the topics table beside what concerns a topic.

``pk = OPS#<subject>``: ``sk = log`` (counts the entries), ``A#000#<version>`` (audit).
"""

from datetime import datetime

from services.shared.errors import TransientError
from services.shared.events import Actor, EventData, audit
from services.shared.table import ConditionFailed, Put, Table, Update

PROGRAMME = "programme"
"""Stands for the topic in events that concern none; no topic's id has this form."""
_LOG = "log"
_ATTEMPTS = 5


class Logbook:
    """The operators' logbook.

    Parameters
    ----------
    table : Table
        The topics table.
    """

    def __init__(self, table: Table) -> None:
        self._table = table

    def note(self, data: EventData, *, subject: str, actor: Actor, at: datetime) -> None:
        """Write one entry about a subject, e.g. ``"queue/comments-consume"``.

        Raises
        ------
        TransientError
            If others wrote about the same subject all the time.
        """
        pk = f"OPS#{subject}"
        for _ in range(_ATTEMPTS):
            row = self._table.get(pk, _LOG)
            version = row["version"] + 1 if row else 1
            entry = audit(
                data, pk=pk, version=version, topic_id=PROGRAMME, round_=0, actor=actor, at=at
            )
            try:
                self._table.transact(_counted(pk, version), entry)
            except ConditionFailed:
                continue
            return
        raise TransientError("others write about the same")


def _counted(pk: str, version: int) -> Put | Update:
    if version == 1:
        return Put(item={"pk": pk, "sk": _LOG, "version": version})
    return Update(pk=pk, sk=_LOG, set={"version": version}, when={"version": version - 1})
