"""Trees in the archive table; `store` and `audit_store` have the rest of its keys.

``pk = TREE#<topic>#<round>``: ``sk = TREE``: up to when comments are in it, how many of its leaves
are files of records, and its last head;
``sk = HEAD#<size, 12 digits>#<entry, 12 digits>``: a head, and its place in the log;
``sk = BATCH#<until>``: a batch of comments, received before that and after the batch before;
``sk = FILES#<edition, 3 digits>``: the batch of a sealed record's files, and the head over them.
``sk = LEASE``: see `leases`.
``pk = TREE#<topic>``: ``sk = <round, 3 digits>``: a round that has a tree.
"""

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime

from services.archive.leases import alone
from services.archive.log_store import LogStore
from services.archive.model.audit import canonical
from services.archive.model.heads import RoundHead
from services.archive.tree_files import Batch
from services.shared.errors import TransientError
from services.shared.table import ConditionFailed, Item, Put, Update

TREES = "TREE#"
_TREE = "TREE"
_LOG_ROWS = {0, 1}
"""Places, in a transaction that keeps a head, of the writes that the heads of all trees want."""
_TRIES = 10
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
    files: int

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

    @property
    def body(self) -> bytes:
        """Bytes of the file that tells it, beside the record's manifest."""
        return canonical({"first": self.first, "head": self.head.model_dump()}) + b"\n"


class TreeStore(LogStore):
    """Trees of rounds, and the programme's log of their heads; see `LogStore`."""

    def round_tree(self, topic_id: str, round_: int) -> RoundTree | None:
        """A round's tree, or ``None`` before its first head."""
        item = self._table.get(_pk(topic_id, round_), _TREE)
        if item is None:
            return None
        head = RoundHead.model_validate(item["head"])
        return RoundTree(until=item["until"], head=head, files=item["files"])

    def alone(self, topic_id: str, round_: int, *, at: datetime) -> AbstractContextManager[Update]:
        """Have nobody else write the files of a round's tree; see `leases.alone`."""
        return alone(self._table, _pk(topic_id, round_), at=at)

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
            Batch(first=item["first"], size=item["size"], edition=_edition_of(item["sk"]))
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

    def batches_of(self, topic_id: str, round_: int, *, received_at: str) -> Iterator[Batch]:
        """The batch in which a comment of an instant is, and those after it, if it came late."""
        beyond = f"{_BATCH}{received_at}"
        while True:
            page = self._table.query(_pk(topic_id, round_), beyond=beyond, limit=1)
            if not page.items or not page.items[0]["sk"].startswith(_BATCH):
                return
            [item] = page.items
            yield Batch(first=item["first"], size=item["size"])
            beyond = item["sk"]

    def keep_round_tree(
        self,
        tree: RoundTree,
        lease: Update,
        *,
        former: RoundTree | None,
        batch: Batch | None = None,
        beside: Sequence[Put | Update] = (),
    ) -> None:
        """Write what a round's tree is now, and its head into the log, in one transaction.

        Parameters
        ----------
        batch : Batch, optional
            What came to it, if something did.
        beside : sequence of Put or Update
            What else is written with it, or not at all.

        Raises
        ------
        TransientError
            If something of it was written meanwhile: whoever grows it again begins anew.
        """
        for _ in range(_TRIES):
            entry = self.logged()
            rows = _rows_of(tree, former, batch, entry=entry)
            try:
                self._table.transact(*self.logging(tree.head, entry), lease, *rows, *beside)
            except ConditionFailed as error:
                if not set(error.failed) <= _LOG_ROWS:
                    raise TransientError("the tree grew, or was sealed, meanwhile") from error
            else:
                return
        raise TransientError("the log grew all the time")


def _rows_of(
    tree: RoundTree, former: RoundTree | None, batch: Batch | None, *, entry: int
) -> Iterator[Put | Update]:
    """What a tree is now, and by which a head, a batch and a topic's rounds are found."""
    head = tree.head
    yield Update(
        pk=_pk(head.topic_id, head.round),
        sk=_TREE,
        set={"until": tree.until, "files": tree.files, "head": head.model_dump()},
        when={"head": former.head.model_dump() if former else None},
    )
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


def _edition_of(sk: str) -> int | None:
    return int(sk.removeprefix(_FILES)) if sk.startswith(_FILES) else None


def _pk(topic_id: str, round_: int) -> str:
    return f"{TREES}{topic_id}#{round_:03d}"
