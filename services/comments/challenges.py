"""Challenges for whoever is not signed in: work that one person does not notice and a flood does.

Off by default. Another kind is another class with the two functions of `Challenge`, named in the
settings and in `handlers.submit`.
"""

import base64
import json
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

from services.shared.errors import ChallengeRequired

LIFETIME = timedelta(minutes=30)
"""Long enough to write a comment after the form was opened."""
_ALGORITHM = "PBKDF2/SHA-256"
_COST = 2_000
"""Iterations of one try; on average 256 tries solve it: about a second of a telephone's work."""
_LONGEST = 4_096
_EXPIRES = "expires"


class Challenge(Protocol):
    """What can be asked of whoever is not signed in."""

    def issue(self, *, at: datetime) -> dict[str, Any]:
        """Make a challenge, as the front end is given it."""

    def check(self, solution: str, *, at: datetime) -> tuple[str, datetime]:
        """Identity of the challenge that is solved, and when the solution expires.

        Raises
        ------
        ChallengeRequired
            If it is no solution of a challenge of ours, or too old.
        """


class ProofOfWork:
    """Challenges of the ALTCHA kind (version 2), which its widgets solve; nothing is stored.

    Parameters
    ----------
    key : bytes
        Signs the challenges.
    """

    def __init__(self, key: bytes) -> None:
        self._key = key

    def issue(self, *, at: datetime) -> dict[str, Any]:
        """Make a challenge: ``{"parameters": …, "signature": …}``.

        Its end is in ``parameters.data``, in our own time, which the library does not know.
        """
        from altcha import create_challenge

        expires = int((at + LIFETIME).timestamp())
        made = create_challenge(_ALGORITHM, _COST, data={_EXPIRES: expires}, hmac_secret=self._key)
        return made.to_dict()

    def check(self, solution: str, *, at: datetime) -> tuple[str, datetime]:
        """Check a solution: base64 of ``{"challenge": …, "solution": …}``; see `Challenge`."""
        if len(solution) > _LONGEST or not self._solves(solution):
            raise ChallengeRequired("challenge_wrong")
        challenge = json.loads(base64.b64decode(solution))["challenge"]
        expires = datetime.fromtimestamp(challenge["parameters"]["data"][_EXPIRES], tz=UTC)
        if expires <= at:
            raise ChallengeRequired("challenge_expired")
        return str(challenge["signature"]), expires

    def _solves(self, solution: str) -> bool:
        from altcha import verify_solution

        try:
            return bool(verify_solution(solution, self._key).verified)
        except (OverflowError, TypeError, ValueError):
            # Signed is what numbers are in JSON: 2000.0 passes for 2000, and is no cost.
            return False
