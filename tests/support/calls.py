"""Calls of the real handlers as API Gateway, the streams and the queues make them."""

import base64
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from services.shared import aws
from tests.support.contract import disagreements

Handler = Callable[[dict[str, Any], Any], Any]


@dataclass
class LambdaContext:
    """The part of the Lambda context that the services use."""

    function_name: str = "test"
    memory_limit_in_mb: int = 256
    invoked_function_arn: str = "arn:aws:lambda:me-south-1:123456789012:function:test"
    aws_request_id: str = "00000000-0000-0000-0000-000000000000"

    def get_remaining_time_in_millis(self) -> int:
        return 30_000


@dataclass(frozen=True)
class Answer:
    """What an HTTP function answered."""

    status: int
    headers: dict[str, str]
    text: str
    json: Any = field(default=None)


def http(
    handler: Handler,
    route: str,
    *,
    path: dict[str, str] | None = None,
    query: dict[str, str] | None = None,
    body: Any = None,
    headers: dict[str, str] | None = None,
    groups: tuple[str, ...] = (),
    subject: str = "someone",
    address: str = "192.0.2.1",
) -> Answer:
    """Call an HTTP function; `groups` means signed in, as the JWT authorizer hands them over.

    A body of bytes comes as base64, as the gateway sends what it does not take for text.
    Whatever it answers must be as the OpenAPI document says.
    """
    method, _, template = route.partition(" ")
    raw_path = template
    for name, value in (path or {}).items():
        raw_path = raw_path.replace("{" + name + "}", value)
    is_raw = isinstance(body, bytes)
    text = base64.b64encode(body).decode() if is_raw else body
    if not isinstance(text, str) and text is not None:
        text = json.dumps(text)
    sent = {"content-type": "application/json", "accept-language": "en", **(headers or {})}
    context: dict[str, Any] = {
        "http": {"method": method, "path": raw_path, "sourceIp": address},
        "stage": "$default",
        "requestId": "request",
        "timeEpoch": 0,
    }
    if groups:
        claims = {"sub": subject, "cognito:groups": f"[{' '.join(groups)}]"}
        context["authorizer"] = {"jwt": {"claims": claims, "scopes": None}}
    event = {
        "version": "2.0",
        "routeKey": route,
        "rawPath": raw_path,
        "rawQueryString": "",
        "headers": sent,
        "queryStringParameters": query,
        "pathParameters": path,
        "requestContext": context,
        "body": text,
        "isBase64Encoded": is_raw,
    }
    answer = handler(event, LambdaContext())
    names = {name.lower(): value for name, value in answer.get("headers", {}).items()}
    told = disagreements(route, status=answer["statusCode"], headers=names, text=answer["body"])
    assert not told, "\n".join(told)
    is_json = names.get("content-type", "").endswith("json") and bool(answer["body"])
    return Answer(
        status=answer["statusCode"],
        headers=names,
        text=answer["body"],
        json=json.loads(answer["body"]) if is_json else None,
    )


def invoke(handler: Handler, payload: Any) -> Any:
    """Call a function as the state machine or another function does: JSON in, JSON out."""
    return json.loads(json.dumps(handler(json.loads(json.dumps(payload)), LambdaContext())))


def stream_records(table: str) -> list[dict[str, Any]]:
    """All records so far on a table's stream, as the event source mapping hands them over."""
    client = aws.client("dynamodbstreams")
    arn = client.list_streams(TableName=table)["Streams"][0]["StreamArn"]
    shard = client.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"][0]["ShardId"]
    iterator = client.get_shard_iterator(
        StreamArn=arn, ShardId=shard, ShardIteratorType="TRIM_HORIZON"
    )["ShardIterator"]
    return list(client.get_records(ShardIterator=iterator)["Records"])


def sqs_event(
    *messages: tuple[str, dict[str, Any]], source: str = "tashawur.topics"
) -> dict[str, Any]:
    """SQS batch of events of one service: (event type, detail) each."""
    return {
        "Records": [
            {
                "messageId": str(number),
                "receiptHandle": "handle",
                "body": json.dumps({"source": source, "detail-type": kind, "detail": detail}),
                "attributes": {},
                "messageAttributes": {},
                "eventSource": "aws:sqs",
                "eventSourceARN": "arn:aws:sqs:me-south-1:123456789012:queue",
                "awsRegion": "me-south-1",
            }
            for number, (kind, detail) in enumerate(messages)
        ]
    }
