"""What the template says of one event-source mapping."""

from dataclasses import dataclass
from typing import Any

from local.pollers.filters import Filters


@dataclass(frozen=True, kw_only=True)
class Mapping:
    """One ``AWS::Lambda::EventSourceMapping``.

    Attributes
    ----------
    identifier : str
        Stands for AWS's UUID.
    retries : int or None
        Failed attempts that are repeated; ``None``: until the records are a day old.
    """

    identifier: str
    source_arn: str
    function_name: str
    batch_size: int
    window_seconds: float
    partial_failures: bool
    bisect: bool
    retries: int | None
    on_failure_arn: str | None
    filters: Filters

    @classmethod
    def of(cls, identifier: str, properties: dict[str, Any]) -> "Mapping":
        """Mapping that resolved properties describe."""
        source = properties["EventSourceArn"]
        retries = int(properties.get("MaximumRetryAttempts", -1))
        destination = properties.get("DestinationConfig", {}).get("OnFailure", {})
        return cls(
            identifier=identifier,
            source_arn=source,
            function_name=properties["FunctionName"],
            batch_size=int(properties.get("BatchSize", 10 if ":sqs:" in source else 100)),
            window_seconds=float(properties.get("MaximumBatchingWindowInSeconds", 0)),
            partial_failures="ReportBatchItemFailures"
            in properties.get("FunctionResponseTypes", []),
            bisect=bool(properties.get("BisectBatchOnFunctionError", False)),
            retries=None if retries < 0 else retries,
            on_failure_arn=destination.get("Destination"),
            filters=Filters(properties.get("FilterCriteria")),
        )
