"""Until when the rounds' personal data is kept, in the comments table; `store` has other keys.

* ``RETENTION`` / ``<topic>#<round>``: until when that of a round that is over
* ``F#<topic>#<round>`` / ``A#<r>#<v>``: audit item of its deletion
"""

from collections.abc import Iterator
from datetime import datetime

from services.comments.events import PersonalDataDeleted
from services.comments.model.retention import Retention
from services.comments.model.window import Window
from services.comments.partitions import window_pk
from services.shared import clock
from services.shared.events import SYSTEM, audit
from services.shared.table import Item, Put, Table, Update

_ROUNDS = "RETENTION"
_KEYS = ("pk", "sk")


class RetentionStore:
    """Ends of rounds, and the deletion of their data keys.

    Parameters
    ----------
    table : Table
        The comments table.
    """

    def __init__(self, table: Table) -> None:
        self._table = table

    def of_round(self, topic_id: str, round_: int) -> Retention | None:
        """What is known of a round's end, or ``None``."""
        row = self._table.get(_ROUNDS, _sk(topic_id, round_))
        return _retention_of(row) if row else None

    def note(self, retention: Retention, *, replaces: Retention | None) -> None:
        """Write what an event tells of a round's end.

        Raises
        ------
        ConditionFailed
            If somebody else noted another one meanwhile.
        """
        update = Update(
            pk=_ROUNDS,
            sk=_sk(retention.topic_id, retention.round),
            set=retention.model_dump(exclude_none=True),
            remove=() if retention.until else ("until",),
            when={"noted_at": replaces and replaces.noted_at},
        )
        self._table.write(update)

    def ended(self) -> Iterator[Retention]:
        """Rounds whose personal data has an end and was not deleted."""
        for row in self._table.items(_ROUNDS):
            retention = _retention_of(row)
            if retention.until is not None and retention.deleted_at is None:
                yield retention

    def delete_key(self, retention: Retention, window: Window, *, at: datetime) -> None:
        """Delete a round's data key, with the event that tells of it.

        Raises
        ------
        ConditionFailed
            If it is deleted already, or its end was noted anew.
        """
        topic_id, round_ = retention.topic_id, retention.round
        told = audit(
            PersonalDataDeleted(),
            pk=f"F#{topic_id}#{round_}",
            version=1,
            topic_id=topic_id,
            round_=round_,
            actor=SYSTEM,
            at=at,
        )
        self._table.transact(
            Update(
                pk=window_pk(topic_id, round_),
                sk="window",
                remove=("data_key",),
                when={"data_key": window.data_key},
            ),
            self._done(retention, at=at),
            told,
        )

    def close(self, retention: Retention, *, at: datetime) -> None:
        """Note that a round has no key to be deleted.

        Raises
        ------
        ConditionFailed
            If its end was noted anew.
        """
        self._table.write(self._done(retention, at=at))

    def _done(self, retention: Retention, *, at: datetime) -> Put | Update:
        return Update(
            pk=_ROUNDS,
            sk=_sk(retention.topic_id, retention.round),
            set={"deleted_at": clock.to_text(at)},
            when={"noted_at": retention.noted_at, "deleted_at": None},
        )


def _sk(topic_id: str, round_: int) -> str:
    return f"{topic_id}#{round_:03d}"


def _retention_of(row: Item) -> Retention:
    return Retention.model_validate({name: v for name, v in row.items() if name not in _KEYS})
