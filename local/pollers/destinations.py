"""Where the records of a stream go that no attempt could deliver."""

import json
import uuid
from typing import Any

from local.clock import LocalClock
from local.emulator import client
from local.pollers.mapping import Mapping

_SHARD = "shardId-00000001541626099285-f35f62ef"


def park(mapping: Mapping, records: list[Any], attempts: int, clock: LocalClock) -> None:
    """Write down what was given up, as AWS does: to S3 with the records, to a queue without."""
    if mapping.on_failure_arn is None:
        return
    invocation = _invocation(mapping, records, attempts, clock)
    service, name = mapping.on_failure_arn.split(":")[2], mapping.on_failure_arn.split(":")[-1]
    if service == "s3":
        invocation["payload"] = json.dumps({"Records": records}, ensure_ascii=False)
        body = json.dumps(invocation).encode()
        client("s3").put_object(Bucket=name, Key=_key(mapping, clock), Body=body)
    elif service == "sqs":
        sqs = client("sqs")
        url = sqs.get_queue_url(QueueName=name)["QueueUrl"]
        sqs.send_message(QueueUrl=url, MessageBody=json.dumps(invocation))
    else:
        raise NotImplementedError(f"OnFailure destination {mapping.on_failure_arn}")


def _invocation(
    mapping: Mapping, records: list[Any], attempts: int, clock: LocalClock
) -> dict[str, Any]:
    numbers = [record["dynamodb"]["SequenceNumber"] for record in records]
    return {
        "requestContext": {
            "requestId": str(uuid.uuid4()),
            "functionArn": mapping.function_name,
            "condition": "RetryAttemptsExhausted",
            "approximateInvokeCount": attempts,
        },
        "responseContext": {
            "statusCode": 200,
            "executedVersion": "$LATEST",
            "functionError": "Unhandled",
        },
        "version": "1.0",
        "timestamp": clock.now().isoformat(timespec="milliseconds"),
        "DDBStreamBatchInfo": {
            "shardId": _SHARD,
            "startSequenceNumber": numbers[0],
            "endSequenceNumber": numbers[-1],
            "batchSize": len(records),
            "streamArn": mapping.source_arn,
        },
    }


def _key(mapping: Mapping, clock: LocalClock) -> str:
    now = clock.now()
    stamp = now.strftime("%Y-%m-%dT%H.%M.%S")
    return f"aws/lambda/{mapping.identifier}/{_SHARD}/{now:%Y/%m/%d}/{stamp}-{uuid.uuid4()}"
