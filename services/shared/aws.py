"""AWS clients, made on first use and kept for the life of the container."""

from functools import cache
from typing import Any

from services.shared import items

_CONNECT_TIMEOUT_SECONDS = 2
_READ_TIMEOUT_SECONDS = 10
_ATTEMPTS = 4
_HURRIED_TIMEOUT_SECONDS = 1
_USER_AGENT = "tashawur"
_LAMBDA_READ_TIMEOUT_SECONDS = 70
"""A little longer than functions that are waited for may run."""


@cache
def client(service: str, *, waits: bool = True) -> Any:
    """Client of one AWS service, e.g. ``client("dynamodb")``.

    boto3 is imported here and not above: making clients is the largest part of a cold start.

    Parameters
    ----------
    waits : bool
        Whether an answer is worth waiting for, and asking for again; without it a call that takes
        over a second is given up.
    """
    import boto3
    from botocore.config import Config

    # An invocation is not repeated while the first may still be at work; whoever asked decides.
    once = service == "lambda" or not waits
    slowest = _LAMBDA_READ_TIMEOUT_SECONDS if service == "lambda" else _READ_TIMEOUT_SECONDS
    config = Config(
        # The SDK spells its own name and versions out anew for every request.
        user_agent=_USER_AGENT,
        # What goes to a table has been through models; looking at it again costs as signing does.
        parameter_validation=service != "dynamodb",
        connect_timeout=_CONNECT_TIMEOUT_SECONDS if waits else _HURRIED_TIMEOUT_SECONDS,
        read_timeout=slowest if waits else _HURRIED_TIMEOUT_SECONDS,
        retries={"mode": "standard", "total_max_attempts": 1 if once else _ATTEMPTS},
    )
    made = boto3.client(service, config=config)  # type: ignore[call-overload]
    if service == "dynamodb":
        made.meta.events.register("before-parse.dynamodb.Query", items.leave_items)
    return made


def error_code(error: Exception) -> str:
    """AWS error code of a botocore ``ClientError``, or an empty string."""
    response: dict[str, Any] = getattr(error, "response", None) or {}
    return str(response.get("Error", {}).get("Code", ""))
