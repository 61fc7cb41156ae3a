"""Keys: of what is stored, of the topics' data keys, of receipts and heads; the service secret."""

import json
from collections.abc import Sequence
from datetime import timedelta

from aws_cdk import RemovalPolicy, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_secretsmanager as secretsmanager
from constructs import Construct

from infra.constructs.grants import DECRYPT, allow, allow_key_through, allow_until
from infra.constructs.reasons import explain
from services.shared import clock
from services.shared.head_keys import EarlierKey, begin_of_present

_SECRET_CHARACTERS = 64
_SIGN = ("kms:GetPublicKey", "kms:Sign")
_BEGUN_BEFORE = timedelta(minutes=15)
"""How long after its end a key signs what was begun before it: no function runs for longer."""
_NOT_ROTATED = (
    "Comment ids, leaf salts and unsubscribe links are derived from it for as long as records"
    " stand: rotating it on a schedule would make them unverifiable."
)
_ROTATED_ELSEWHERE = (
    "It rotates every year: its schedule is in the services stack, beside the function that does"
    " it, where this rule does not look."
)


class Keys(Construct):
    """The programme's keys.

    Parameters
    ----------
    earlier_heads : sequence of EarlierKey
        The keys of heads before the present one: for each, there is one more in KMS.
    removal : aws_cdk.RemovalPolicy
        What becomes of keys and secrets when their stack is deleted.

    Attributes
    ----------
    data : aws_cdk.aws_kms.Key
        Encrypts tables, buckets and the secret at rest.
    topics : aws_cdk.aws_kms.Key
        Wraps each topic's data key; contacts and demographics are encrypted with that.
    secret : aws_cdk.aws_secretsmanager.Secret
        The service secret, from which the services derive a key per purpose.
    heads : aws_cdk.aws_kms.Key
        Signs the heads of the archive's trees; nobody has its private part.
    head_variables, signing_variables : dict
        What functions are told of it and of the keys before it, to show them or to sign.
    receipts : aws_cdk.aws_secretsmanager.Secret
        The keys that sign receipts, each with its time; rotation adds to them.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        earlier_heads: Sequence[EarlierKey],
        removal: RemovalPolicy,
    ) -> None:
        super().__init__(scope, construct_id)
        self.data = self._key("Data", "tables, buckets and the secrets at rest", removal=removal)
        self.topics = self._key(
            "Topics", "wraps the topics' data keys (contacts, demographics)", removal=removal
        )
        self._begins = begin_of_present(earlier_heads)
        *former, self.heads = self._head_keys(len(earlier_heads) + 1, removal=removal)
        self._former = former[-1] if former else None
        listed = [key.model_dump() for key in earlier_heads]
        self.head_variables = {
            "HEAD_KEY_ARN": self.heads.key_arn,
            "HEAD_KEYS": json.dumps(listed, separators=(",", ":")),
        }
        self.signing_variables = {
            **self.head_variables,
            "FORMER_HEAD_KEY_ARN": self._former.key_arn if self._former else "",
        }
        self.secret = self._service_secret(removal)
        self.receipts = self._receipt_keys(removal)

    def read_secret(self) -> list[iam.PolicyStatement]:
        """Read the service secret."""
        return [
            allow(["secretsmanager:GetSecretValue"], self.secret.secret_arn),
            allow_key_through(self.data, "secretsmanager", *DECRYPT),
        ]

    def read_receipt_keys(self) -> list[iam.PolicyStatement]:
        """Read the keys that sign receipts."""
        return [
            allow(["secretsmanager:GetSecretValue"], self.receipts.secret_arn),
            allow_key_through(self.data, "secretsmanager", *DECRYPT),
        ]

    def rotate_receipt_keys(self) -> list[iam.PolicyStatement]:
        """Read the keys that sign receipts, write them with one more, put that in force."""
        actions = ("DescribeSecret", "GetSecretValue", "PutSecretValue", "UpdateSecretVersionStage")
        named = [f"secretsmanager:{action}" for action in actions]
        return [
            allow(named, self.receipts.secret_arn),
            allow_key_through(self.data, "secretsmanager", "kms:Decrypt", "kms:GenerateDataKey"),
        ]

    def sign_heads(self) -> list[iam.PolicyStatement]:
        """Sign heads, and know by which key; by the one before the present until its end alone."""
        present = allow(_SIGN, self.heads.key_arn)
        if self._former is None:
            return [present]
        until = clock.from_text(self._begins) + _BEGUN_BEFORE
        return [present, allow_until(until, _SIGN, self._former.key_arn)]

    def show_head_key(self) -> list[iam.PolicyStatement]:
        """Know the public part of the key that signs heads."""
        return [allow(["kms:GetPublicKey"], self.heads.key_arn)]

    def make_topic_key(self) -> list[iam.PolicyStatement]:
        """Make a topic's data key."""
        return [allow(["kms:GenerateDataKey"], self.topics.key_arn)]

    def unwrap_topic_key(self) -> list[iam.PolicyStatement]:
        """Unwrap a topic's data key."""
        return [allow(["kms:Decrypt"], self.topics.key_arn)]

    def _service_secret(self, removal: RemovalPolicy) -> secretsmanager.Secret:
        secret = self._secret(
            "ServiceSecret",
            "from it every key of the services is derived",
            secretsmanager.SecretStringGenerator(
                password_length=_SECRET_CHARACTERS, exclude_punctuation=True
            ),
            removal=removal,
        )
        explain(secret, "SMG4", _NOT_ROTATED)
        return secret

    def _receipt_keys(self, removal: RemovalPolicy) -> secretsmanager.Secret:
        receipts = self._secret(
            "ReceiptKeys",
            "the keys that sign receipts, each with its time",
            secretsmanager.SecretStringGenerator(
                secret_string_template=json.dumps({"later": []}),
                generate_string_key="seed",
                password_length=_SECRET_CHARACTERS,
                exclude_punctuation=True,
            ),
            removal=removal,
        )
        explain(receipts, "SMG4", _ROTATED_ELSEWHERE)
        return receipts

    def _secret(
        self,
        construct_id: str,
        purpose: str,
        generated: secretsmanager.SecretStringGenerator,
        *,
        removal: RemovalPolicy,
    ) -> secretsmanager.Secret:
        return secretsmanager.Secret(
            self,
            construct_id,
            description=f"Tashawur: {purpose}",
            encryption_key=self.data,
            generate_secret_string=generated,
            removal_policy=removal,
        )

    def _key(self, construct_id: str, purpose: str, *, removal: RemovalPolicy) -> kms.Key:
        return kms.Key(
            self,
            construct_id,
            description=f"Tashawur: {purpose}",
            enable_key_rotation=True,
            removal_policy=removal,
        )

    def _head_keys(self, count: int, *, removal: RemovalPolicy) -> list[kms.Key]:
        """All keys of heads; each stays, as functions go by it until they are deployed too."""
        later = (f"Heads{number}" for number in range(2, count + 1))
        keys = [self._signing_key(name, removal=removal) for name in ("Heads", *later)]
        for former in keys[:-1]:
            Stack.of(self).export_value(former.key_arn)
        return keys

    def _signing_key(self, construct_id: str, *, removal: RemovalPolicy) -> kms.Key:
        return kms.Key(
            self,
            construct_id,
            description="Tashawur: signs the heads of the archive's trees",
            key_spec=kms.KeySpec.ECC_NIST_P256,
            key_usage=kms.KeyUsage.SIGN_VERIFY,
            removal_policy=removal,
        )
