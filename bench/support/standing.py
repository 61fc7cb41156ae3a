"""The local stack with a topic that collects, brought there over HTTP as the demonstration does."""

import http.client
import json
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

from bench.support import collection
from local.demo import material
from local.demo.client import Client
from local.demo.consultation import Consultation, Local, People
from local.stack import LocalStack
from local.synth import assembly


class Standing:
    """A round that collects, and people who write to it over HTTP.

    Parameters
    ----------
    stack : LocalStack
        The running stack.
    topic : Consultation
        Whose collection is open.
    """

    def __init__(self, stack: LocalStack, topic: Consultation) -> None:
        self._stack = stack
        self._topic = topic
        self._local = threading.local()

    def post(self, number: int) -> tuple[int, dict[str, Any]]:
        """Send comment `number` under a key of its own; status and body of the answer."""
        headers = {
            "Content-Type": "application/json",
            "Idempotency-Key": str(uuid.UUID(int=number, version=4)),
            **collection.sender(number),
            "Authorization": f"Bearer {self._account(number)}",
        }
        body = json.dumps(collection.submission(number), ensure_ascii=False).encode()
        connection = self._connection()
        connection.request("POST", f"{self._topic.path}/comments", body=body, headers=headers)
        reply = connection.getresponse()
        return reply.status, json.loads(reply.read())

    def settled(self) -> dict[str, int]:
        """The round's counters once all is screened."""
        self._stack.settle()
        return self._topic.counts()

    def kept(self) -> set[str]:
        """Ids of all comments in the table."""
        pages = (
            self._stack.client("dynamodb")
            .get_paginator("scan")
            .paginate(TableName=self._stack.functions.environment()["COMMENTS_TABLE_NAME"])
        )
        items = (item for page in pages for item in page["Items"])
        return {item["sk"]["S"] for item in items if item["pk"]["S"].startswith("T#")}

    def _account(self, number: int) -> str:
        """An account for each comment: limits of intake hold for an account or an address."""
        return self._stack.token("participant", subject=f"participant-{number}")

    def _connection(self) -> http.client.HTTPConnection:
        if not hasattr(self._local, "connection"):
            address = urlsplit(self._stack.url).netloc
            self._local.connection = http.client.HTTPConnection(address, timeout=120)
        found: http.client.HTTPConnection = self._local.connection
        return found


@contextmanager
def standing() -> Iterator[Standing]:
    """Stand the local stack up and take the example topic to its collection."""
    with LocalStack(assembly()) as stack:
        people = People(
            officer=Client(stack.url, token=stack.token("officer", "health", "officer-1")),
            approver=Client(stack.url, token=stack.token("approver", None, "approver-1")),
            moderator=Client(stack.url, token=stack.token("moderator", None, "moderator-1")),
            auditor=Client(stack.url, token=stack.token("auditor", None, "auditor-1")),
            citizen=Client(stack.url),
        )
        topic = Consultation(people, Local(stack.url), material.examples(), lambda _text: None)
        topic.define()
        topic.publish()
        yield Standing(stack, topic)
