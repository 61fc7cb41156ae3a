"""Trees in the archive table; `store` and `audit_store` have the rest of its keys.

``pk = TREE#<topic>#<round>``: ``sk = TREE``: up to when comments are in it, how many of its leaves
are files of records, and its last head;
``sk = HEAD#<size, 12 digits>#<entry, 12 digits>``: a head, and its place in the log;
``sk = BATCH#<until>``: a batch of comments, received before that and after the batch before;
``sk = FILES#<edition, 3 digits>``: the batch of a sealed record's files, and the head over them.
``pk = TREE#<topic>``: ``sk = <round, 3 digits>``: a round that has a tree.
``pk = LOG``: ``sk = ENTRIES``: how many heads were signed; ``sk = TREE``: the log's last head;
``sk = HEAD#<size, 12 digits>``: every head of the log.
``pk = LOGGED``: ``sk = <entry, 12 digits>``: a signed head, never written again.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from services.archive.model.heads import LogHead, RoundHead
from services.archive.tree_files import Batch, TreeFiles
from services.shared.errors import TransientError
from services.shared.table import ConditionFailed, Item, Put, Table, Update

TREES = "TREE#"
LOG = "LOG"
LOGGED = "LOGGED"
_TREE = "TREE"
_ENTRIES = "ENTRIES"
_HEAD = "HEAD#"
_BATCH = "BATCH#"
_FILES = "FILES#"


@dataclass(frozen=True, kw_only=True)
class RoundTree:
    """A round's tree as it was signed last.

    Attributes
    ----------
    until : str
        Instant before which all that was received is in it.
    head : RoundHead
        The last head.
    files : int
        How many of its leaves are files of sealed records.
    """

    until: str
    head: RoundHead
    files: int = 0

    @property
    def comments(self) -> int:
        """How many of its leaves are comments."""
        return self.head.tree_size - self.files


@dataclass(frozen=True, kw_only=True)
class LoggedHead:
    """A round's head, and its place in the log, from 0 on."""

    entry: int
    head: RoundHead


@dataclass(frozen=True, kw_only=True)
class SealedTree:
    """The files of a sealed record in its round's tree.

    Attributes
    ----------
    first : int
        Place of the first one; the others follow in the order of the manifest.
    head : RoundHead
        The head that was signed over all leaves up to the last one.
    """

    first: int
    head: RoundHead


class TreeStore(TreeFiles):
    """Trees of rounds, and the programme's log of their heads.

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

    def round_tree(self, topic_id: str, round_: int) -> RoundTree | None:
        """A round's tree, or ``None`` before its first head."""
        item = self._table.get(_pk(topic_id, round_), _TREE)
        if item is None:
            return None
        head = RoundHead.model_validate(item["head"])
        return RoundTree(until=item["until"], head=head, files=item["files"])

    def expect(self, tree: RoundTree | None, topic_id: str, round_: int) -> None:
        """Demand that a round's tree is what it was, before its files in the bucket are written.

        Raises
        ------
        TransientError
            If it grew: what is written now would lie in place of what came to it.
        """
        if self.round_tree(topic_id, round_) != tree:
            raise TransientError("the tree grew at the same time")

    def newest_round(self, topic_id: str) -> int | None:
        """The last of a topic's rounds that have a tree, or ``None`` before the first head."""
        page = self._table.query(f"{TREES}{topic_id}", limit=1, newest_first=True)
        return int(page.items[0]["sk"]) if page.items else None

    def heads(
        self,
        topic_id: str,
        round_: int,
        *,
        tree_size: int | None = None,
        after: Item | None = None,
        limit: int,
    ) -> tuple[list[LoggedHead], Item | None]:
        """Heads of a round, the newest first, and the key to go on from.

        Parameters
        ----------
        tree_size : int, optional
            Only those of a tree of so many leaves.
        """
        prefix = _HEAD if tree_size is None else f"{_HEAD}{tree_size:012d}#"
        pk = _pk(topic_id, round_)
        page = self._table.query(pk, prefix=prefix, after=after, limit=limit + 1, newest_first=True)
        shown = [
            LoggedHead(entry=item["entry"], head=RoundHead.model_validate(item["head"]))
            for item in page.items[:limit]
        ]
        more = len(page.items) > limit
        return shown, {"pk": pk, "sk": page.items[limit - 1]["sk"]} if more else None

    def heads_up_to(self, last: str, topic_id: str, round_: int) -> Iterator[RoundHead]:
        """A round's heads, the oldest first, to the one of a digest."""
        for item in self._table.items(_pk(topic_id, round_), prefix=_HEAD):
            head = RoundHead.model_validate(item["head"])
            yield head
            if head.digest == last:
                return

    def batches(self, topic_id: str, round_: int) -> list[Batch]:
        """All batches of a round's tree, in the order of their leaves."""
        pk = _pk(topic_id, round_)
        found = [
            Batch(first=item["first"], size=item["size"])
            for prefix in (_BATCH, _FILES)
            for item in self._table.items(pk, prefix=prefix)
        ]
        return sorted(found, key=lambda batch: batch.first)

    def sealed(self, topic_id: str, round_: int, *, edition: int) -> SealedTree:
        """The files of a sealed edition of the round's record.

        Raises
        ------
        LookupError
            If they are not in the tree.
        """
        item = self._table.get(_pk(topic_id, round_), _files_sk(edition))
        if item is None:
            raise LookupError(f"edition {edition} of {topic_id} {round_} is in no tree")
        return SealedTree(first=item["first"], head=RoundHead.model_validate(item["head"]))

    def batch_of(self, topic_id: str, round_: int, *, received_at: str) -> Batch | None:
        """The batch in which a comment of an instant must be, or ``None`` before it is made."""
        pk = _pk(topic_id, round_)
        page = self._table.query(pk, beyond=f"{_BATCH}{received_at}", limit=1)
        if not page.items or not page.items[0]["sk"].startswith(_BATCH):
            return None
        return Batch(first=page.items[0]["first"], size=page.items[0]["size"])

    def keep_round_tree(
        self, tree: RoundTree, *, former: RoundTree | None, batch: Batch | None = None
    ) -> None:
        """Write what `writes` gives.

        Raises
        ------
        TransientError
            If it, or the log, was written meanwhile: whoever grows it again begins anew.
        """
        self._transact(*self.writes(tree, former=former, batch=batch))

    def writes(
        self, tree: RoundTree, *, former: RoundTree | None, batch: Batch | None = None
    ) -> list[Put | Update]:
        """Writes, for one transaction, of what a round's tree is now, and its head in the log.

        Parameters
        ----------
        batch : Batch, optional
            What came to it, if something did.
        """
        head = tree.head
        row = Update(
            pk=_pk(head.topic_id, head.round),
            sk=_TREE,
            set={"until": tree.until, "files": tree.files, "head": head.model_dump()},
            when={"head": former.head.model_dump() if former else None},
        )
        signed = self.logged()
        count = Update(
            pk=LOG, sk=_ENTRIES, set={"entries": signed + 1}, when={"entries": signed or None}
        )
        entry = Put(item={"pk": LOGGED, "sk": f"{signed:012d}", "head": head.model_dump()})
        return [row, count, entry, *_rows_beside(tree, former, batch, entry=signed)]

    def logged(self) -> int:
        """How many heads have been signed in all."""
        item = self._table.get(LOG, _ENTRIES)
        return item["entries"] if item else 0

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

    def keep_log_head(self, head: LogHead, *, former: LogHead | None) -> None:
        """Write what the log is now.

        Raises
        ------
        TransientError
            If somebody else did.
        """
        fields = {"size": head.tree_size, "head": head.model_dump()}
        when = {"size": former.tree_size if former else None}
        kept = Put(item={"pk": LOG, "sk": _log_head_sk(head.tree_size), "head": head.model_dump()})
        self._transact(Update(pk=LOG, sk=_TREE, set=fields, when=when), kept)

    def _transact(self, *writes: Put | Update) -> None:
        try:
            self._table.transact(*writes)
        except ConditionFailed as error:
            raise TransientError("the tree grew at the same time") from error


def _rows_beside(
    tree: RoundTree, former: RoundTree | None, batch: Batch | None, *, entry: int
) -> Iterator[Put]:
    """By which a head, a batch and a topic's rounds are found."""
    head = tree.head
    pk, sk = _pk(head.topic_id, head.round), f"{_HEAD}{head.tree_size:012d}#{entry:012d}"
    yield Put(item={"pk": pk, "sk": sk, "entry": entry, "head": head.model_dump()})
    if batch is not None:
        found: Item = {"pk": pk, "first": batch.first, "size": batch.size}
        if batch.edition is None:
            yield Put(item={**found, "sk": f"{_BATCH}{tree.until}"})
        else:
            yield Put(item={**found, "sk": _files_sk(batch.edition), "head": head.model_dump()})
    if former is None:
        yield Put(item={"pk": f"{TREES}{head.topic_id}", "sk": f"{head.round:03d}"})


def _files_sk(edition: int) -> str:
    return f"{_FILES}{edition:03d}"


def _log_head_sk(tree_size: int) -> str:
    return f"{_HEAD}{tree_size:012d}"


def _pk(topic_id: str, round_: int) -> str:
    return f"{TREES}{topic_id}#{round_:03d}"
