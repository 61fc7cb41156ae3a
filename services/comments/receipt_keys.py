"""The keys that sign receipts as one container knows them: read again before new ones count."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from services.comments.key_secret import CURRENT
from services.comments.model.key_schedule import KeyDocument, KeySchedule
from services.comments.model.receipts import Receipt
from services.shared import aws
from services.shared.errors import TransientError
from services.shared.transient import transient_errors

ASKED_AGAIN = timedelta(minutes=15)
"""How old a reading gets before the secret is read again."""
GOOD_FOR = timedelta(hours=6)
"""How long a reading serves while Secrets Manager does not answer; less than `LEAST_AHEAD`."""


class ReceiptKeys:
    """Signs and verifies receipts by the schedule in the secret.

    Parameters
    ----------
    arn : str
        Where the secret is.
    now : callable
        The service's clock.
    """

    def __init__(self, arn: str, *, now: Callable[[], datetime]) -> None:
        self._arn = arn
        self._now = now
        self._reading: _Reading | None = None
        self._asked_at: datetime | None = None

    def sign(self, header: Mapping[str, Any], *, salt: bytes, leaf: bytes) -> Receipt:
        """Receipt of a leaf; see `KeySchedule.sign`.

        Raises
        ------
        TransientError
            If the keys cannot be read, and those that are known may not be all.
        """
        return self.schedule().sign(header, salt=salt, leaf=leaf)

    def verifies(self, receipt: Receipt) -> bool:
        """Tell whether this service signed the receipt; see `KeySchedule.verifies` and `sign`."""
        return self.schedule().verifies(receipt)

    def schedule(self) -> KeySchedule:
        """Every key that may count by now; see `sign`."""
        now, known = self._now(), self._reading
        serves = known is not None and _younger(known.read_at, than=GOOD_FOR, at=now)
        if known is not None and serves and _younger(self._asked_at, than=ASKED_AGAIN, at=now):
            return known.schedule
        self._asked_at = now
        try:
            self._reading = self._read(now)
        except TransientError:
            if known is None or not serves:
                raise
            return known.schedule
        return self._reading.schedule

    def _read(self, now: datetime) -> "_Reading":
        with transient_errors():
            reply = aws.client("secretsmanager").get_secret_value(
                SecretId=self._arn, VersionStage=CURRENT
            )
        text = str(reply["SecretString"])
        known = self._reading
        if known is not None and known.text == text:  # its keys need not be derived again
            return replace(known, read_at=now)
        schedule = KeySchedule(KeyDocument.model_validate_json(text))
        return _Reading(text=text, schedule=schedule, read_at=now)


@dataclass(frozen=True, kw_only=True)
class _Reading:
    """The secret as it was at an instant."""

    text: str
    schedule: KeySchedule
    read_at: datetime


def _younger(instant: datetime | None, *, than: timedelta, at: datetime) -> bool:
    """Tell whether less than a time has passed since an instant; one to come tells nothing."""
    return instant is not None and timedelta(0) <= at - instant < than
