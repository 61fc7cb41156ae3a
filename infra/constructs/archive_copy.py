"""A copy of the sealed records in another region, locked there as it is here."""

from aws_cdk import RemovalPolicy, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from constructs import Construct

from infra.constructs.grants import allow, explain_wildcards
from infra.constructs.storage import private_bucket

_READ = (
    "s3:GetObjectLegalHold",
    "s3:GetObjectRetention",
    "s3:GetObjectVersionAcl",
    "s3:GetObjectVersionForReplication",
    "s3:GetObjectVersionTagging",
)
_EVERY_RECORD = (
    "Every record is copied, whatever its topic: the wildcard covers the objects of this one"
    " bucket, which holds nothing but sealed records."
)


def copy_name(scope: Construct, stage: str) -> str:
    """Name of the bucket with the copies, known in both regions; the account makes it unique."""
    return f"tashawur-{stage}-archive-copy-{Stack.of(scope).account}"


class ArchiveCopy(Construct):
    """Bucket that S3 copies the archive into, with each object's retention.

    Parameters
    ----------
    stage : str
        Part of its name.
    removal : aws_cdk.RemovalPolicy
        What becomes of it when its stack is deleted.
    access_logs : aws_cdk.aws_s3.IBucket
        Where it is written down who asked for what.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        stage: str,
        removal: RemovalPolicy,
        access_logs: s3.IBucket,
    ) -> None:
        super().__init__(scope, construct_id)
        self.bucket = private_bucket(
            self,
            bucket_name=copy_name(self, stage),
            encryption=s3.BucketEncryption.S3_MANAGED,
            object_lock_enabled=True,
            server_access_logs_bucket=access_logs,
            server_access_logs_prefix=f"{construct_id}/",
            removal=removal,
        )


def replicate(bucket: s3.Bucket, *, name: str) -> None:
    """Let S3 copy a bucket's objects, with their retention, into the bucket of a name.

    What is deleted here is not deleted there.
    """
    copies = f"arn:aws:s3:::{name}"
    resource = bucket.node.default_child
    if not isinstance(resource, s3.CfnBucket):
        raise TypeError("a bucket is made of a bucket")
    rule = s3.CfnBucket.ReplicationRuleProperty(
        id="everything",
        priority=1,
        status="Enabled",
        filter=s3.CfnBucket.ReplicationRuleFilterProperty(prefix=""),
        delete_marker_replication=s3.CfnBucket.DeleteMarkerReplicationProperty(status="Disabled"),
        destination=s3.CfnBucket.ReplicationDestinationProperty(bucket=copies),
    )
    resource.replication_configuration = s3.CfnBucket.ReplicationConfigurationProperty(
        role=_role(bucket, copies).role_arn, rules=[rule]
    )


def _role(bucket: s3.Bucket, copies: str) -> iam.Role:
    role = iam.Role(
        bucket,
        "CopyRole",
        assumed_by=iam.ServicePrincipal("s3.amazonaws.com"),
        description="Copies sealed records to another region",
    )
    statements = [
        allow(["s3:GetReplicationConfiguration", "s3:ListBucket"], bucket.bucket_arn),
        allow(_READ, f"{bucket.bucket_arn}/*", because=_EVERY_RECORD),
        allow(["s3:ReplicateObject", "s3:ReplicateTags"], f"{copies}/*", because=_EVERY_RECORD),
    ]
    # A policy of its own: the bucket names the role, so that the role cannot name the bucket.
    policy = iam.Policy(bucket, "CopyPolicy", roles=[role], statements=statements)
    explain_wildcards(policy, statements)
    return role
