"""Keys: one for what is stored, one that wraps the topics' data keys, and the service secret."""

from aws_cdk import RemovalPolicy
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_secretsmanager as secretsmanager
from constructs import Construct

from infra.constructs.grants import DECRYPT, allow, allow_key_through
from infra.constructs.reasons import explain

_SECRET_CHARACTERS = 64
_NOT_ROTATED = (
    "Receipts, comment ids and unsubscribe links are derived from it for as long as records stand:"
    " rotating it on a schedule would make them unverifiable."
)


class Keys(Construct):
    """The programme's keys.

    Attributes
    ----------
    data : aws_cdk.aws_kms.Key
        Encrypts tables, buckets and the secret at rest.
    topics : aws_cdk.aws_kms.Key
        Wraps each topic's data key; contacts and demographics are encrypted with that.
    secret : aws_cdk.aws_secretsmanager.Secret
        The service secret, from which the services derive a key per purpose.
    """

    def __init__(self, scope: Construct, construct_id: str, *, removal: RemovalPolicy) -> None:
        super().__init__(scope, construct_id)
        self.data = kms.Key(
            self,
            "Data",
            description="Tashawur: tables, buckets and the service secret at rest",
            enable_key_rotation=True,
            removal_policy=removal,
        )
        self.topics = kms.Key(
            self,
            "Topics",
            description="Tashawur: wraps the topics' data keys (contacts, demographics)",
            enable_key_rotation=True,
            removal_policy=removal,
        )
        self.secret = secretsmanager.Secret(
            self,
            "ServiceSecret",
            description="Tashawur: from it every key of the services is derived",
            encryption_key=self.data,
            generate_secret_string=secretsmanager.SecretStringGenerator(
                password_length=_SECRET_CHARACTERS, exclude_punctuation=True
            ),
            removal_policy=removal,
        )
        explain(self.secret, "SMG4", _NOT_ROTATED)

    def read_secret(self) -> list[iam.PolicyStatement]:
        """Read the service secret."""
        return [
            allow(["secretsmanager:GetSecretValue"], self.secret.secret_arn),
            allow_key_through(self.data, "secretsmanager", *DECRYPT),
        ]

    def make_topic_key(self) -> list[iam.PolicyStatement]:
        """Make a topic's data key."""
        return [allow(["kms:GenerateDataKey"], self.topics.key_arn)]

    def unwrap_topic_key(self) -> list[iam.PolicyStatement]:
        """Unwrap a topic's data key."""
        return [allow(["kms:Decrypt"], self.topics.key_arn)]
