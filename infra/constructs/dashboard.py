"""The dashboard that an operator looks at first."""

from collections.abc import Sequence

from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from infra.constructs.alarms import Watched

_WIDTH = 8


class Dashboard(Construct):
    """One stage at a glance: requests, rounds, functions, streams, queues."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        stage: str,
        watched: Watched,
    ) -> None:
        super().__init__(scope, construct_id)
        services, api, machine = watched.services, watched.api, watched.machine
        board = cloudwatch.Dashboard(self, "Board", dashboard_name=f"tashawur-{stage}")
        requests = [api.metric_count(), api.metric_client_error(), api.metric_server_error()]
        rounds = [machine.metric_started(), machine.metric_succeeded(), machine.metric_failed()]
        functions = [made.function for one in services for made in one.functions.values()]
        readers = [source.function.function for one in services for source in one.streams]
        queues = [each.queue for one in services for each in one.subscriptions]
        board.add_widgets(
            _graph("Requests", requests),
            _graph("API latency, p99", [api.metric_latency(statistic="p99")]),
            _graph("Rounds", rounds),
        )
        board.add_widgets(
            _graph("Function errors", [each.metric_errors() for each in functions]),
            _graph("Stream lag", [_lag(each) for each in readers]),
            _graph(
                "Events waiting",
                [each.metric_approximate_number_of_messages_visible() for each in queues],
            ),
        )


def _lag(function: lambda_.Function) -> cloudwatch.IMetric:
    return function.metric("IteratorAge", statistic="Maximum")


def _graph(title: str, metrics: Sequence[cloudwatch.IMetric]) -> cloudwatch.GraphWidget:
    return cloudwatch.GraphWidget(title=title, left=list(metrics), width=_WIDTH)
