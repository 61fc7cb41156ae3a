"""Buckets: the exports' work area, the sealed archive, and parked stream batches."""

from collections.abc import Sequence
from typing import Any

from aws_cdk import Duration, RemovalPolicy, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from constructs import Construct

from infra.constructs.grants import Grant, allow, allow_key_through

_NONCURRENT = Duration.days(30)
_TEXTS = Duration.days(7)
"""How long files with what people wrote lie: as long as it takes to mend what failed."""
_LYING = {"comments": _TEXTS, "parts": _TEXTS, "work": _TEXTS, "analysis": None}
"""Files of the exports by purpose; results are read for as long as a topic is, and rewritten."""
_PARKED = Duration.days(30)
_UPLOAD = Duration.days(1)
"""Whoever uploads takes back what broke off; this is for functions whose time ended meanwhile."""
_ANY_TOPIC = (
    "Keys begin with a purpose and go on with a topic's id, which is not known before the topic is:"
    " the wildcard covers one purpose's prefix, in one bucket, for one kind of access."
)


class AccessLogs(Construct):
    """Where S3 writes down who asked the other buckets for what.

    Encrypted with S3's own keys: its log delivery knows no others here.

    Parameters
    ----------
    days : int
        How long the logs are kept.
    removal : aws_cdk.RemovalPolicy
        What becomes of them when their stack is deleted.
    """

    def __init__(
        self, scope: Construct, construct_id: str, *, days: int, removal: RemovalPolicy
    ) -> None:
        super().__init__(scope, construct_id)
        expired = s3.LifecycleRule(id="expired", expiration=Duration.days(days))
        self.bucket = private_bucket(
            self,
            encryption=s3.BucketEncryption.S3_MANAGED,
            lifecycle_rules=[_tidy(), expired],
            removal=removal,
        )


class EncryptedBucket(Construct):
    """A versioned bucket for what is not public, encrypted with the data key.

    Parameters
    ----------
    key : aws_cdk.aws_kms.IKey
        Encrypts it.
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
        key: kms.IKey,
        removal: RemovalPolicy,
        access_logs: s3.IBucket,
    ) -> None:
        super().__init__(scope, construct_id)
        self._key = key
        self.bucket = private_bucket(
            self,
            encryption=s3.BucketEncryption.KMS,
            encryption_key=key,
            bucket_key_enabled=True,
            lifecycle_rules=[_tidy(), *self._rules()],
            server_access_logs_bucket=access_logs,
            server_access_logs_prefix=f"{construct_id}/",
            removal=removal,
        )
        self._arn = _exported(self.bucket)

    def _rules(self) -> list[s3.LifecycleRule]:
        """What expires in it, beside old versions and unfinished uploads."""
        raise NotImplementedError

    def get(self, *patterns: str) -> list[iam.PolicyStatement]:
        """Read objects, e.g. ``"comments/*"``."""
        return [
            allow(["s3:GetObject"], *self._objects(patterns), because=_ANY_TOPIC),
            allow_key_through(self._key, "s3", "kms:Decrypt"),
        ]

    def put(self, *patterns: str) -> list[iam.PolicyStatement]:
        """Write objects; a multipart upload also decrypts."""
        return [
            allow(["s3:PutObject"], *self._objects(patterns), because=_ANY_TOPIC),
            allow_key_through(self._key, "s3", "kms:Decrypt", "kms:GenerateDataKey"),
        ]

    def upload(self, *patterns: str) -> list[iam.PolicyStatement]:
        """Write objects of any size, part by part, and take back an upload that broke off."""
        objects = self._objects(patterns)
        broken_off = allow(["s3:AbortMultipartUpload"], *objects, because=_ANY_TOPIC)
        return [*self.put(*patterns), broken_off]

    def _objects(self, patterns: Sequence[str]) -> list[str]:
        return [f"{self._arn}/{pattern}" for pattern in patterns]


class ExportsBucket(EncryptedBucket):
    """Where services hand files to each other; a record's parts are copied when it is sealed."""

    def _rules(self) -> list[s3.LifecycleRule]:
        return [
            # An old version is a copy of what people wrote; the shorter of two rules holds.
            s3.LifecycleRule(
                id=purpose,
                prefix=f"{purpose}/",
                expiration=kept,
                noncurrent_version_expiration=Duration.days(1),
            )
            for purpose, kept in _LYING.items()
        ]

    def listing(self, pattern: str) -> iam.PolicyStatement:
        """List objects, e.g. ``"work/analysis/*"``; who may also learns that one is missing."""
        return Grant(
            actions=["s3:ListBucket"],
            resources=[self._arn],
            conditions={"StringLike": {"s3:prefix": [pattern]}},
        )

    def work(self, service: str) -> list[iam.PolicyStatement]:
        """Leave files for a service's later steps, and read them."""
        pattern = f"work/{service}/*"
        return [*self.get(pattern), *self.put(pattern), self.listing(pattern)]


class ParkedBucket(EncryptedBucket):
    """Where Lambda parks stream batches that failed to the last, with what people wrote."""

    def _rules(self) -> list[s3.LifecycleRule]:
        return [s3.LifecycleRule(id="parked", expiration=_PARKED)]

    def park(self) -> list[iam.PolicyStatement]:
        """Put failed batches, under the prefix that Lambda fixes."""
        return [*self.put("aws/lambda/*"), allow(["s3:ListBucket"], self._arn)]

    def replay(self, *mappings: str) -> list[iam.PolicyStatement]:
        """List and read what some event source mappings parked, and nobody else's."""
        prefixes = [f"aws/lambda/{mapping}/*" for mapping in mappings]
        own = iam.PolicyStatement(
            actions=["s3:ListBucket"],
            resources=[self.bucket.bucket_arn],
            conditions={"StringLike": {"s3:prefix": prefixes}},
        )
        return [*self.get(*prefixes), own]


class TextsBucket(EncryptedBucket):
    """Participants' words of sealed records: what is erased is gone with its old version."""

    def _rules(self) -> list[s3.LifecycleRule]:
        # The shorter of two rules for old versions holds.
        return [s3.LifecycleRule(id="erased", noncurrent_version_expiration=Duration.days(1))]


class ArchiveBucket(Construct):
    """Sealed records and the trees' tiles, held by Object Lock.

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
    access_logs : aws_cdk.aws_s3.IBucket
        Where it is written down who asked for what.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        retention_days: int,
        compliance: bool,
        removal: RemovalPolicy,
        access_logs: s3.IBucket,
    ) -> None:
        super().__init__(scope, construct_id)
        lock = (
            s3.ObjectLockRetention.compliance if compliance else s3.ObjectLockRetention.governance
        )
        self.bucket = private_bucket(
            self,
            encryption=s3.BucketEncryption.S3_MANAGED,
            object_lock_enabled=True,
            object_lock_default_retention=lock(Duration.days(retention_days)),
            lifecycle_rules=[
                s3.LifecycleRule(id="uploads", abort_incomplete_multipart_upload_after=_UPLOAD)
            ],
            server_access_logs_bucket=access_logs,
            server_access_logs_prefix=f"{construct_id}/",
            removal=removal,
        )
        arn = _exported(self.bucket)
        self._records, self._trees = f"{arn}/records/*", f"{arn}/trees/*"

    def get(self) -> list[iam.PolicyStatement]:
        """Read records."""
        return [allow(["s3:GetObject"], self._records, because=_ANY_TOPIC)]

    def put(self) -> list[iam.PolicyStatement]:
        """Write records."""
        return [allow(["s3:PutObject"], self._records, because=_ANY_TOPIC)]

    def get_trees(self) -> list[iam.PolicyStatement]:
        """Read the tiles of trees, and what came to them."""
        return [allow(["s3:GetObject"], self._trees, because=_ANY_TOPIC)]

    def grow_trees(self) -> list[iam.PolicyStatement]:
        """Read and write the tiles of trees, and what came to them."""
        actions = ["s3:AbortMultipartUpload", "s3:GetObject", "s3:PutObject"]
        return [allow(actions, self._trees, because=_ANY_TOPIC)]


def private_bucket(
    scope: Construct, *, encryption: s3.BucketEncryption, removal: RemovalPolicy, **more: Any
) -> s3.Bucket:
    """Bucket as all are here: versioned, over TLS alone, never public; `more` is its own."""
    return s3.Bucket(
        scope,
        "Bucket",
        versioned=True,
        enforce_ssl=True,
        block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
        encryption=encryption,
        removal_policy=removal,
        **more,
    )


def _exported(bucket: s3.Bucket) -> str:
    """ARN of a bucket for other stacks; exported here, so that roles can be explained by it."""
    return Stack.of(bucket).export_value(bucket.bucket_arn)


def _tidy() -> s3.LifecycleRule:
    return s3.LifecycleRule(
        id="tidy",
        abort_incomplete_multipart_upload_after=_UPLOAD,
        noncurrent_version_expiration=_NONCURRENT,
    )
