"""Whether a request came through the edge: CloudFront sends a secret that nobody else knows.

The firewall stands at the edge; whoever called the API past it would not be met by it. The secret
may be changed at any time: the present and the former one are both taken, and whoever sends
neither is compared with a fresh reading before being refused.
"""

import hmac
from datetime import datetime, timedelta
from functools import cache

from services.shared import aws

HEADER = "x-tashawur-origin"
VIEWER_HEADER = "x-tashawur-viewer"
"""In which the edge tells the address of the one who sent the request."""
KEPT = timedelta(minutes=5)
"""How long a reading is good; a secret changed twice is refused after that."""
ASKED_AGAIN = timedelta(seconds=30)
"""How old a reading must be to be doubted: guesses do not become calls of Secrets Manager."""
_STAGES = ("AWSCURRENT", "AWSPREVIOUS")


class OriginSecret:
    """The secret of one deployment as one container knows it.

    Parameters
    ----------
    arn : str
        Where it is, in Secrets Manager.
    """

    def __init__(self, arn: str) -> None:
        self._arn = arn
        self._values: tuple[bytes, ...] = ()
        self._read_at: datetime | None = None

    def accepts(self, presented: str, *, now: datetime) -> bool:
        """Tell whether this is the secret, or the one before it.

        Parameters
        ----------
        presented : str
            What the request carries.
        now : datetime
            Present instant, UTC.
        """
        self._read(now, unless_younger_than=KEPT)
        if self._matches(presented):
            return True
        return self._read(now, unless_younger_than=ASKED_AGAIN) and self._matches(presented)

    def _matches(self, presented: str) -> bool:
        """Compare with each in constant time; as bytes, since a header may hold anything."""
        given = presented.encode()
        return any(hmac.compare_digest(given, value) for value in self._values)

    def _read(self, now: datetime, *, unless_younger_than: timedelta) -> bool:
        if self._read_at is not None and now - self._read_at < unless_younger_than:
            return False
        found = [self._value(stage) for stage in _STAGES]
        self._values = tuple(value.encode() for value in found if value)
        self._read_at = now
        return True

    def _value(self, stage: str) -> str | None:
        client = aws.client("secretsmanager")
        try:
            reply = client.get_secret_value(SecretId=self._arn, VersionStage=stage)
        except client.exceptions.ResourceNotFoundException:
            if stage == _STAGES[0]:
                raise
            return None  # it was never changed yet
        return str(reply["SecretString"])


@cache
def secret_at(arn: str) -> OriginSecret:
    """The secret at an ARN, one for the life of the container."""
    return OriginSecret(arn)
