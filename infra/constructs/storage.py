"""Buckets: the exports' work area, the sealed archive, and parked stream batches."""

from collections.abc import Sequence

from aws_cdk import Duration, RemovalPolicy
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from constructs import Construct

from infra.constructs.grants import allow, allow_key_through

_NONCURRENT = Duration.days(30)
_PARTS = Duration.days(90)
_PARKED = Duration.days(30)
_UPLOAD = Duration.days(7)


class EncryptedBucket(Construct):
    """A versioned bucket for what is not public, encrypted with the data key.

    Parameters
    ----------
    key : aws_cdk.aws_kms.IKey
        Encrypts it.
    removal : aws_cdk.RemovalPolicy
        What becomes of it when its stack is deleted.
    rules : sequence of aws_cdk.aws_s3.LifecycleRule
        What expires in it, beside old versions and unfinished uploads.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        key: kms.IKey,
        removal: RemovalPolicy,
        rules: Sequence[s3.LifecycleRule],
    ) -> None:
        super().__init__(scope, construct_id)
        self._key = key
        self.bucket = s3.Bucket(
            self,
            "Bucket",
            versioned=True,
            enforce_ssl=True,
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            encryption=s3.BucketEncryption.KMS,
            encryption_key=key,
            bucket_key_enabled=True,
            lifecycle_rules=[_tidy(), *rules],
            removal_policy=removal,
        )

    def get(self, *patterns: str) -> list[iam.PolicyStatement]:
        """Read objects, e.g. ``"comments/*"``."""
        return [
            allow(["s3:GetObject"], *map(self.bucket.arn_for_objects, patterns)),
            allow_key_through(self._key, "s3", "kms:Decrypt"),
        ]

    def put(self, *patterns: str) -> list[iam.PolicyStatement]:
        """Write objects; a multipart upload also decrypts."""
        return [
            allow(["s3:PutObject"], *map(self.bucket.arn_for_objects, patterns)),
            allow_key_through(self._key, "s3", "kms:Decrypt", "kms:GenerateDataKey"),
        ]


class ExportsBucket(EncryptedBucket):
    """Where services hand files to each other; a record's parts are copied when it is sealed."""

    def __init__(
        self, scope: Construct, construct_id: str, *, key: kms.IKey, removal: RemovalPolicy
    ) -> None:
        parts = s3.LifecycleRule(id="parts", prefix="parts/", expiration=_PARTS)
        super().__init__(scope, construct_id, key=key, removal=removal, rules=[parts])


class ParkedBucket(EncryptedBucket):
    """Where Lambda parks stream batches that failed to the last, with what people wrote."""

    def __init__(
        self, scope: Construct, construct_id: str, *, key: kms.IKey, removal: RemovalPolicy
    ) -> None:
        rule = s3.LifecycleRule(id="parked", expiration=_PARKED)
        super().__init__(scope, construct_id, key=key, removal=removal, rules=[rule])

    def park(self) -> list[iam.PolicyStatement]:
        """Put failed batches, under the prefix that Lambda fixes."""
        return [*self.put("aws/lambda/*"), allow(["s3:ListBucket"], self.bucket.bucket_arn)]

    def replay(self, *mappings: str) -> list[iam.PolicyStatement]:
        """List and read what some event source mappings parked, and nobody else's."""
        prefixes = [f"aws/lambda/{mapping}/*" for mapping in mappings]
        own = iam.PolicyStatement(
            actions=["s3:ListBucket"],
            resources=[self.bucket.bucket_arn],
            conditions={"StringLike": {"s3:prefix": prefixes}},
        )
        return [*self.get(*prefixes), own]


class ArchiveBucket(Construct):
    """Sealed records, held by Object Lock.

    Encrypted with S3's own keys and not ours: what is here is public, and a lost key must not
    make it unreadable.

    Parameters
    ----------
    retention_days : int
        How long an object is held at least.
    compliance : bool
        Whether nobody, not even the account's root, can shorten that.
    removal : aws_cdk.RemovalPolicy
        What becomes of it when its stack is deleted.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        retention_days: int,
        compliance: bool,
        removal: RemovalPolicy,
    ) -> None:
        super().__init__(scope, construct_id)
        lock = (
            s3.ObjectLockRetention.compliance if compliance else s3.ObjectLockRetention.governance
        )
        self.bucket = s3.Bucket(
            self,
            "Bucket",
            versioned=True,
            enforce_ssl=True,
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            encryption=s3.BucketEncryption.S3_MANAGED,
            object_lock_enabled=True,
            object_lock_default_retention=lock(Duration.days(retention_days)),
            lifecycle_rules=[
                s3.LifecycleRule(id="uploads", abort_incomplete_multipart_upload_after=_UPLOAD)
            ],
            removal_policy=removal,
        )

    def get(self) -> list[iam.PolicyStatement]:
        """Read records."""
        return [allow(["s3:GetObject"], self.bucket.arn_for_objects("records/*"))]

    def put(self) -> list[iam.PolicyStatement]:
        """Write records."""
        return [allow(["s3:PutObject"], self.bucket.arn_for_objects("records/*"))]


def _tidy() -> s3.LifecycleRule:
    return s3.LifecycleRule(
        id="tidy",
        abort_incomplete_multipart_upload_after=_UPLOAD,
        noncurrent_version_expiration=_NONCURRENT,
    )
