"""A service's table, the same for every service: on-demand, recoverable, encrypted, streamed."""

from collections.abc import Sequence
from typing import Literal

from aws_cdk import RemovalPolicy
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from constructs import Construct

from infra.constructs.grants import DECRYPT, ENCRYPT, allow, allow_key_through

Operation = Literal[
    "BatchGetItem", "ConditionCheckItem", "GetItem", "PutItem", "Query", "Scan", "UpdateItem"
]
"""What a function may ask of its table; nothing is deleted, only reconciliation scans."""
_READS = {"BatchGetItem", "GetItem", "Query", "Scan"}
READS_PER_SECOND = 12_000
"""What a new on-demand table reads anyway; `WarmThroughput` wants both figures."""


class ServiceTable(Construct):
    """The DynamoDB table of one service, and the grants on it.

    Parameters
    ----------
    key : aws_cdk.aws_kms.IKey
        Encrypts it.
    protected : bool
        Whether it survives a mistaken deletion.
    indexes : sequence of str
        Names of its sparse indexes; keys ``<index>_pk`` and ``<index>_sk``.
    warm_writes_per_second : int, optional
        Write units that it must take from the first second on.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        key: kms.IKey,
        protected: bool,
        indexes: Sequence[str] = (),
        warm_writes_per_second: int | None = None,
    ) -> None:
        super().__init__(scope, construct_id)
        self._key = key
        self._indexes = tuple(indexes)
        warm = _warm(warm_writes_per_second)
        self.table = dynamodb.Table(
            self,
            "Table",
            partition_key=_text("pk"),
            sort_key=_text("sk"),
            billing_mode=dynamodb.BillingMode.PAY_PER_REQUEST,
            encryption=dynamodb.TableEncryption.CUSTOMER_MANAGED,
            encryption_key=key,
            point_in_time_recovery_specification=dynamodb.PointInTimeRecoverySpecification(
                point_in_time_recovery_enabled=True
            ),
            stream=dynamodb.StreamViewType.NEW_AND_OLD_IMAGES,
            time_to_live_attribute="expires_at",
            deletion_protection=protected,
            removal_policy=RemovalPolicy.RETAIN if protected else RemovalPolicy.DESTROY,
            warm_throughput=warm,
        )
        for index in indexes:
            self.table.add_global_secondary_index(
                index_name=index,
                partition_key=_text(f"{index}_pk"),
                sort_key=_text(f"{index}_sk"),
                warm_throughput=warm,
            )

    @property
    def stream_arn(self) -> str:
        """ARN of its stream."""
        arn = self.table.table_stream_arn
        if arn is None:
            raise TypeError("a service's table has a stream")
        return arn

    def use(
        self, *operations: Operation, partitions: Sequence[str] = ()
    ) -> list[iam.PolicyStatement]:
        """Read and write items by these operations, singly or in transactions, and no others.

        With `partitions` only items under these partition keys (``"AUDIT#*"``).
        """
        writes = not set(operations) <= _READS
        actions = [f"dynamodb:{operation}" for operation in operations]
        items = allow(actions, self.table.table_arn)
        if partitions:
            leading = {"dynamodb:LeadingKeys": list(partitions)}
            items.add_condition("ForAllValues:StringLike", leading)
        return [
            items,
            allow_key_through(self._key, "dynamodb", *(ENCRYPT if writes else DECRYPT)),
        ]

    def query_index(self, *indexes: str) -> list[iam.PolicyStatement]:
        """Read sparse indexes, all of the table's unless some are named."""
        arns = [f"{self.table.table_arn}/index/{index}" for index in indexes or self._indexes]
        return [
            allow(["dynamodb:Query"], *arns),
            allow_key_through(self._key, "dynamodb", *DECRYPT),
        ]

    def read_stream(self) -> list[iam.PolicyStatement]:
        """Read the stream; AWS takes ``ListStreams`` on all streams only."""
        return [
            allow(
                ["dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator"],
                self.stream_arn,
            ),
            allow(
                ["dynamodb:ListStreams"],
                "*",
                because="A stream mapping must list streams, and AWS takes no single one's ARN.",
            ),
            allow_key_through(self._key, "dynamodb", *DECRYPT),
        ]


def _text(name: str) -> dynamodb.Attribute:
    return dynamodb.Attribute(name=name, type=dynamodb.AttributeType.STRING)


def _warm(writes_per_second: int | None) -> dynamodb.WarmThroughput | None:
    if writes_per_second is None:
        return None
    return dynamodb.WarmThroughput(
        read_units_per_second=READS_PER_SECOND, write_units_per_second=writes_per_second
    )
