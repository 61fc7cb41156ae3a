"""What is kept a second time, in a region of its own."""

from aws_cdk import Environment, Stack
from constructs import Construct

from infra.constructs.archive_copy import ArchiveCopy
from infra.constructs.storage import AccessLogs
from infra.settings import InfraSettings


class CopiesStack(Stack):
    """Stack ``Tashawur-<stage>-Copies``; the archive's bucket needs it to be there first."""

    def __init__(self, scope: Construct, settings: InfraSettings) -> None:
        super().__init__(
            scope,
            f"Tashawur-{settings.stage}-Copies",
            env=Environment(region=settings.copy_region),
            description="Tashawur: copies of the sealed records in another region",
            termination_protection=settings.is_protected,
        )
        days, removal = settings.log_retention_days, settings.removal
        logs = AccessLogs(self, "CopiesAccessLogs", days=days, removal=removal)
        ArchiveCopy(
            self,
            "ArchiveCopy",
            stage=settings.stage,
            removal=removal,
            access_logs=logs.bucket,
        )
