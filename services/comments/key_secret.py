"""The secret of the receipt keys as its rotation changes it: versions and their labels."""

from services.shared import aws

CURRENT, PENDING = "AWSCURRENT", "AWSPENDING"


class KeySecret:
    """One secret; each version of it, once written, stays as it is.

    Parameters
    ----------
    arn : str
        Where it is, in Secrets Manager.
    """

    def __init__(self, arn: str) -> None:
        self._arn = arn

    def labels(self) -> dict[str, frozenset[str]]:
        """Labels of the versions that have any, by the version's id."""
        described = aws.client("secretsmanager").describe_secret(SecretId=self._arn)
        versions = described["VersionIdsToStages"].items()
        return {version: frozenset(labels) for version, labels in versions}

    def in_force(self) -> str:
        """The text in force."""
        reply = aws.client("secretsmanager").get_secret_value(
            SecretId=self._arn, VersionStage=CURRENT
        )
        return str(reply["SecretString"])

    def to_come(self, version: str) -> str | None:
        """Text of a version that has the label, or ``None`` if it was not written yet."""
        client = aws.client("secretsmanager")
        try:
            reply = client.get_secret_value(
                SecretId=self._arn, VersionId=version, VersionStage=PENDING
            )
        except client.exceptions.ResourceNotFoundException:
            return None
        return str(reply["SecretString"])

    def write_pending(self, version: str, text: str) -> None:
        """Write the version that is to come; one that was written meanwhile stays."""
        client = aws.client("secretsmanager")
        try:
            client.put_secret_value(
                SecretId=self._arn,
                ClientRequestToken=version,
                SecretString=text,
                VersionStages=[PENDING],
            )
        except client.exceptions.ResourceExistsException:
            return

    def put_in_force(self, version: str, *, instead_of: str) -> None:
        """Make a version the one that is read; fails if `instead_of` is not in force any more."""
        aws.client("secretsmanager").update_secret_version_stage(
            SecretId=self._arn,
            VersionStage=CURRENT,
            MoveToVersionId=version,
            RemoveFromVersionId=instead_of,
        )

    def no_longer_pending(self, version: str) -> None:
        """Take the label of what is to come off a version."""
        aws.client("secretsmanager").update_secret_version_stage(
            SecretId=self._arn, VersionStage=PENDING, RemoveFromVersionId=version
        )
