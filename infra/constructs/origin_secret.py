"""The secret by which the functions know that a request came through CloudFront."""

from aws_cdk import RemovalPolicy, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_secretsmanager as secretsmanager
from constructs import Construct

from infra.constructs.grants import DECRYPT, allow, allow_key_through
from infra.constructs.reasons import explain

EDGE_REGION = "us-east-1"
"""Where CloudFront's web ACLs, certificates and log deliveries live."""
_CHARACTERS = 64
_ROTATED_BY_HAND = (
    "Changing it takes a deployment of the distribution that sends it; docs/tutorial.md has the"
    " three steps, during which the functions take the former value too."
)


class OriginSecret(Construct):
    """Generated on deployment, known to nobody, and copied to where CloudFront is described.

    Parameters
    ----------
    stage : str
        Part of its name.
    key : aws_cdk.aws_kms.IKey
        Encrypts it at rest.
    """

    def __init__(self, scope: Construct, construct_id: str, *, stage: str, key: kms.IKey) -> None:
        super().__init__(scope, construct_id)
        self.name = f"tashawur-{stage}-origin"
        self._key = key
        away = Stack.of(self).region != EDGE_REGION
        self.secret = secretsmanager.Secret(
            self,
            "Secret",
            secret_name=self.name,
            description="Tashawur: sent by CloudFront, checked by every HTTP function",
            encryption_key=key,
            generate_secret_string=secretsmanager.SecretStringGenerator(
                password_length=_CHARACTERS, exclude_punctuation=True
            ),
            replica_regions=[secretsmanager.ReplicaRegion(region=EDGE_REGION)] if away else None,
            # A new one serves as well, and one that is kept would be in the way of its name.
            removal_policy=RemovalPolicy.DESTROY,
        )
        explain(self.secret, "SMG4", _ROTATED_BY_HAND)

    def read(self) -> list[iam.PolicyStatement]:
        """Read it."""
        return [
            allow(["secretsmanager:GetSecretValue"], self.secret.secret_arn),
            allow_key_through(self._key, "secretsmanager", *DECRYPT),
        ]
