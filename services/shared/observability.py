"""Structured logs and metrics; tracing is switched on per function by the infrastructure.

Nothing that a participant wrote is ever logged: log ids, counts, codes.
"""

from functools import cache

from aws_lambda_powertools import Logger, Metrics

NAMESPACE = "Tashawur"


@cache
def logger(service: str) -> Logger:
    """JSON logger of one service."""
    return Logger(service=service)


@cache
def metrics(service: str) -> Metrics:
    """Metrics (CloudWatch embedded metric format) of one service."""
    return Metrics(namespace=NAMESPACE, service=service)
