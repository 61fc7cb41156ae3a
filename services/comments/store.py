"""The comments table: the only place, with `partitions`, that knows its keys.

``pk`` / ``sk``:

* ``T#<topic>#<round>#<shard, 2 digits>`` / ``<comment_id>``: a comment, when new its own audit
* ``C#<topic>#<round>#<comment_id>`` / ``A#<r>#<v>``: audit item of what a person did to it
* ``W#<topic>#<round>`` / ``window``, ``W#<topic>`` / ``current``: a round's window, the last round
* ``N#<topic>#<round>`` / ``00`` … ``63``: counters, striped
* ``L#<sender>`` / ``<period>``: what a sender sent lately (`sender_store`)
* ``LOOKS``, ``G#<topic>#<round>``: who takes part so far (`look_store`)
* ``COLLECTS``: rounds whose trees grow (`leaf_store`)
* ``ERASURES``, ``E#<request>``: requests of erasure (`erasure_store`)
* ``RETENTION``, ``F#<topic>#<round>``: until when personal data is kept (`retention_store`)
* ``Q#<access>``: audit items of authors being given what is held (`access_store`)

Sparse indexes, which `list_store` reads:

* ``public``: ``P#<topic>#<round>#<shard>`` / ``<published_at>#<comment_id>``: published comments
* ``grouped``: ``R#<topic>#<round>#<parent_id>`` / as above: the published replies to a comment;
  ``I#<topic>#<round>#<shard>`` / ``<received_at>#<comment_id>``: inquiries that may still be public
  and have no answer, from intake on; ``A#…``: those that have one
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from services.comments import rows
from services.comments.leaf_store import let_grow
from services.comments.look_store import watch
from services.comments.model.comment import (
    COUNTED,
    IN_REVIEW,
    Comment,
    Move,
    count_changes,
    reply_changes,
)
from services.comments.model.names import stripe_of
from services.comments.model.window import Window
from services.comments.partitions import (
    comment_key,
    counter_pk,
    index_keys,
    shard_pk,
    shard_pks,
    window_pk,
)
from services.shared import aws, side_by_side
from services.shared.errors import TransientError
from services.shared.table import Item, Put, Table, Update

STRIPES = 64
_STRIPES_TRIED = 5


class CommentStore:
    """Comments, windows and counters of all topics.

    Parameters
    ----------
    table : Table
        The comments table.
    """

    def __init__(self, table: Table) -> None:
        self._table = table

    def current_round(self, topic_id: str) -> int | None:
        """Latest round of a topic whose window was set, or ``None``."""
        row = self._table.get(f"W#{topic_id}", "current")
        return row["round"] if row else None

    def window(self, topic_id: str, round_: int) -> Window | None:
        """Window of a round, or ``None`` if none was set."""
        row = self._table.get(window_pk(topic_id, round_), "window")
        return rows.window_of(row, topic_id=topic_id, round_=round_) if row else None

    def put_window(self, window: Window, *, replaces: Window | None) -> None:
        """Write a window, and make its round the topic's current one if it is the latest.

        Raises
        ------
        ConditionFailed
            If somebody else wrote it since `replaces` was read.
        """
        row, pk = rows.window_row(window), window_pk(window.topic_id, window.round)
        writes: list[Put | Update]
        if replaces is None:
            writes = [Put(item={"pk": pk, "sk": "window", **row})]
        else:
            # The key stays as it is, or gone: an order that was read before brings none back.
            row.pop("data_key")
            writes = [Update(pk=pk, sk="window", set=row, when={"version": replaces.version})]
        writes += [*watch(window), let_grow(window)]
        current = self.current_round(window.topic_id)
        if current is None or current < window.round:
            latest = {"round": window.round}
            pointer = f"W#{window.topic_id}"
            writes.append(Update(pk=pointer, sk="current", set=latest, when={"round": current}))
        self._table.transact(*writes)

    def note_announcement(self, topic_id: str, round_: int, *, at: str) -> None:
        """Record that a round's decision was announced at an instant (RFC 3339).

        Raises
        ------
        ConditionFailed
            If the round has no window.
        """
        pk = window_pk(topic_id, round_)
        self._table.write(
            Update(pk=pk, sk="window", set={"announced_at": at}, when={"sk": "window"})
        )

    def add(self, comment: Comment, *, window: Window) -> None:
        """Write a new comment.

        Raises
        ------
        ConditionFailed
            If there is a comment of that id.
        """
        pk, sk = comment_key(window, comment.comment_id)
        keys = {"pk": pk, "sk": sk, **index_keys(comment, window)}
        self._table.write(Put(item={**keys, **rows.comment_row(comment)}))

    def comment(self, comment_id: str, *, window: Window) -> Comment | None:
        """Comment of a round, whatever its status, or ``None``."""
        item = self._table.get(*comment_key(window, comment_id))
        return received_comment(item) if item else None

    def shard(self, number: int, *, window: Window) -> Iterator[Comment]:
        """All comments of one shard, sorted by id."""
        for item in self._table.items(shard_pk("T", window, number)):
            yield received_comment(item)

    def part(
        self, number: int, *, window: Window, after: str, limit: int
    ) -> tuple[list[Comment], bool]:
        """Some comments of a shard, in the order of their ids, and whether there are more.

        Parameters
        ----------
        after : str
            Id after which to begin; empty for the first.
        """
        pk = shard_pk("T", window, number)
        page = self._table.query(pk, beyond=after, limit=limit)
        return [received_comment(item) for item in page.items], page.last is not None

    def commit(
        self, moves: Sequence[Move], *, window: Window, beside: Sequence[Put | Update] = ()
    ) -> None:
        """Make steps of comments of one round, their counters and what goes beside: all or none.

        No move may be of a comment that is the parent of another one's.

        Raises
        ------
        ConditionFailed
            If a comment is no longer as its move says; `failed` gives the places in `moves`.
        TransientError
            If other transactions were in the way all the time.
        """
        writes: list[Put | Update] = [
            *(_step(move, window) for move in moves),
            *_reply_counts(moves, window),
            *beside,
        ]
        self._transact(writes, counting=count_changes(moves), of=moves[0].comment, window=window)

    def put_answer(
        self, comment: Comment, *, answer: Mapping[str, Any], window: Window, audit: Put
    ) -> None:
        """Set or replace the answer to an inquiry; the audit item keeps its text for good.

        Raises
        ------
        ConditionFailed
            If the comment changed since it was read.
        """
        pk, sk = comment_key(window, comment.comment_id)
        change = {
            "answer": answer,
            "answer_edition": comment.editions + 1,
            "version": comment.version + 1,
        }
        if comment.answer is not None:
            change["first_answered_at"] = comment.waited_until
        change |= index_keys(comment._replace(answer=answer), window)
        standing = {"version": comment.version, "status": "published"}
        kept = Put(item={**audit.item, "answer": answer})
        self._table.transact(Update(pk=pk, sk=sk, set=change, when=standing), kept)

    def counts(self, topic_id: str, round_: int) -> dict[str, int]:
        """Sums of the counters of a round; see `COUNTED` and `IN_REVIEW`."""
        sums = dict.fromkeys((*COUNTED, IN_REVIEW), 0)
        for stripe in self._table.items(counter_pk(topic_id, round_)):
            for name in sums:
                sums[name] += stripe.get(name, 0)
        return sums

    def in_screening(self, window: Window) -> int:
        """How many comments of a round still await screening, counted in the table itself."""
        waiting = [{"status": "screening"}]
        counts = side_by_side.each(
            lambda pk: self._table.count(pk, where=waiting), shard_pks("T", window)
        )
        return sum(count.fitting for count in counts)

    def _transact(
        self,
        writes: Sequence[Put | Update],
        *,
        counting: Mapping[str, int],
        of: Comment,
        window: Window,
    ) -> None:
        if not counting:
            self._table.transact(*writes)
            return
        preferred = stripe_of(of.comment_id, STRIPES)
        pk = counter_pk(window.topic_id, window.round)
        for attempt in range(_STRIPES_TRIED):
            stripe = f"{(preferred + attempt) % STRIPES:02d}"
            try:
                self._table.transact(*writes, Update(pk=pk, sk=stripe, add=counting))
            except aws.client("dynamodb").exceptions.TransactionCanceledException as error:
                conflict = error  # another transaction holds the stripe: take the next one
            else:
                return
        raise TransientError("transactions in the way") from conflict


def is_comment(item: Item) -> bool:
    """Tell whether an item of the table or its stream is a comment."""
    return str(item["pk"]).startswith("T#")


def received_comment(item: Item) -> Comment:
    """Comment that an item of the table or its stream is."""
    _, topic_id, round_, _ = item["pk"].split("#")
    return rows.comment_of(item, topic_id=topic_id, round_=int(round_))


def _step(move: Move, window: Window) -> Update:
    comment = move.comment
    pk, sk = comment_key(window, comment.comment_id)
    keys = index_keys(move.after, window)
    changes = {"status": move.to, "version": comment.version + 1, **move.set, **keys}
    left = [name for name in index_keys(comment, window) if name not in keys]
    reviewed = ["in_review"] if comment.in_review else []
    return Update(
        pk=pk,
        sk=sk,
        set=changes,
        remove=(*move.remove, *reviewed, *left),
        when={"status": comment.status, "version": comment.version},
    )


def _reply_counts(moves: Sequence[Move], window: Window) -> list[Update]:
    updates = []
    for parent, change in reply_changes(moves).items():
        pk, sk = comment_key(window, parent)
        updates.append(Update(pk=pk, sk=sk, add={"replies": change}, when={"sk": parent}))
    return updates
