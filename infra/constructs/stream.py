"""A table's stream as the source of a function: repeated, bisected, and parked at last."""

from dataclasses import dataclass, field
from typing import Any

from aws_cdk import Stack
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_s3 as s3
from constructs import Construct

from infra.constructs.function import ServiceFunction
from infra.constructs.table import ServiceTable

RETRIES = 5
_INSERTS: dict[str, Any] = {"eventName": ["INSERT"]}


@dataclass(frozen=True, kw_only=True)
class Reading:
    """How a function reads a stream.

    Attributes
    ----------
    pattern : dict
        Which records it gets; all by default.
    batch : int
        Most records at a time.
    window_seconds : int
        How long to wait for a fuller batch.
    parallel : int
        Batches of one shard at the same time; records of one partition key stay in order.
    """

    pattern: dict[str, Any] = field(default_factory=dict)
    batch: int = 100
    window_seconds: int = 0
    parallel: int = 1


INSERTS = Reading(pattern=_INSERTS)
"""What a relay reads: an audit item is only ever inserted."""


class StreamSource(Construct):
    """Event source mapping from a table's stream to a function.

    Made from the plain resource: the library's own event source would grant more than it needs.

    Attributes
    ----------
    mapping : aws_cdk.aws_lambda.CfnEventSourceMapping
        Counts its events, so that an alarm sees what was parked.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        table: ServiceTable,
        function: ServiceFunction,
        reading: Reading,
        parked: s3.IBucket,
    ) -> None:
        super().__init__(scope, construct_id)
        mapping = lambda_.CfnEventSourceMapping
        self.function = function
        self.mapping = mapping(
            self,
            "Mapping",
            function_name=function.function.function_name,
            event_source_arn=table.stream_arn,
            starting_position="TRIM_HORIZON",
            batch_size=reading.batch,
            maximum_batching_window_in_seconds=reading.window_seconds,
            parallelization_factor=reading.parallel,
            bisect_batch_on_function_error=True,
            maximum_retry_attempts=RETRIES,
            function_response_types=["ReportBatchItemFailures"],
            destination_config=mapping.DestinationConfigProperty(
                on_failure=mapping.OnFailureProperty(destination=parked.bucket_arn)
            ),
            filter_criteria=self._filter(reading.pattern),
            metrics_config=mapping.MetricsConfigProperty(metrics=["EventCount"]),
        )

    def _filter(
        self, pattern: dict[str, Any]
    ) -> lambda_.CfnEventSourceMapping.FilterCriteriaProperty | None:
        if not pattern:
            return None
        mapping = lambda_.CfnEventSourceMapping
        text = Stack.of(self).to_json_string(pattern)
        return mapping.FilterCriteriaProperty(filters=[mapping.FilterProperty(pattern=text)])
