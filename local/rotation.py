"""Rotation of secrets: a function takes Secrets Manager's four steps, every so many local days.

moto goes on with the next step when one has failed, and takes the new version for the current one
whatever the function did; here a step that fails ends the rotation, as on AWS. Nobody who moves the
clock on stops for it: what would have happened in between happens once, where the clock stops next.
"""

import uuid

from local.clock import LocalClock, LocalEvent, LocalThread
from local.lambdas import Functions

_STEPS = ("createSecret", "setSecret", "testSecret", "finishSecret")
_DAY_SECONDS = 86_400


class Rotation:
    """Has one secret rotated, again and again.

    Parameters
    ----------
    secret_arn : str
        The secret.
    function : str
        Name or ARN of the function that rotates it.
    every_days : int
        Local days between two rotations, and before the first.
    clock : LocalClock
        The clock.
    functions : Functions
        Where to find the function.
    """

    def __init__(
        self,
        secret_arn: str,
        *,
        function: str,
        every_days: int,
        clock: LocalClock,
        functions: Functions,
    ) -> None:
        self._secret_arn = secret_arn
        self._function = function
        self._every_seconds = every_days * _DAY_SECONDS
        self._clock = clock
        self._functions = functions
        self._thread = LocalThread(clock, target=self._run, name=f"rotation {secret_arn}")

    def start(self) -> None:
        """Begin to wait for the first rotation."""
        self._thread.start()

    def _run(self) -> None:
        while True:
            LocalEvent(self._clock).wait(self._every_seconds, background=True)
            self._rotate()

    def _rotate(self) -> None:
        version = str(uuid.uuid4())
        for step in _STEPS:
            event = {
                "Step": step,
                "SecretId": self._secret_arn,
                "ClientRequestToken": version,
                "RotationToken": str(uuid.uuid4()),
            }
            if self._functions.call(self._function, event).failed:
                return
