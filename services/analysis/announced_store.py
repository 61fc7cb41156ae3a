"""What is announced of a round: on the run's row, beside what officers prepare.

The gate keeps what would be announced. It is the public's once the decision is announced, or the
record gathered, and stands until the next announcement of a reopened round.
"""

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

from services.analysis.model.late import Standing, standing
from services.analysis.model.ruling import Ruling
from services.analysis.model.run import Run
from services.analysis.recorded import late_entries, on_record, pk, run_key
from services.shared import clock
from services.shared.errors import Conflict, TransientError
from services.shared.table import ConditionFailed, Table, Update


class AnnouncedStore:
    """Announcements of rounds in DynamoDB.

    Parameters
    ----------
    table : Table
        The analysis table.
    """

    def __init__(self, table: Table) -> None:
        self._table = table

    def announce(self, run: Run, *, occurred_at: str, at: datetime) -> None:
        """Make public what the gate kept.

        Parameters
        ----------
        occurred_at : str
            When the decision was announced, RFC 3339 in UTC.

        Raises
        ------
        TransientError
            If the row changed since it was read.
        """
        self._set(run, _announcement(run, occurred_at=occurred_at, at=at))

    def gather(self, run: Run, *, is_announced: bool, at: datetime) -> Run:
        """Let what is public stand, as the record is gathered; gives the run as it then is.

        Parameters
        ----------
        is_announced : bool
            Whether what the gate kept was announced, though nobody told of it so far.

        Raises
        ------
        TransientError
            If the row changed since it was read.
        """
        now = clock.to_text(at)
        stands = {"gathered_at": run.gathered_at or now, "published_at": run.published_at or now}
        told = _announcement(run, occurred_at=now, at=at) if is_announced else {}
        return self._set(run, told | stands)

    def standing(self, run: Run) -> Standing:
        """What everybody is told of a round, with what was corrected since the announcement."""
        place = (self._table.name, run.topic_id, run.round)
        return _standing(*place, version=run.version, announced=run.announced_version)

    def correct(self, run: Run, rulings: Sequence[Ruling], *, answers: str) -> None:
        """Write corrections (≤ 99), all or none.

        Parameters
        ----------
        answers : str
            Name of the file that tells what is answered with them.

        Raises
        ------
        Conflict
            If somebody else recorded some, or the record was gathered, since the run was read.
        """
        unchanged = ("version", "gate_passed_at", "announced_at", "gathered_at")
        # A row of an earlier release does not say yet which version was announced.
        told = {"told_version": run.announced_version, "told_answers": answers}
        update = Update(
            pk=pk(run.topic_id),
            sk=run_key(run.round),
            set={"version": rulings[-1].version, **told},
            when={name: getattr(run, name) for name in unchanged},
        )
        try:
            self._table.transact(update, *late_entries(run, rulings))
        except ConditionFailed as error:
            raise Conflict("changed_meanwhile") from error

    def _set(self, run: Run, fields: dict[str, Any]) -> Run:
        """Write what of this the row does not say yet, if it is as it was read."""
        seen = {name: getattr(run, name) for name in ("version", "gate_passed_at", "announced_at")}
        changed = run.model_copy(update=fields)
        if changed != run:
            update = Update(pk=pk(run.topic_id), sk=run_key(run.round), set=fields, when=seen)
            try:
                self._table.write(update)
            except ConditionFailed as error:
                raise TransientError("the round changed while it was announced") from error
        return changed


# What stands follows from these: a round may have thousands of rules, and each page asks.
@lru_cache(maxsize=8)
def _standing(table: str, topic_id: str, round_: int, *, version: int, announced: int) -> Standing:
    found = on_record(table, topic_id, round_=round_, version=version)
    return standing(found.rulings, version=announced)


def _announcement(run: Run, *, occurred_at: str, at: datetime) -> dict[str, Any]:
    kept = {"told_version": run.gate_version, "told_answers": run.answers}
    return {
        **{name: value for name, value in kept.items() if value is not None},
        # Not before the gate: two functions, two clocks.
        "announced_at": max(occurred_at, run.gate_passed_at or ""),
        "published_at": run.published_at or clock.to_text(at),
    }
