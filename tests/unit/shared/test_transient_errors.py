"""Which errors of AWS the state machine tries again."""

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError, ParamValidationError

from services.shared.errors import TransientError
from services.shared.transient import transient_errors


def error(code: str, status: int = 400, *reasons: str) -> ClientError:
    response = {
        "Error": {"Code": code, "Message": ""},
        "ResponseMetadata": {"HTTPStatusCode": status},
        "CancellationReasons": [{"Code": reason} for reason in reasons],
    }
    return ClientError(response, "Operation")


@pytest.mark.parametrize(
    "cause",
    [
        error("ProvisionedThroughputExceededException"),
        error("ThrottlingException"),
        error("InternalServerError", 500),
        error("ServiceUnavailable", 503),
        error("TransactionCanceledException", 400, "None", "TransactionConflict"),
        EndpointConnectionError(endpoint_url="https://dynamodb.invalid"),
    ],
)
def test_what_passes_by_itself_is_tried_again(cause: Exception) -> None:
    with pytest.raises(TransientError), transient_errors():
        raise cause


@pytest.mark.parametrize(
    "cause",
    [
        error("AccessDeniedException"),
        error("ResourceNotFoundException"),
        error("TransactionCanceledException", 400, "ValidationError"),
        ParamValidationError(report="bad"),
        KeyError("topic"),
    ],
)
def test_what_does_not_pass_is_not_hidden(cause: Exception) -> None:
    with pytest.raises(type(cause)) as raised, transient_errors():
        raise cause
    assert raised.value is cause
