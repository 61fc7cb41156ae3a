"""Addresses that nothing more is sent to, in the outreach table; `store` has the rest of its keys.

``pk = X#<recipient hash>``, ``sk = suppressed``: its mailbox does not exist, or its owner called a
mail of ours spam. It disappears (``expires_at``), as addresses are given to others in time.
"""

from datetime import datetime, timedelta

from services.shared import clock
from services.shared.table import Put, Table

_SUPPRESSED = "suppressed"
_KEPT = timedelta(days=180)


class SuppressionStore:
    """Suppressed addresses in DynamoDB.

    Parameters
    ----------
    table : Table
        The outreach table.
    """

    def __init__(self, table: Table) -> None:
        self._table = table

    def suppress(self, recipient: str, *, reason: str, at: datetime) -> None:
        """Send nothing more to an address, by its pseudonym; again has no further effect."""
        item = {
            "pk": f"X#{recipient}",
            "sk": _SUPPRESSED,
            "reason": reason,
            "at": clock.to_text(at),
            "expires_at": int((at + _KEPT).timestamp()),
        }
        self._table.write(Put(item=item, replace=True))

    def is_suppressed(self, recipient: str) -> bool:
        """Whether nothing is to be sent to an address."""
        return self._table.get(f"X#{recipient}", _SUPPRESSED) is not None
