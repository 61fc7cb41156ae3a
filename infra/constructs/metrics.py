"""What AWS measures of the parts of a stage, by the parts' names.

A reference to a part of another stack would be an export, which keeps that part from being removed
for as long as somebody looks at it.
"""

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch

WAITING = "ApproximateNumberOfMessagesVisible"
"""Metric of a queue: how many messages nobody has taken yet."""
_MINUTE = Duration.minutes(1)
_FIVE_MINUTES = Duration.minutes(5)
_QUARTER = Duration.minutes(15)


def of_function(function: str, metric: str) -> cloudwatch.Metric:
    """A metric of a function, by its physical name: a sum, over five minutes."""
    return _metric("AWS/Lambda", metric, {"FunctionName": function})


def lag_of(function: str) -> cloudwatch.Metric:
    """How far a function is behind its stream, in milliseconds: the maximum of a minute."""
    dimensions = {"FunctionName": function}
    return _metric("AWS/Lambda", "IteratorAge", dimensions, statistic="Maximum", period=_MINUTE)


def of_stream(mapping_id: str, metric: str) -> cloudwatch.Metric:
    """A metric of a function's reading of a stream: a sum, over five minutes."""
    return _metric("AWS/Lambda", metric, {"EventSourceMappingUUID": mapping_id})


def of_queue(queue: str, metric: str) -> cloudwatch.Metric:
    """A metric of a queue: the maximum of a minute."""
    return _metric("AWS/SQS", metric, {"QueueName": queue}, statistic="Maximum", period=_MINUTE)


def of_machine(arn: str, metric: str) -> cloudwatch.Metric:
    """A metric of a state machine: the sum of a minute."""
    return _metric("AWS/States", metric, {"StateMachineArn": arn}, period=_MINUTE)


def of_api(api_id: str, metric: str, *, statistic: str = "Sum") -> cloudwatch.Metric:
    """A metric of an HTTP API, over five minutes."""
    return _metric("AWS/ApiGateway", metric, {"ApiId": api_id}, statistic=statistic)


def our_own(metric: str, *, service: str) -> cloudwatch.Metric:
    """A metric that a function of ours writes every quarter of an hour: its maximum of one."""
    dimensions = {"service": service}
    return _metric("Tashawur", metric, dimensions, statistic="Maximum", period=_QUARTER)


def _metric(
    namespace: str,
    metric: str,
    dimensions: dict[str, str],
    *,
    statistic: str = "Sum",
    period: Duration = _FIVE_MINUTES,
) -> cloudwatch.Metric:
    return cloudwatch.Metric(
        namespace=namespace,
        metric_name=metric,
        dimensions_map=dimensions,
        statistic=statistic,
        period=period,
    )
