"""AWS clients, made on first use and kept for the life of the container.

They are those of botocore, boto3's core: boto3 itself adds resources and file transfers, which no
function needs, and a sixth to a cold start.
"""

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

    Parameters
    ----------
    waits : bool
        Whether an answer is worth waiting for, and asking for again; without it a call that takes
        over a second is given up.
    """
    # An invocation is not repeated while the first may still be at work; whoever asked decides.
    once = service == "lambda" or not waits
    slowest = _LAMBDA_READ_TIMEOUT_SECONDS if service == "lambda" else _READ_TIMEOUT_SECONDS
    made = made_client(
        service,
        # The SDK spells its own name and versions out anew for every request.
        user_agent=_USER_AGENT,
        # What goes to a table has been through models; looking at it again costs as signing does.
        parameter_validation=service != "dynamodb",
        connect_timeout=_CONNECT_TIMEOUT_SECONDS if waits else _HURRIED_TIMEOUT_SECONDS,
        read_timeout=slowest if waits else _HURRIED_TIMEOUT_SECONDS,
        retries={"mode": "standard", "total_max_attempts": 1 if once else _ATTEMPTS},
    )
    if service == "dynamodb":
        made.meta.events.register("before-parse.dynamodb.Query", items.leave_items)
    return made


def made_client(service: str, **config: Any) -> Any:
    """A client of an AWS service as a configuration (botocore's ``Config``) has it.

    botocore is imported here and not above: making clients is the largest part of a cold start.
    """
    from botocore.config import Config

    return _session().create_client(service, config=Config(**config))


@cache
def _session() -> Any:
    from botocore.session import get_session

    return get_session()


def error_code(error: Exception) -> str:
    """AWS error code of a botocore ``ClientError``, or an empty string."""
    response: dict[str, Any] = getattr(error, "response", None) or {}
    return str(response.get("Error", {}).get("Code", ""))
