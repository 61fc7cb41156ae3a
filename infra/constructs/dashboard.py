"""The dashboard that an operator looks at first."""

from collections.abc import Sequence

from aws_cdk import aws_cloudwatch as cloudwatch
from constructs import Construct

from infra.constructs.alarms import Watched
from infra.constructs.metrics import WAITING, lag_of, of_api, of_function, of_machine, of_queue

_WIDTH = 8
_ENDS = ("Started", "Succeeded", "Failed")


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
        services, api, machine = watched.services, watched.api_id, watched.machine_arn
        board = cloudwatch.Dashboard(self, "Board", dashboard_name=f"tashawur-{stage}")
        functions = [made.physical_name for one in services for made in one.functions.values()]
        readers = [source.function.physical_name for one in services for source in one.streams]
        queues = [each.name for one in services for each in one.subscriptions]
        board.add_widgets(
            _graph("Requests", [of_api(api, metric) for metric in ("Count", "4xx", "5xx")]),
            _graph("API latency, p99", [of_api(api, "Latency", statistic="p99")]),
            _graph("Rounds", [of_machine(machine, f"Executions{each}") for each in _ENDS]),
        )
        board.add_widgets(
            _graph("Function errors", [of_function(each, "Errors") for each in functions]),
            _graph("Stream lag", [lag_of(each) for each in readers]),
            _graph("Events waiting", [of_queue(each, WAITING) for each in queues]),
        )


def _graph(title: str, metrics: Sequence[cloudwatch.IMetric]) -> cloudwatch.GraphWidget:
    return cloudwatch.GraphWidget(title=title, left=list(metrics), width=_WIDTH)
