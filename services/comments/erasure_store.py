"""Requests of erasure in the comments table; `store` has the rest of its keys.

* ``ERASURES`` / ``<request>``: a request and how far it is
* ``E#<request>`` / ``A#<r>#<v>``: audit item of a completed one
"""

from collections.abc import Iterator, Sequence
from datetime import datetime

from services.comments.events import ErasureCompleted
from services.comments.model.erasure import ErasureRequest
from services.comments.model.window import Window
from services.comments.partitions import shard_pk
from services.shared import clock
from services.shared.events import SYSTEM, audit
from services.shared.table import Item, Put, Table, Update

SUBJECTS_AT_ONCE = 50
"""Accounts that are looked for at once; DynamoDB takes a hundred values in a condition."""
_REQUESTS = "ERASURES"
_KEYS = ("pk", "sk")
_DONE_WITH = ("comment_ids", "subject_key", "place")
"""What told whose comments were meant, and is of no use any more."""


class ErasureStore:
    """Requests of erasure, and what it takes to find an account's comments.

    Parameters
    ----------
    table : Table
        The comments table.
    """

    def __init__(self, table: Table) -> None:
        self._table = table

    def request(self, request_id: str) -> ErasureRequest | None:
        """Request of an id, or ``None``."""
        row = self._table.get(_REQUESTS, request_id)
        return _request_of(row) if row else None

    def note(self, request: ErasureRequest, *, replaces: ErasureRequest | None) -> None:
        """Write a request that is made, for the first time or in the place of a completed one.

        Raises
        ------
        ConditionFailed
            If somebody else made it meanwhile.
        """
        row = request.model_dump(exclude={"request_id"}, exclude_none=True)
        sk = request.request_id
        if replaces is None:
            self._table.write(Put(item={"pk": _REQUESTS, "sk": sk, **row}))
            return
        standing = {"version": replaces.version, "status": replaces.status}
        gone = ("completed_at",)
        self._table.write(Update(pk=_REQUESTS, sk=sk, set=row, remove=gone, when=standing))

    def waiting(self) -> list[ErasureRequest]:
        """All requests that are not completed."""
        return [
            _request_of(item)
            for item in self._table.items(_REQUESTS, where=[{"status": "waiting"}])
        ]

    def counting(self, request: ErasureRequest) -> Update:
        """Write that counts one more comment, to be made in the transaction that erases it."""
        return Update(
            pk=_REQUESTS, sk=request.request_id, add={"comments": 1}, when={"status": "waiting"}
        )

    def gone_through(self, request: ErasureRequest, *, place: int) -> ErasureRequest:
        """Note how many shards were gone through for a request, and give it as it then is."""
        place_known = {"status": "waiting", "version": request.version}
        self._table.write(
            Update(pk=_REQUESTS, sk=request.request_id, set={"place": place}, when=place_known)
        )
        return request.model_copy(update={"place": place})

    def complete(self, request_id: str, *, at: datetime) -> ErasureRequest:
        """Note that a request was carried out, with its event, once; give it as it stands then.

        Raises
        ------
        ConditionFailed
            If it was counted on or completed meanwhile.
        """
        row = self._table.get(_REQUESTS, request_id)
        request = _request_of(row or {})
        if request.status == "completed":
            return request
        done = {"status": "completed", "completed_at": clock.to_text(at)}
        version = request.version + 1
        update = Update(
            pk=_REQUESTS,
            sk=request_id,
            set={**done, "version": version},
            remove=_DONE_WITH,
            when={"version": request.version, "comments": request.comments},
        )
        self._table.transact(update, _told(request, version=version, at=at))
        return request.model_copy(update={**done, "version": version})

    def own(
        self, window: Window, shard: int, *, subject_keys: Sequence[str]
    ) -> Iterator[tuple[str, str, str]]:
        """Comments of some accounts in a shard: id, the account's pseudonym, when it was received.

        The table picks them: what others wrote is read by DynamoDB and not sent.
        """
        found = self._table.items(
            shard_pk("T", window, shard),
            where=[{"subject_key": tuple(subject_keys)}],
            only=("sk", "subject_key", "received_at"),
        )
        for item in found:
            yield item["sk"], item["subject_key"], item["received_at"]


def _told(request: ErasureRequest, *, version: int, at: datetime) -> Put:
    return audit(
        ErasureCompleted(request_id=request.request_id, comments=request.comments),
        pk=f"E#{request.request_id}",
        version=version,
        topic_id=request.topic_id,
        round_=request.round,
        actor=SYSTEM,
        at=at,
    )


def _request_of(row: Item) -> ErasureRequest:
    fields = {name: value for name, value in row.items() if name not in _KEYS}
    return ErasureRequest.model_validate({**fields, "request_id": row.get("sk")})
