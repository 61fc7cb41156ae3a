"""Schedules: rules of the default bus that fire because time has passed.

A schedule makes nobody wait: whoever moves the clock on does not stop at its instants, and what
would have fired in between fires once, where the clock stops next. Else fourteen days could not
pass in seconds beside a rule that fires every few minutes.
"""

import json
import re
import uuid
from typing import Any

from local.clock import LocalClock, LocalEvent, LocalThread
from local.emulator import ACCOUNT, REGION, TURN
from local.events import deliver
from local.lambdas import DeploymentError, Functions

_RATE = re.compile(r"rate\((?P<count>\d+) (?P<unit>minute|hour|day)s?\)")
_SECONDS = {"minute": 60, "hour": 3_600, "day": 86_400}


class Schedule:
    """Sends the targets of one rule an event, again and again.

    Parameters
    ----------
    rule_arn : str
        The rule.
    every_seconds : int
        Local seconds between two events.
    targets : list
        The rule's targets.
    clock : LocalClock
        The clock.
    functions : Functions
        Where to find functions among the targets.
    """

    def __init__(
        self,
        rule_arn: str,
        *,
        every_seconds: int,
        targets: list[dict[str, Any]],
        clock: LocalClock,
        functions: Functions,
    ) -> None:
        self._rule_arn = rule_arn
        self._every_seconds = every_seconds
        self._targets = targets
        self._clock = clock
        self._functions = functions
        self._thread = LocalThread(clock, target=self._run, name=f"schedule {rule_arn}")

    def start(self) -> None:
        """Begin to wait for the first instant."""
        self._thread.start()

    def _run(self) -> None:
        while True:
            LocalEvent(self._clock).wait(self._every_seconds, background=True)
            event = self._event()
            with TURN:
                for target in self._targets:
                    message = json.loads(target["Input"]) if "Input" in target else event
                    deliver(target, message, functions=self._functions)

    def _event(self) -> dict[str, Any]:
        return {
            "version": "0",
            "id": str(uuid.uuid4()),
            "detail-type": "Scheduled Event",
            "source": "aws.events",
            "account": ACCOUNT,
            "time": self._clock.now().strftime("%Y-%m-%dT%H:%M:%SZ"),
            "region": REGION,
            "resources": [self._rule_arn],
            "detail": {},
        }


def seconds_of(expression: str) -> int:
    """Seconds between two events of a schedule, e.g. ``rate(15 minutes)``.

    Raises
    ------
    DeploymentError
        If it is no rate: the local stack has no calendar.
    """
    found = _RATE.fullmatch(expression)
    if found is None:
        raise DeploymentError(f"the local stack cannot keep the schedule {expression}")
    return int(found["count"]) * _SECONDS[found["unit"]]
