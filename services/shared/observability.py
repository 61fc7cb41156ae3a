"""Structured logs and metrics; tracing is switched on per function by the infrastructure.

Nothing that a participant wrote is ever logged: log ids, counts, codes.
"""

from functools import cache

from aws_lambda_powertools import Logger
from aws_lambda_powertools.metrics import EphemeralMetrics

NAMESPACE = "Tashawur"


@cache
def logger(service: str) -> Logger:
    """JSON logger of one service."""
    return Logger(service=service)


@cache
def metrics(service: str) -> EphemeralMetrics:
    """Metrics (CloudWatch embedded metric format) of one service.

    What the library's other kind counts is shared by all in a process, under the name of the last.
    """
    return EphemeralMetrics(namespace=NAMESPACE, service=service)
