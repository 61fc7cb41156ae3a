"""The programme's log in the archive table: every head that was signed, and the log's own heads.

``pk = LOG``: ``sk = ENTRIES``: how many heads were signed; ``sk = TREE``: the log's last head;
``sk = HEAD#<size, 12 digits>``: every head of the log; ``sk = LEASE``: see `leases`.
``pk = LOGGED``: ``sk = <entry, 12 digits>``: a signed head, never written again.
"""

from collections.abc import Iterator
from contextlib import AbstractContextManager
from datetime import datetime

from services.archive.leases import alone
from services.archive.model.heads import LogHead, RoundHead
from services.archive.tree_files import TreeFiles
from services.shared.errors import TransientError
from services.shared.table import ConditionFailed, Put, Table, Update

LOG = "LOG"
LOGGED = "LOGGED"
_TREE = "TREE"
_ENTRIES = "ENTRIES"
_HEAD = "HEAD#"


class LogStore(TreeFiles):
    """The log of all heads.

    Parameters
    ----------
    table : Table
        The archive table.
    bucket : str
        The archive bucket.
    """

    def __init__(self, table: Table, *, bucket: str) -> None:
        super().__init__(bucket)
        self._table = table

    def logged(self) -> int:
        """How many heads have been signed in all."""
        item = self._table.get(LOG, _ENTRIES)
        return item["entries"] if item else 0

    def logging(self, head: RoundHead, entry: int) -> tuple[Update, Put]:
        """Writes by which a head has a place in the log, the next one."""
        count = {"entries": entry or None}
        return (
            Update(pk=LOG, sk=_ENTRIES, set={"entries": entry + 1}, when=count),
            Put(item={"pk": LOGGED, "sk": f"{entry:012d}", "head": head.model_dump()}),
        )

    def entries(self, begin: int, end: int) -> Iterator[RoundHead]:
        """Signed heads by their place in the log."""
        beyond, left = f"{begin - 1:012d}" if begin else "", end - begin
        while left > 0:
            page = self._table.query(LOGGED, beyond=beyond, limit=left)
            if not page.items:
                raise LookupError(f"the log has no entry after {beyond!r}")
            for item in page.items:
                yield RoundHead.model_validate(item["head"])
            beyond, left = page.items[-1]["sk"], left - len(page.items)

    def log_head(self) -> LogHead | None:
        """The log's last head, or ``None`` before its first."""
        item = self._table.get(LOG, _TREE)
        return LogHead.model_validate(item["head"]) if item else None

    def has_log_head(self, tree_size: int) -> bool:
        """Tell whether the log had a head of so many entries."""
        return self._table.get(LOG, _log_head_sk(tree_size)) is not None

    def alone_with_log(self, *, at: datetime) -> AbstractContextManager[Update]:
        """Have nobody else write the log's files; see `leases.alone`."""
        return alone(self._table, LOG, at=at)

    def keep_log_head(self, head: LogHead, lease: Update, *, former: LogHead | None) -> None:
        """Write what the log is now.

        Raises
        ------
        TransientError
            If somebody else did.
        """
        fields = {"size": head.tree_size, "head": head.model_dump()}
        when = {"size": former.tree_size if former else None}
        kept = Put(item={"pk": LOG, "sk": _log_head_sk(head.tree_size), "head": head.model_dump()})
        try:
            self._table.transact(Update(pk=LOG, sk=_TREE, set=fields, when=when), kept, lease)
        except ConditionFailed as error:
            raise TransientError("the log grew at the same time") from error


def _log_head_sk(tree_size: int) -> str:
    return f"{_HEAD}{tree_size:012d}"
