"""Rules that the clock fires: ``rate(1 hour)`` and the like, on the local clock.

moto keeps such rules and never fires them.
"""

import re
import uuid
from dataclasses import dataclass
from typing import Any

from local.clock import LocalClock, LocalEvent, LocalThread
from local.emulator import ACCOUNT, REGION, TURN
from local.events import deliver
from local.lambdas import DeploymentError, Functions

_RATE = re.compile(r"rate\((\d+) (minute|hour|day)s?\)")
_SECONDS = {"minute": 60, "hour": 3_600, "day": 86_400}


@dataclass(frozen=True, kw_only=True)
class Schedule:
    """A rule that fires again and again, the first time one interval after the start."""

    rule_arn: str
    seconds: int
    targets: list[dict[str, Any]]
    clock: LocalClock
    functions: Functions

    def start(self) -> None:
        """Begin to fire."""
        LocalThread(self.clock, target=self._run, name="schedule").start()

    def _run(self) -> None:
        while True:
            LocalEvent(self.clock).wait(self.seconds)
            event = {
                "version": "0",
                "id": str(uuid.uuid4()),
                "detail-type": "Scheduled Event",
                "source": "aws.events",
                "account": ACCOUNT,
                "time": self.clock.now().strftime("%Y-%m-%dT%H:%M:%SZ"),
                "region": REGION,
                "resources": [self.rule_arn],
                "detail": {},
            }
            with TURN:
                for target in self.targets:
                    deliver(target, event, self.functions)


def interval_seconds(expression: str) -> int:
    """Seconds of a rate.

    Raises
    ------
    DeploymentError
        If it is another expression.
    """
    found = _RATE.fullmatch(expression)
    if found is None:
        raise DeploymentError(f"the local stack knows no schedule such as {expression}")
    return int(found[1]) * _SECONDS[found[2]]
