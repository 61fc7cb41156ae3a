"""moto, started for the whole process, one call at a time.

moto is not made for threads: a conditional put is a read and a write with a gap between them. So
its calls take turns, Lambda's Invoke excepted, which runs handlers that make calls themselves.
"""

import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any
from unittest.mock import patch

import boto3
from moto import mock_aws
from moto.core.botocore_stubber import BotocoreStubber
from moto.core.models import botocore_stubber

from local.seams import Seam

REGION = "me-south-1"
ACCOUNT = "123456789012"
TURN = threading.RLock()
"""Held during each call of moto; never across the invocation of a function."""

_ANY = "local"
"""moto asks for credentials, whichever they are."""
_ENVIRONMENT = {
    "AWS_ACCESS_KEY_ID": _ANY,
    "AWS_SECRET_ACCESS_KEY": _ANY,
    "AWS_DEFAULT_REGION": REGION,
    "AWS_REGION": REGION,
    "TZ": "UTC",
}
_CONFIG: Any = {"stepfunctions": {"execute_state_machine": True}}


def seams() -> list[Seam]:
    """Where moto's entry is changed."""
    process = BotocoreStubber.__call__

    def one_at_a_time(self: BotocoreStubber, event_name: str, request: Any, **kwargs: Any) -> Any:
        if event_name.startswith("before-send.lambda."):
            return process(self, event_name, request, **kwargs)
        with TURN:
            return process(self, event_name, request, **kwargs)

    return [Seam(BotocoreStubber, "__call__", one_at_a_time)]


@cache
def client(service: str) -> Any:
    """AWS client of the local stack's own; making one takes longer than most calls of it."""
    return boto3.client(service)  # type: ignore[call-overload]


@contextmanager
def running() -> Iterator[None]:
    """Have moto answer every AWS call of this process while this lasts.

    Raises
    ------
    RuntimeError
        If it does so already: moto's state is the process's, so that there is one stack at a time.
    """
    if botocore_stubber.enabled:
        raise RuntimeError("moto runs in this process already; stop that stack or test first")
    with patch.dict(os.environ, _ENVIRONMENT):
        time.tzset()
        with mock_aws(config=_CONFIG):
            client.cache_clear()
            yield
    time.tzset()
