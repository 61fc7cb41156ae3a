"""What AWS answers for want of capacity, in the protocol of each service."""

import json
from typing import Any

from botocore.awsrequest import AWSResponse
from moto.core.botocore_stubber import MockRawResponse

_XML = {
    "s3": (503, "<Error><Code>SlowDown</Code><Message>Reduce your rate.</Message></Error>"),
    "sns": (
        400,
        "<ErrorResponse><Error><Type>Sender</Type><Code>Throttling</Code>"
        "<Message>Rate exceeded</Message></Error></ErrorResponse>",
    ),
}
_REST = {"lambda", "sesv2"}


def throttled(service: str, url: str) -> AWSResponse:
    """The refusal of a call to a service, which the SDK reads and takes up again by itself."""
    headers: dict[str, Any] = {}
    if service in _XML:
        status, text = _XML[service]
    elif service in _REST:
        status, text = 429, json.dumps({"message": "Rate exceeded"})
        headers["x-amzn-errortype"] = "TooManyRequestsException"
    else:
        status, text = (
            400,
            json.dumps({"__type": "ThrottlingException", "message": "Rate exceeded"}),
        )
    return AWSResponse(url, status, headers, MockRawResponse(text.encode()))
