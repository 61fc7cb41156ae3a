"""Who may write the files of a tree, and of a record: one function at a time.

S3 has no transactions, so that of two who write the slower one would overwrite what the quicker one
has committed. Row ``sk = LEASE`` of the tree's partition has who writes and until when. A function
that ends on its own gives its lease back; of one that was killed it ends when none that old runs
any more.
"""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta

from services.shared import clock
from services.shared.errors import Unsettled
from services.shared.table import ConditionFailed, Table, Update

_LENGTH = timedelta(minutes=15)
"""Longer than any function runs."""
_SK = "LEASE"


@contextmanager
def alone(table: Table, pk: str, *, at: datetime) -> Iterator[Update]:
    """Have nobody else write the files that a partition tells of.

    Yields the write that gives the lease back, to be made in the transaction that ends the work: it
    also demands that the lease was held until then. Without one it is given back in the end.

    Parameters
    ----------
    at : datetime
        When the function began, or later.

    Raises
    ------
    Unsettled
        If somebody else does, or may.
    """
    item, holder = table.get(pk, _SK) or {}, uuid.uuid4().hex
    if item.get("until", "") > clock.to_text(at):
        raise Unsettled(f"another one writes {pk}")
    mine = {"until": clock.to_text(at + _LENGTH), "holder": holder}
    try:
        table.write(Update(pk=pk, sk=_SK, set=mine, when={"holder": item.get("holder")}))
    except ConditionFailed as error:
        # The reply to our own write may have been lost, and the repetition failed.
        if (table.get(pk, _SK) or {}).get("holder") != holder:
            raise Unsettled(f"another one writes {pk}") from error
    back = Update(pk=pk, sk=_SK, remove=tuple(mine), when={"holder": holder})
    try:
        yield back
    except Exception:
        _give(back, table)
        raise
    _give(back, table)


def _give(back: Update, table: Table) -> None:
    with suppress(ConditionFailed):  # it was given back already
        table.write(back)
