"""Which errors of AWS pass by themselves: the state machine tries those again."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from services.shared import aws
from services.shared.errors import TransientError

_SERVER_ERROR = 500
_THROTTLED = frozenset(
    {
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "SlowDown",
        "ThrottlingException",
        "TooManyRequestsException",
        "TransactionInProgressException",
    }
)
_CANCELLED_FOR = frozenset(
    {"ProvisionedThroughputExceeded", "ThrottlingError", "TransactionConflict"}
)


@contextmanager
def transient_errors() -> Iterator[None]:
    """Raise what passes by itself as `TransientError`; also as decorator of a handler.

    Raises
    ------
    TransientError
        Instead of a throttled, failed or lost call.
    """
    from botocore.exceptions import ClientError, HTTPClientError
    from botocore.exceptions import ConnectionError as NoConnection

    try:
        yield
    except ClientError as error:
        if _passes(error.response):
            raise TransientError(aws.error_code(error)) from error
        raise
    except (NoConnection, HTTPClientError) as error:
        raise TransientError(type(error).__name__) from error


def _passes(response: Any) -> bool:
    code = response.get("Error", {}).get("Code", "")
    if code == "TransactionCanceledException":
        reasons = {reason.get("Code") for reason in response.get("CancellationReasons", [])}
        return bool(reasons & _CANCELLED_FOR)
    status = response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    return code in _THROTTLED or status >= _SERVER_ERROR
