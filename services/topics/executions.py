"""Executions in Step Functions; the only place that asks about them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from services.shared import aws
from services.shared.errors import Malformed

_RUNNING = frozenset({"RUNNING", "PENDING_REDRIVE"})
_ENDED_BADLY = frozenset({"ABORTED", "FAILED", "TIMED_OUT"})
LOST = "LOST"
"""How we call an execution that is not there, or that ended well before its topic did."""


@dataclass(frozen=True, kw_only=True)
class Execution:
    """One execution as Step Functions knows it.

    Attributes
    ----------
    status : str
        ``RUNNING``, ``SUCCEEDED``, ``FAILED``, ``TIMED_OUT``, ``ABORTED`` or ``PENDING_REDRIVE``.
    started_at, stopped_at : datetime or None
        UTC.
    error, cause : str or None
        Why it failed; the cause may be anything that a function or a person wrote.
    """

    name: str
    arn: str
    status: str
    started_at: datetime
    stopped_at: datetime | None = None
    error: str | None = None
    cause: str | None = None

    @property
    def is_running(self) -> bool:
        """Whether it goes on by itself."""
        return self.status in _RUNNING

    @property
    def ended_badly(self) -> bool:
        """Whether it ended otherwise than it should."""
        return self.status in _ENDED_BADLY


class Executions:
    """Executions of the consultation's state machine.

    Parameters
    ----------
    machine_arn : str
        ARN of the state machine.
    """

    def __init__(self, machine_arn: str) -> None:
        self._machine_arn = machine_arn

    def arn(self, name: str) -> str:
        """ARN of the execution of a name, whether it exists or not."""
        return f"{self._machine_arn.replace(':stateMachine:', ':execution:')}:{name}"

    def console_url(self, name: str) -> str:
        """Where the AWS console shows an execution."""
        region = self._machine_arn.split(":")[3]
        page = f"https://{region}.console.aws.amazon.com/states/home?region={region}"
        return f"{page}#/v2/executions/details/{self.arn(name)}"

    def running(self) -> Iterator[str]:
        """Names of the executions that run; what began just now may be missing."""
        pages = aws.client("stepfunctions").get_paginator("list_executions")
        for page in pages.paginate(stateMachineArn=self._machine_arn, statusFilter="RUNNING"):
            for found in page["executions"]:
                yield str(found["name"])

    def described(self, name: str) -> Execution | None:
        """Execution of a name, or ``None`` if there is none (any more)."""
        client = aws.client("stepfunctions")
        try:
            found = client.describe_execution(executionArn=self.arn(name))
        except client.exceptions.ExecutionDoesNotExist:
            return None
        return Execution(
            name=name,
            arn=str(found["executionArn"]),
            status=str(found["status"]),
            started_at=found["startDate"].astimezone(UTC),
            stopped_at=found["stopDate"].astimezone(UTC) if "stopDate" in found else None,
            error=found.get("error"),
            cause=found.get("cause"),
        )

    def events(
        self, name: str, *, after: str | None, limit: int
    ) -> tuple[list[dict[str, Any]], str | None]:
        """Events of an execution's history, newest first, and the token to go on from.

        An execution that does not exist has none.

        Raises
        ------
        Malformed
            If the token has expired (after 24 hours).
        """
        client = aws.client("stepfunctions")
        request = {"executionArn": self.arn(name), "reverseOrder": True, "maxResults": limit}
        if after is not None:
            request["nextToken"] = after
        try:
            page = client.get_execution_history(**request)
        except client.exceptions.ExecutionDoesNotExist:
            return [], None
        except client.exceptions.InvalidToken as error:
            raise Malformed("bad_cursor") from error
        return list(page["events"]), page.get("nextToken")
