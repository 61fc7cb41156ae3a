"""What really stands in a stack: its tables as they are, whoever asks how they came to be so."""

import json
from collections.abc import Iterator

from moto.dynamodb.models import dynamodb_backends

from local.emulator import ACCOUNT, REGION, TURN
from local.stack import LocalStack
from services.shared.events import detail
from services.shared.table import Item, from_item

SERVICES = ("topics", "comments", "moderation", "analysis", "outreach", "archive")


def rows(stack: LocalStack, service: str, *, of: str) -> list[Item]:
    """Items of a service's table whose partition key names something."""
    name = stack.functions.environment()[f"{service.upper()}_TABLE_NAME"]
    with TURN:
        partitions = dict(dynamodb_backends[ACCOUNT][REGION].tables[name].items)
        found = [
            item.to_json()["Attributes"]
            for pk, partition in partitions.items()
            if of in str(pk.value)
            for item in partition.values()
        ]
    return [from_item(item) for item in found]


def events(stack: LocalStack, topic_id: str) -> dict[tuple[str, str], str]:
    """Types of the events that the audit items of a topic stand for, by source and id."""
    found: dict[tuple[str, str], str] = {}
    for service in SERVICES:
        for item in _audited(stack, service, topic_id):
            told = detail(item)
            found[f"tashawur.{service}", told["id"]] = item["event"]["type"]
    return found


def _audited(stack: LocalStack, service: str, topic_id: str) -> Iterator[Item]:
    for item in rows(stack, service, of=""):
        if "event" in item and item["event"]["topic_id"] == topic_id:
            yield item


def objects(stack: LocalStack, *, of: str) -> dict[str, str]:
    """Texts of the objects whose key names something, in whatever bucket."""
    s3 = stack.client("s3")
    found = {}
    for bucket in s3.list_buckets()["Buckets"]:
        for each in s3.list_objects_v2(Bucket=bucket["Name"]).get("Contents", []):
            if of in each["Key"]:
                body = s3.get_object(Bucket=bucket["Name"], Key=each["Key"])["Body"].read()
                found[each["Key"]] = body.decode(errors="replace")
    return found


def histories(stack: LocalStack, topic_id: str) -> str:
    """All that the executions of a topic were given, did and answered."""
    client = stack.client("stepfunctions")
    arns = [e["arn"] for e in stack.executions() if e["name"].startswith(topic_id)]
    pages = [
        page["events"]
        for arn in arns
        for page in client.get_paginator("get_execution_history").paginate(executionArn=arn)
    ]
    return json.dumps(pages, default=str, ensure_ascii=False)
