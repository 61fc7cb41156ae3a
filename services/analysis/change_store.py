"""What became of a round's comments since the export; the only place that knows their keys.

``pk = T#<topic>#<round>``: ``sk = S#<comment>`` (see `Change`), and ``RESTORED``: how often
comments were restored. A restoration is numbered by it, and a gate closes only at the number that
it has counted with: so it is known of each whether it came before, whatever the clocks say.
"""

from services.analysis.model.change import Change
from services.analysis.model.run import Run
from services.analysis.recorded import CHANGES, round_pk
from services.shared.errors import TransientError
from services.shared.table import Check, ConditionFailed, Table, Update

_RESTORED = "RESTORED"


class ChangeStore:
    """Changes of comments in DynamoDB.

    Parameters
    ----------
    table : Table
        The analysis table.
    """

    def __init__(self, table: Table) -> None:
        self._table = table

    def keep_change(self, topic_id: str, round_: int, change: Change, *, occurred_at: str) -> None:
        """Write a change of a comment, unless it gives way to what is there.

        Raises
        ------
        TransientError
            If somebody wrote another one, or another comment was restored, meanwhile.
        """
        row, sk = round_pk(topic_id, round_), f"{CHANGES}{change.comment_id}"
        item = self._table.get(row, sk)
        standing = Change.model_validate(item) if item else None
        if standing and not change.overtakes(standing):
            return
        seen = {"status": standing.status, "edition": standing.edition} if standing else {}
        numbered, told = self._numbered(row, change)
        fields = numbered.model_dump(exclude_none=True)
        write = Update(
            pk=row,
            sk=sk,
            set={**fields, "changed_at": occurred_at},
            remove=() if change.reason_code else ("reason_code",),
            when=seen or {"pk": None},
        )
        try:
            self._table.transact(write, *told)
        except ConditionFailed as error:
            raise TransientError("another change came in between") from error

    def _numbered(self, row: str, change: Change) -> tuple[Change, list[Update]]:
        """A change, a restoration with its number, and what counts that one.

        Of what is restored an answer is due again, whatever a gate has counted.
        """
        if not change.needs_answer:
            return change, []
        times = self._restored(row)
        number = (times or 0) + 1
        count = Update(pk=row, sk=_RESTORED, set={"times": number}, when={"times": times})
        return change.model_copy(update={"restoration": number}), [count]

    def of(self, run: Run) -> list[Change]:
        """Changes of comments of a run's round, in the order of their ids."""
        items = self._table.items(round_pk(run.topic_id, run.round), prefix=CHANGES)
        return [Change.model_validate(item) for item in items]

    def restored(self, run: Run) -> int | None:
        """How often comments of the round were restored; ``None`` if never."""
        return self._restored(round_pk(run.topic_id, run.round))

    def _restored(self, row: str) -> int | None:
        item = self._table.get(row, _RESTORED)
        return int(item["times"]) if item else None

    def none_restored_since(self, run: Run, times: int | None) -> Check:
        """Demand in a transaction that no comment was restored since so often (see `restored`)."""
        row = round_pk(run.topic_id, run.round)
        return Check(pk=row, sk=_RESTORED, when={"times": times})
