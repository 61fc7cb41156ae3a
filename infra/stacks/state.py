"""What must outlive every deployment: tables, buckets, bus, keys, accounts, sender."""

from aws_cdk import Environment, RemovalPolicy, Stack
from constructs import Construct

from infra.constructs.bus import ConsultationsBus
from infra.constructs.identity import issuer_of
from infra.constructs.keys import Keys
from infra.constructs.mail import Sender
from infra.constructs.names import pascal
from infra.constructs.storage import AccessLogs, ArchiveBucket, ExportsBucket, ParkedBucket
from infra.constructs.table import ServiceTable
from infra.settings import InfraSettings

INDEXES: dict[str, str | None] = {
    "topics": "listed",
    "comments": "public",
    "moderation": "queue",
    "analysis": None,
    "outreach": None,
    "archive": None,
}
"""The services, and the sparse index of each one's table."""


class StateStack(Stack):
    """Stack ``Tashawur-<stage>-State``."""

    def __init__(self, scope: Construct, settings: InfraSettings) -> None:
        super().__init__(
            scope,
            f"Tashawur-{settings.stage}-State",
            env=Environment(region=settings.region),
            description="Tashawur: tables, buckets, event bus, keys and accounts",
            termination_protection=settings.is_protected,
        )
        protected = settings.is_protected
        removal = RemovalPolicy.RETAIN if protected else RemovalPolicy.DESTROY
        self.keys = Keys(self, "Keys", removal=removal)
        self.tables = self._make_tables(settings)
        logs = AccessLogs(
            self, "AccessLogs", days=settings.log_retention_days, removal=removal
        ).bucket
        self.exports = ExportsBucket(
            self, "ExportsBucket", key=self.keys.data, removal=removal, access_logs=logs
        )
        self.parked = ParkedBucket(
            self, "ParkedBucket", key=self.keys.data, removal=removal, access_logs=logs
        )
        self.archive = ArchiveBucket(
            self,
            "ArchiveBucket",
            retention_days=settings.archive_retention_days,
            compliance=protected,
            removal=removal,
            access_logs=logs,
        )
        self.bus = ConsultationsBus(self, "Consultations", stage=settings.stage)
        self.issuer = issuer_of(self, settings)
        Sender(self, "Sender", address=settings.outreach_sender, removal=removal)

    def _make_tables(self, settings: InfraSettings) -> dict[str, ServiceTable]:
        return {
            service: ServiceTable(
                self,
                f"{pascal(service)}Table",
                key=self.keys.data,
                protected=settings.is_protected,
                index=index,
                warm_writes_per_second=_warm_writes(service, settings),
            )
            for service, index in INDEXES.items()
        }


def _warm_writes(service: str, settings: InfraSettings) -> int | None:
    warm = service == "comments" and settings.stage == "prod"
    return settings.comments_writes_per_second if warm else None
